"""Builds the C++ kernel ahead of its first use: `python -m ropespec.reference.torch.build`."""

import sys

from .native import cached, kernel


def main() -> int:
    """Build the kernel; say where it is, or why it is not."""
    found = kernel()
    sys.stdout.write(f"{cached()}: {found.reason}\n" if found.module else f"{found.reason}\n")
    return 0 if found.module else 1


if __name__ == "__main__":
    sys.exit(main())
