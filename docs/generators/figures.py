"""The figures of the Learn pages as they stand without JavaScript: drawn by the same code."""

import json
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "snippets" / "figures"
SCRIPT = Path(__file__).with_suffix(".js")


def pages() -> dict[str, str]:
    """Draw every figure in every language; without node the committed ones stay as they are."""
    node = shutil.which("node")
    if node is None:
        found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    else:
        done = subprocess.run([node, SCRIPT], capture_output=True, text=True, check=True)  # noqa: S603
        found = json.loads(done.stdout)
    return {f"snippets/figures/{name}": text for name, text in found.items()}
