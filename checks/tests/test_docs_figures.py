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

from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.formats import round_to
from ropespec.reference.forms import apply_efficient
from ropespec.reference.systems.decay import limit, mean_cosine

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
    page = (DOCS / "snippets" / f"plane.{language}.html").read_text(encoding="utf-8")
    score = (turned(Q, START[0]).conjugate() * turned(K, START[1])).real
    assert f'data-start="{START[0]} {START[1]}"' in page
    assert f'class="plane-score">{score:.4f}<' in page
    assert f'class="plane-distance">{START[1] - START[0]}<' in page


def test_the_figure_uses_these_vectors() -> None:
    source = (DOCS / "javascripts" / "plane.js").read_text(encoding="utf-8")
    assert f"const Q = {list(Q)};" in source
    assert f"const K = {list(K)};" in source
    assert len(source.splitlines()) < 200


LEARN = ("rope", "rope-laws", "rope-numbers", "models", "figures")
DRAWN = ("comb", "layouts", "scaling", "decay", "phases")


def figures(expression: str, given: object = None) -> Any:
    """The value of an expression in `rope`, `ropeFigures` and `given`, with all figures."""
    names = [*LEARN, *(f"figure-{name}" for name in DRAWN)]
    loaded = "".join(
        f"require({json.dumps(str(DOCS / 'javascripts' / f'{name}.js'))});" for name in names
    )
    program = (
        f"{loaded} const given = {json.dumps(given)};"
        f"process.stdout.write(JSON.stringify({expression}));"
    )
    assert NODE is not None
    done = subprocess.run(  # noqa: S603
        [NODE, "-e", program], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


@needs_node
def test_published_models_are_those_of_the_fixtures() -> None:
    """Each model's law gives the library's own frequencies, to their float32."""
    path = DOCS.parent / "reference" / "tests" / "data" / "fixtures.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    known = {entry["id"]: entry for entry in data["entries"]}
    models = figures(
        "Object.fromEntries(Object.values(rope.models).map((m) => [m.fixture, "
        "rope.scaled(m.dim, m.base, m.law).inUse]))"
    )
    assert len(models) == 6
    for name, got in models.items():
        entry = known[name]
        [spectrum] = entry.get("by_length", {}).get("131072", entry)["spectrum"]
        want = data["spectra"][spectrum]
        np.testing.assert_allclose(got, want, rtol=5e-7, atol=0, err_msg=name)


@needs_node
@pytest.mark.parametrize("factor", [2.0, 8.0, 40.0])
@pytest.mark.parametrize("law", ["linear", "ntk", "yarn", "llama3"])
def test_javascript_laws_are_the_references(law: str, factor: float) -> None:
    words: dict[str, Any] = {"rope_type": law, "factor": factor}
    if law in ("yarn", "llama3"):
        words["original_max_position_embeddings"] = 4096
    if law == "llama3":
        words |= {"low_freq_factor": 1.0, "high_freq_factor": 4.0}
    meant = {"rope_type": "ntk", "alpha": factor} if law == "ntk" else words
    for dim, base in ((64, 10000.0), (96, 500000.0)):
        got = figures("rope.scaled(given[0], given[1], given[2]).inUse", [dim, base, words])
        want = RotaryConfig(head_dim=dim, base=base, scaling=meant).inv_freq()
        np.testing.assert_allclose(got, want, rtol=1e-13, atol=0)


@needs_node
def test_javascript_longrope_is_the_references() -> None:
    """A list of divisors, as it is and stretched to other numbers of pairs."""
    listed = figures("rope.models['Phi-3 128k'].law.long_factor")
    for dim in (64, 96, 128):
        got = figures("rope.stretched(...given)", [listed, dim // 2])
        places = np.linspace(0, len(listed) - 1, dim // 2)
        want = np.exp(np.interp(places, np.arange(len(listed)), np.log(listed)))
        np.testing.assert_allclose(got, want, rtol=1e-13, atol=0)
        law = {"rope_type": "longrope", "long_factor": got}
        used = figures("rope.scaled(...given).inUse", [dim, 10000.0, law])
        divided = {"rope_type": "divided", "divisors": got}
        reference = RotaryConfig(head_dim=dim, scaling=divided).inv_freq()
        np.testing.assert_allclose(used, reference, rtol=1e-13, atol=0)


@needs_node
def test_javascript_formats_are_the_references() -> None:
    rng = np.random.default_rng(2)
    values = (rng.standard_normal(400) * 2.0 ** rng.integers(-20, 15, 400)).tolist()
    values += [257.0, 259.0, 2049.0, 2051.0, 65519.0, 65520.0, 0.0, -1.5]
    for name in ("float32", "bfloat16", "float16"):
        got = figures("given[0].map((x) => String(rope.formats[given[1]](x)))", [values, name])
        want = round_to(values, name)
        assert [float(each.replace("Infinity", "inf")) for each in got] == want.tolist()


@needs_node
def test_javascript_phase_errors_are_those_of_rounding() -> None:
    theta = RotaryConfig(head_dim=16).inv_freq()
    positions = [1, 255, 257, 4097, 131071]
    given = [positions, theta.tolist(), "bfloat16 positions"]
    got = figures(
        "given[0].map((p) => given[1].map((t) => rope.phaseError(given[2], p, t)))", given
    )
    exact = np.outer(positions, theta)
    off = np.abs(np.outer(round_to(positions, "bfloat16"), theta) - exact)
    np.testing.assert_allclose(got, np.minimum(off, np.pi), rtol=1e-9, atol=1e-12)
    assert got[1] == [0.0] * 8
    assert got[2][0] == 1.0


@needs_node
def test_javascript_decay_is_the_references() -> None:
    distances = [1.0, 3.5, 7.99, 8.01, 100.0, 5000.0]
    config = RotaryConfig(head_dim=32)
    got = figures("given[0].map((n) => [rope.meanCosine(n, given[1]), "
                  "rope.meanCosineLimit(n, 10000)])",
                  [distances, config.inv_freq().tolist()])  # fmt: skip
    want = np.stack([mean_cosine(distances, config), limit(distances)], axis=1)
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)


@needs_node
@pytest.mark.parametrize("layout", ["interleaved", "half", "half-idle"])
@pytest.mark.parametrize(("head", "rotary"), [(8, 8), (12, 8), (16, 6)])
def test_javascript_layouts_are_the_references(layout: str, head: int, rotary: int) -> None:
    config = RotaryConfig(head_dim=head, rotary_dim=rotary, layout=layout)
    read = layout_channels(config).read
    assert figures("rope.layoutChannels(...given)", [layout, head, rotary]) == read.tolist()
    order = figures("rope.layoutOrder(...given)", ["interleaved", layout, head, rotary])
    assert sorted(order) == list(range(head))
    old = layout_channels(RotaryConfig(head_dim=head, rotary_dim=rotary)).read
    assert np.array(order)[read].tolist() == old.tolist()


@needs_node
def test_the_stills_are_what_the_code_draws() -> None:
    for name in DRAWN:
        for language in ("en", "tr"):
            committed = (DOCS / "snippets" / "figures" / f"{name}.{language}.html").read_text(
                encoding="utf-8"
            )
            assert figures("ropeFigures.html(...given)", [name, language]) == committed


@needs_node
def test_every_word_of_a_figure_is_said_in_both_languages() -> None:
    for name in DRAWN:
        for language in ("en", "tr"):
            html = figures("ropeFigures.html(...given)", [name, language])
            assert "undefined" not in html
            assert "{" not in re.sub(r"<[^>]*>", "", html)
