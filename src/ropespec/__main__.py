"""`python -m ropespec` is the `ropespec` command."""

from ropespec.checks.cli import main

if __name__ == "__main__":
    main()
