"""C3: values stay unrotated, or the output has to be turned back."""

from typing import Any

import sympy as sp

from ropespec.spec.claims.sums import SumsAgree, SumsDiffer
from ropespec.spec.claims.together import Together
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import FREQUENCIES, i, rotary, t
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .notation import COUNT, PLACES, column, count, example, over_tokens, places, row, token

_VALUES = sp.IndexedBase("v", real=True)
_WEIGHT = sp.IndexedBase("w", real=True)
_N, _M = places[column], places[row]
_VALUE = token(_VALUES, column, "n")


def _output(place: Expr) -> Any:
    """Σ w_n R(place) v_n at the generic pair: its two entries."""
    turned = (rotary(place) @ _VALUE).block
    return sp.Matrix([over_tokens(_WEIGHT[column] * entry) for entry in turned])


def _tex(place: str) -> str:
    return f"\\sum_{{n=0}}^{{N-1}} w_n\\,\\boldsymbol R_{{{place}}}\\boldsymbol v_n"


def _numbers(**changes: int) -> dict[Expr, Any]:
    """One token at position 1 with the value (1, 0)."""
    return {
        count: changes.get("tokens", 1),
        row: 0,
        t: 1,
        i: 0,
        places[0]: 1,
        places[1]: 2,
        _WEIGHT[0]: 1,
        _WEIGHT[1]: 1,
        _VALUES[0, 0]: 1,
        _VALUES[0, 1]: 0,
        _VALUES[1, 0]: 1,
        _VALUES[1, 1]: 0,
    }


def _same(lhs: Any, rhs: Any, tex: str) -> Together:
    """Both entries of the generic pair are equal."""
    lines = enumerate(zip(lhs, rhs, strict=True))
    parts = tuple(SumsAgree(a, b, f"{tex}\\ \\text{{(entry {e})}}") for e, (a, b) in lines)
    return Together(parts, tex)


def _first_entry(lhs: Any, rhs: Any, tex: str) -> SumsAgree:
    """The first entries are equal: false, by example."""
    return SumsAgree(lhs[0], rhs[0], tex, example=example(_numbers()))


_PLAIN_TEX = _tex("p_n")
_ALONG = _same(
    _output(_N + t),
    rotary(t).block * _output(_N),
    f"{_tex('p_n+t')} = \\boldsymbol R_t\\,{_PLAIN_TEX}",
)
_REPAIRED_TEX = f"\\boldsymbol R_{{-p_m}}{_PLAIN_TEX} = {_tex('p_n-p_m')}"
_REPAIRED = _same(rotary(-_M).block * _output(_N), _output(_N - _M), _REPAIRED_TEX)
_ABSOLUTE = SumsDiffer(
    _output(_N + t)[0],
    _output(_N)[0],
    f"{_tex('p_n+t')} \\ne {_PLAIN_TEX}\\quad(N = 1,\\, t = 1)",
    example(_numbers()),
)

C3 = Theorem(
    id="C3",
    title="Values stay unrotated, or the output is turned back",
    source=Source("this project; values as in RoFormer Eq. (17)"),
    symbols=(
        COUNT,
        PLACES,
        Quantified("w_n", "any real weights, which by C1 a shift does not change", _WEIGHT),
        Quantified("\\boldsymbol v_n", "any real values of d entries", _VALUES),
        FREQUENCIES,
        Quantified("t", "any real number, a shift of positions", t),
    ),
    statement=(_ALONG, _ABSOLUTE, _REPAIRED),
    proof=(
        Step(
            "the output turns along",
            "By B1 $\\boldsymbol R_{p_n+t}=\\boldsymbol R_t\\boldsymbol R_{p_n}$, and a matrix "
            "that is the same for all tokens may be taken out of the sum.",
            _ALONG,
        ),
        Step(
            "so it depends on absolute position",
            "One token of weight 1 with the value $(1,0)$, in a pair that turns a quarter per "
            "position: at position 1 the output is $(0,1)$, at position 2 it is $(-1,0)$.",
            _ABSOLUTE,
        ),
        Step(
            "turned back",
            "Turn the output back by the position of its own token. Only distances are left.",
            _REPAIRED,
        ),
    ),
    altered=(
        Altered(
            "rotated values give an output that a shift does not change",
            _first_entry(_output(_N + t), _output(_N), f"{_tex('p_n+t')} = {_PLAIN_TEX}"),
        ),
        Altered(
            "sign: the output is turned on instead of back",
            _first_entry(
                rotary(_M).block * _output(_N),
                _output(_N - _M),
                _REPAIRED_TEX.replace("R_{-p_m}", "R_{p_m}"),
            ),
        ),
        Altered(
            "turned back, the values are as if they had never been rotated",
            SumsAgree(
                (rotary(-_M).block * _output(_N))[0],
                _output(sp.Integer(0))[0],
                f"\\boldsymbol R_{{-p_m}}{_PLAIN_TEX} = \\sum_{{n=0}}^{{N-1}} "
                "w_n\\,\\boldsymbol v_n",
                example=example(_numbers(tokens=2)),
            ),
        ),
        Altered(
            "sign of the distance",
            SumsAgree(
                (rotary(-_M).block * _output(_N))[1],
                _output(_M - _N)[1],
                _REPAIRED_TEX.replace("p_n-p_m", "p_m-p_n"),
                example=example(_numbers(tokens=2)),
            ),
        ),
    ),
    meaning=(
        "RoPE is for queries and keys. A value is added up, not compared, so its rotation does "
        "not meet another one that would cancel it: the output would turn with the absolute "
        "position. Who wants positions in the values as well has to turn each output back by "
        "its own position; then only distances count."
    ),
    not_implied=(
        ("wrong-base", "It holds for any frequencies."),
        ("positions-off-by-one", "Turned back, a common offset cancels."),
        ("rotated-twice", "It is about values, not about queries or keys rotated again."),
    ),
    laws=("inverse", "composition"),
    depends=("B1", "C1"),
)
