"""The rotation as one Triton kernel, for queries and keys on a GPU.

`kernel` is the kernel, `phases` forms cosines and sines inside it from small exact tables,
`heads` rotates tiles of heads by them; `launching` starts it, `choosing` decides whether it
is there to be used. Every product and sum is rounded by itself, as on the CPU, so the bits
are the same.
"""
