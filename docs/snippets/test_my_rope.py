"""One test for each law."""

import ropespec.checks


@ropespec.checks.parametrize(
    "my_rope.py:apply", {"layout": "half", "head_dim": 128, "base": 500000}
)
def test_my_rope(law):
    """Called once for each law that passed, with what came of it."""
    assert law.executed > 0
