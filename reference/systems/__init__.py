"""The systems of the five documents that the project grew from, each as a program that runs.

`rotary_embedding`
    Token embedding, then a rotation of the embedding itself.
`rotation_stack`
    One rotation matrix for every position.
`token_pipeline`
    Text to tokens, sliding windows, token embedding plus learned position encoding.
`four_encodings`, `plane`, `decay`
    Learned, sinusoidal, relative and rotary encodings side by side; long-term decay.
`by_hand`
    A whole encoder-decoder transformer on one sentence, every intermediate named.

All of it is NumPy in float64. The torch twins are in `ropespec.reference.torch.systems`.
"""
