"""What one call leaves behind for the next."""

from .bug import Bug

BUGS = (
    Bug(
        "stale-cache",
        "state",
        "tables of an earlier call are used",
        "A table made for one call is used for another that needs a different one: another "
        "length, offset or dtype.",
        "Two different calls to one object, in both orders.",
        "Key the cache by everything that the table depends on, or keep no cache.",
        (
            "lucidrains/rotary-embedding-torch#11",
            "huggingface/transformers#46624",
        ),
    ),
    Bug(
        "depends-on-history",
        "state",
        "the answer depends on earlier calls",
        "The same input gives different answers after different calls.",
        "The same call twice with another one between.",
        "Make the result a function of the arguments alone.",
        ("huggingface/transformers#46624", "vllm-project/vllm#33800"),
    ),
    Bug(
        "mutates-input",
        "state",
        "the input is changed",
        "The caller's vectors or positions are written to.",
        "The input compared with a copy after the call.",
        "Work on a copy, or declare that it works in place.",
        (
            "ml-explore/mlx-lm#1003",
            "NVIDIA/Megatron-LM#5412",
            "ml-explore/mlx-lm#1699",
        ),
    ),
    Bug(
        "alters-global-state",
        "state",
        "global state is changed",
        "A call leaves the default dtype, the threads, the random numbers or the folder of the "
        "whole process otherwise than it found them.",
        "Global state compared before and after a call.",
        "Pass dtype and device to each function instead of setting a default.",
    ),
    Bug(
        "prints",
        "state",
        "a call prints",
        "Something is written on standard output or standard error in every call.",
        "Any call.",
        "Take the print out, or log it.",
    ),
)
