"""`ropespec survey`: judge the implementations that people use, each in its own environment."""

from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"
"""What the last survey found: `make survey` writes it, and the site's pages come from it."""
