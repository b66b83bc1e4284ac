"""Builds the C++ kernel ahead of its first use: `python -m ropespec.reference.torch.build`."""

import argparse
import sys

from .native import again, cached


def main() -> int:
    """Build the kernel; say where it is, or why it is not."""
    argparse.ArgumentParser(
        prog="python -m ropespec.reference.torch.build",
        description="Build the C++ kernel of ropespec's torch version, unless it is there. "
        "It is kept in $XDG_CACHE_HOME/ropespec or ~/.cache/ropespec; CXX names the compiler.",
    ).parse_args()
    found = again()
    sys.stdout.write(f"{cached()}: {found.reason}\n" if found.module else f"{found.reason}\n")
    return 0 if found.module else 1


if __name__ == "__main__":
    sys.exit(main())
