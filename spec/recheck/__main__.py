"""Check a directory of certificates with nothing but the standard library."""

import json
import sys
from pathlib import Path

from .checker import Refused, check_certificate


def main() -> int:
    """Check every `*.json` of the directory that is named, except the schema."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.stderr.write("recheck: give one directory of certificates\n")
        return 2
    paths = [p for p in sorted(Path(sys.argv[1]).glob("*.json")) if p.name != "schema.json"]
    failed = 0
    for path in paths:
        try:
            found = check_certificate(json.loads(path.read_text(encoding="utf-8")))
        except (Refused, KeyError, TypeError, ValueError) as problem:
            failed += 1
            sys.stdout.write(f"{path.name}: refused: {problem}\n")
            continue
        count = found.expanded + found.evaluated
        sys.stdout.write(f"{path.name}: {count} identities hold\n")
    sys.stdout.write(f"{len(paths) - failed} of {len(paths)} certificates hold\n")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
