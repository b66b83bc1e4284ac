"""The figures' numbers: the site's JavaScript against ropespec.reference, and the stills."""

import cmath
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ropespec.reference import RotaryConfig
from ropespec.reference.forms import apply_efficient

DOCS = Path(__file__).resolve().parents[2] / "docs"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")

# The plane of docs/javascripts/plane.js: pair 1 of 4 at base 10000.
Q, K, FREQUENCY, START = (0.9, 0.3), (0.7, 0.4), 0.1, (6, 16)


def javascript(expression: str, given: object) -> Any:
    """The value of an expression in `rope` (rope.js) and `given`, computed by node."""
    program = (
        f"const rope = require({json.dumps(str(DOCS / 'javascripts' / 'rope.js'))});"
        f"const given = {json.dumps(given)};"
        f"process.stdout.write(JSON.stringify({expression}));"
    )
    assert NODE is not None
    done = subprocess.run(  # noqa: S603
        [NODE, "-e", program], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


@needs_node
@pytest.mark.parametrize(("dim", "base"), [(2, 10000.0), (8, 10000.0), (64, 500000.0)])
def test_javascript_frequencies_are_the_references(dim: int, base: float) -> None:
    got = javascript("rope.frequencies(...given)", [dim, base])
    want = RotaryConfig(head_dim=dim, base=base).inv_freq()
    np.testing.assert_allclose(got, want, rtol=1e-15, atol=0)


@needs_node
def test_javascript_rotation_is_the_references() -> None:
    rng = np.random.default_rng(0)
    config = RotaryConfig(head_dim=8)
    x = rng.standard_normal((6, 8))
    positions = np.array([0, 1, 2, 31, 255, 4096])
    got = javascript(
        "given.x.map((x, i) => rope.rotate(x, given.at[i], rope.frequencies(8, 10000)))",
        {"x": x.tolist(), "at": positions.tolist()},
    )
    want = apply_efficient(x[None, None], positions[None], config)[0, 0]
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)


@needs_node
def test_javascript_score_is_the_references() -> None:
    rng = np.random.default_rng(1)
    config = RotaryConfig(head_dim=8)
    q, k = rng.standard_normal((2, 8))
    at = [(3, 17), (17, 3), (40, 40)]
    got = javascript(
        "given.at.map(([m, n]) => rope.score(given.q, given.k, m, n, given.theta))",
        {"q": q.tolist(), "k": k.tolist(), "at": at, "theta": config.inv_freq().tolist()},
    )
    want = [
        apply_efficient(q[None, None, None], np.array([[m]]), config).ravel()
        @ apply_efficient(k[None, None, None], np.array([[n]]), config).ravel()
        for m, n in at
    ]
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)


def turned(vector: tuple[float, float], position: int) -> complex:
    """The vector at its position, as a point of the complex plane."""
    return complex(*vector) * cmath.exp(1j * FREQUENCY * position)


def test_the_still_shows_the_vectors_at_their_positions() -> None:
    still = (DOCS / "snippets" / "plane.svg.html").read_text(encoding="utf-8")
    for name, vector, position in (("q", Q, START[0]), ("k", K, START[1])):
        tip = re.search(rf'plane-{name}">.*?x2="([\d.]+)" y2="([\d.]+)"', still)
        assert tip is not None
        shown = complex(float(tip[1]) - 200, 160 - float(tip[2])) / 130
        assert abs(shown - turned(vector, position)) < 1e-3
        assert f'dy="4">{position}</tspan>' in still


@pytest.mark.parametrize("language", ["en", "tr"])
def test_the_still_shows_the_score(language: str) -> None:
    page = (DOCS / language / "index.md").read_text(encoding="utf-8")
    score = (turned(Q, START[0]).conjugate() * turned(K, START[1])).real
    assert f'data-start="{START[0]} {START[1]}"' in page
    assert f'class="plane-score">{score:.4f}<' in page
    assert f'class="plane-distance">{START[1] - START[0]}<' in page


def test_the_figure_uses_these_vectors() -> None:
    source = (DOCS / "javascripts" / "plane.js").read_text(encoding="utf-8")
    assert f"const Q = {list(Q)};" in source
    assert f"const K = {list(K)};" in source
    assert len(source.splitlines()) < 200
