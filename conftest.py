"""Which modules pytest does not import by their path.

It would import them a second time, as `reference.torch.operator` beside
`ropespec.reference.torch.operator`, and an operator of torch can be registered once only.
`reference/tests/test_torch_examples.py` runs their examples.

The scripts of the survey are no modules: each runs in the environment of its library.
"""

collect_ignore_glob = [
    "reference/torch/*.py",
    "reference/torch/triton_kernel/*.py",
    "checks/survey/reproductions/*.py",
]
