"""E1: what any real frequencies keep, and the one thing that they may lose."""

import sympy as sp

from ropespec.spec.chapter_b import CHAPTER as CHAPTER_B
from ropespec.spec.claims import Claim, EverySize, Rearranged, SameScores
from ropespec.spec.claims.repeats import NeverRepeats
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    i,
    k,
    m,
    n,
    q,
    real_vector,
    rotary,
    t,
    theta_i,
    vector,
    x,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .symbols import turned_by

_FACTORS = sp.IndexedBase("g", real=True)
_SCALED = {theta_i: theta_i * _FACTORS[i]}
"""Any change of frequencies: each is multiplied by a real number of its own."""

_KINDS = (EverySize, Rearranged, SameScores)
_M, _N = sp.symbols("m n", integer=True)
_RATIO = sp.Symbol("r", rational=True, nonzero=True)
_PERIOD = sp.Symbol("P", integer=True, positive=True)
_TURNS = sp.IndexedBase("c", integer=True)
_DISTINCT_TEX = "R(m\\,%s) = R(n\\,%s),\\; m, n \\in \\mathbb Z \\implies m = n"


def _statement(theorem_id: str) -> tuple[Claim, ...]:
    """The statement of a theorem of chapter B with other frequencies."""
    (found,) = (one for one in CHAPTER_B.theorems if one.id == theorem_id)
    return tuple(c.replace(_SCALED) for c in found.statement if isinstance(c, _KINDS))


def _steps(theorem_id: str, says: str) -> tuple[Step, ...]:
    claims = _statement(theorem_id)
    return tuple(
        Step(
            f"{theorem_id}" + (f", part {count}" if len(claims) > 1 else ""),
            f"{says} Here each $\\theta_i$ is multiplied by a real number $g_i$ of its own; "
            "the proof uses nothing of the frequencies but that they are real.",
            claim,
        )
        for count, claim in enumerate(claims, start=1)
    )


def _every(position: sp.Expr, tex: str) -> EverySize:
    """The rotary matrices at m + position and at m, with ω_i = 2πc_i/P."""
    frequency = 2 * sp.pi * _TURNS[i] / _PERIOD
    return EverySize(
        turned_by(sp.expand(m + position), frequency, f"\\boldsymbol R^\\omega_{{m+{tex}}}"),
        turned_by(m, frequency, "\\boldsymbol R^\\omega_m"),
        ((m, sp.Integer(0)), (_TURNS[i], sp.Integer(1))),
    )


_SAYS = {
    "B1": "Orthogonal, determinant 1, positions add.",
    "B2": "The score depends on the distance alone.",
    "B3": "It is the real part of a sum of waves.",
    "B4": "The efficient form computes it.",
    "B5": "The two layouts agree up to one permutation.",
    "B7": "A common shift changes no score.",
}
_KEPT = tuple(step for name, says in _SAYS.items() for step in _steps(name, says))
_DISTINCT = NeverRepeats(_RATIO, (_M, _N), _DISTINCT_TEX % ("r", "r"))
_REPEATS = _every(_PERIOD, "P")
_Q, _K = vector(q), vector(k)
_OTHER = turned_by(n, theta_i * _FACTORS[i], "\\boldsymbol R'_n")
_UNIT = ((theta_i, sp.Integer(1)), (_FACTORS[i], sp.Integer(2)))

E1 = Theorem(
    id="E1",
    title="Any real frequencies keep B1 to B5 and B7; B6 needs one rational frequency",
    source=Source("this project"),
    symbols=(
        FREQUENCIES,
        Quantified("g_i", "any real numbers, one for each pair", _FACTORS),
        ANGLE[m],
        ANGLE[n],
        ANGLE[t],
        real_vector(x),
        real_vector(q),
        real_vector(k),
        Quantified("r", "any rational number but 0, the frequency of some pair", _RATIO),
        Quantified("c_i", "any integers, one for each pair", _TURNS),
        Quantified("P", "any positive integer", _PERIOD),
    ),
    statement=(*(step.claim for step in _KEPT), _DISTINCT, _REPEATS),
    proof=(
        *_KEPT,
        Step(
            "B6, when a frequency is rational",
            "If the frequency of one pair is rational and not 0, that pair tells all integer "
            "positions apart, because π is irrational (cited). Pair 0 has the frequency 1 with "
            "every base, $1/s$ after linear interpolation by s, and 1 again with NTK-aware "
            "bases, YaRN and Llama-3 scaling, where the fastest pair is left alone.",
            _DISTINCT,
        ),
        Step(
            "B6, when all wavelengths are whole",
            "If every frequency is $\\omega_i = 2\\pi c_i/P$ with integers $c_i$, moving by P "
            "adds whole turns everywhere. Resonance RoPE rounds wavelengths to integers "
            "$\\lambda_i$; P is then their least common multiple.",
            _REPEATS,
        ),
    ),
    altered=(
        Altered(
            "B6 for every real frequency: wavelengths 6 and 10",
            NeverRepeats(sp.pi / 3, (_M, _N), _DISTINCT_TEX % ("\\omega_0", "\\omega_0")),
        ),
        Altered(
            "B6 for a slow pair with a whole wavelength, 10",
            NeverRepeats(sp.pi / 5, (_M, _N), _DISTINCT_TEX % ("\\omega_1", "\\omega_1")),
        ),
        Altered(
            "B6 for a frequency of 0",
            NeverRepeats(sp.Integer(0), (_M, _N), _DISTINCT_TEX % ("0", "0")),
        ),
        Altered("index: another shift than the period", _every(sp.Integer(1), "1")),
        Altered(
            "hypothesis dropped: the key has other frequencies than the query",
            EverySize(
                (rotary(m) @ _Q).T @ (_OTHER @ _K),
                _Q.T @ rotary(n - m, "n-m") @ _K,
                _UNIT,
            ),
        ),
    ),
    meaning=(
        "Scalings that only change frequencies may choose them freely: rotations stay "
        "rotations, scores stay relative, both forms and both layouts stay equal. What they "
        "may lose is that all integer positions differ. It stays when one frequency is a "
        "rational number; it goes when all wavelengths are whole numbers, as Resonance RoPE "
        "makes them on purpose."
    ),
    not_implied=(
        ("wrong-base", "Another base is another choice of real frequencies."),
        ("scaling-ignored", "So are the frequencies without the scaling."),
        ("wrong-scaling-parameters", "And those of a scaling with other parameters."),
        ("scaling-inverted", "And those that were scaled the wrong way."),
        ("frequency-order", "And the right ones in another order."),
    ),
    laws=("relative-position", "norm", "composition", "inverse"),
    depends=("B1", "B2", "B3", "B4", "B5", "B6", "B7"),
    correction=(
        "As listed, B1 to B7 were to hold for any real frequencies. B6 does not: with the "
        "wavelengths 6 and 10 (d = 4, frequencies π/3 and π/5) the rotary matrices at the "
        "positions 30 and 0 are the same. B6 is therefore stated with its hypothesis, a "
        "frequency that is rational and not 0."
    ),
)
