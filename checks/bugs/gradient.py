"""The way back."""

from .bug import Bug

BUGS = (
    Bug(
        "backward-not-inverted",
        "gradient",
        "the backward pass turns the wrong way",
        "The gradient is turned by the angle where it must be turned back.",
        "A random upstream gradient at any position but 0.",
        "Use the inverse rotation in the backward pass: negate the sine.",
        ("PaddlePaddle/Paddle#74716",),
    ),
    Bug(
        "gradient-missing",
        "gradient",
        "no gradient comes back",
        "The result is cut off from its input, so gradients are silently absent or zero.",
        "A request for the gradient.",
        "Do not detach; give a custom operation its backward.",
        ("huggingface/candle#3568",),
    ),
    Bug(
        "gradient-wrong",
        "gradient",
        "the gradient is wrong",
        "The gradient is neither the inverse rotation nor the rotation, for example ones in "
        "the channels that pass through.",
        "A random upstream gradient; a constant one hides it.",
        "Let the backward pass be the inverse rotation, and the identity where channels pass.",
        ("NVIDIA/apex#1750", "PaddlePaddle/Paddle#74716"),
    ),
)
