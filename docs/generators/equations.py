"""The equations of the laws of frequencies, as SymPy objects: written, marked and computed.

A page shows `Equation.tex`; a test computes the same object and compares it with the
reference. So a formula on a page cannot differ from the code beside it. Symbols that the plain
form does not have are marked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

i, d, b, theta = sp.symbols("i d b theta_i", positive=True)
s, L, T, alpha, beta, e, r, g, mu, D = sp.symbols(
    "s L T alpha beta e_i r_i g_i mu_i d_h", positive=True
)
fast, slow, low, high, kappa, omega = sp.symbols(
    "beta_fast beta_slow lo hi kappa_i omega_i'", positive=True
)
f_low, f_high = sp.symbols("f_lo f_hi", positive=True)
at_fast, at_slow = sp.symbols("c_fast c_slow", real=True)
PLAIN = frozenset({i, d, b, theta})
NAMES = {
    D: "d_h", theta: r"\theta_i", omega: r"\omega'_i",
    fast: r"\beta_{\mathrm{fast}}", slow: r"\beta_{\mathrm{slow}}",
    low: r"\mathit{lo}", high: r"\mathit{hi}",
    at_fast: r"c_{\mathrm{fast}}", at_slow: r"c_{\mathrm{slow}}",
    f_low: r"f_{\mathrm{lo}}", f_high: r"f_{\mathrm{hi}}",
}  # fmt: skip
MARK = r"\colorbox{{#ffe08a}}{{$\textcolor{{#1f1f1f}}{{{}}}$}}"


def clipped(value: Any) -> Any:
    """Return the value kept between 0 and 1."""
    return sp.Max(0, sp.Min(1, value))


@dataclass(frozen=True)
class Equation:
    """What a law makes of the plain frequency of pair i.

    Attributes
    ----------
    omega
        The frequency in use.
    steps
        What it is made of, first things first: each symbol with its value.
    sample
        A scaling in Hugging Face's words, as a published model or a paper has it.
    values
        The symbols' values in the sample.
    head
        Width of the head and base in the sample.
    rotary
        How many channels turn, where not all do.
    length
        The sequence's length, for a law that depends on it.
    contested
        Keys on which the readings of the law differ, for the table that compares them.
    """

    omega: Any
    sample: Mapping[str, Any]
    values: Mapping[Any, Any]
    steps: Mapping[Any, Any] = field(default_factory=dict)
    head: tuple[int, float] = (128, 10000.0)
    rotary: int | None = None
    length: int | None = None
    contested: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tex(self) -> str:
        """The equation, with marks at what the plain form does not have."""
        lines = [f"{NAMES.get(name, sp.latex(name))} &= {_tex(value)}" for name, value
                 in self.steps.items()]  # fmt: skip
        lines.append(rf"\omega_i &= {_tex(self.omega)}")
        return "\\begin{aligned}\n" + " \\\\[0.4em]\n".join(lines) + "\n\\end{aligned}"

    def frequencies(self) -> list[float]:
        """Compute the sample's frequencies from the equation."""
        whole = self.omega
        for name, value in reversed(self.steps.items()):
            whole = whole.subs(name, value)
        width, base = self.head
        turning = self.rotary or width
        divisors = self.values.get(e, [1] * (turning // 2))
        known = {name: value for name, value in self.values.items() if name is not e}
        plain = sp.Rational(base) ** (-2 * i / turning)
        formula = whole.subs({theta: plain, b: sp.Rational(base), d: turning, **known})
        found = []
        for index in range(turning // 2):
            value = formula.subs({i: index, e: divisors[index]}).evalf(30)
            found.append(float(value))
        return found


def _tex(value: Any) -> str:
    """Write an expression, what is new in it marked."""
    names = {
        symbol: NAMES.get(symbol, sp.latex(symbol))
        if symbol in PLAIN
        else MARK.format(NAMES.get(symbol, sp.latex(symbol)))
        for symbol in value.free_symbols
    }
    orders = [
        sp.latex(value, symbol_names=names, order=order, ln_notation=True)
        for order in (None, "none")
    ]
    return min(orders, key=lambda text: text.count("{- \\color") + text.count("-1 +"))


def turns_at(rotations: Any) -> Any:
    """Return the index of the pair that makes so many turns within L."""
    return d * sp.log(L / (2 * sp.pi * rotations)) / (2 * sp.log(b))


_blend = (1 - kappa) * theta + kappa * theta / s
EQUATIONS: dict[str, Equation] = {
    "default": Equation(b ** (-2 * i / d), {"rope_type": "default"}, {}),
    "linear": Equation(
        theta / s,
        {"rope_type": "linear", "factor": 8.0},
        {s: 8},
        head=(256, 1e6),
    ),
    "ntk": Equation(
        (b * alpha ** (d / (d - 2))) ** (-2 * i / d),
        {"rope_type": "ntk", "alpha": 1000.0},
        {alpha: 1000},
    ),
    "ntk-su": Equation(
        theta * s ** (-(((i + 1) / (d / 2)) ** beta)),
        {"rope_type": "ntk-su", "factor": 8.0, "mixed_b": 0.625},
        {s: 8, beta: sp.Rational(5, 8)},
    ),
    "dynamic": Equation(
        sp.Piecewise((theta, T <= L), (theta * alpha ** (-2 * i / (d - 2)), True)),
        {"rope_type": "dynamic", "factor": 4.0, "original_max_position_embeddings": 4096},
        {s: 4, L: 4096, T: 16384},
        steps={alpha: s * T / L - (s - 1)},
        length=16384,
    ),
    "ntk-by-parts": Equation(
        (1 - g) * theta / s + g * theta,
        {"rope_type": "ntk-by-parts", "factor": 16.0, "original_max_position_embeddings": 4096},
        {s: 16, L: 4096, slow: 1, fast: 32},
        steps={r: L * theta / (2 * sp.pi), g: clipped((r - slow) / (fast - slow))},
    ),
    "yarn": Equation(
        _blend,
        {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768},
        {s: 4, L: 32768, fast: 32, slow: 1},
        steps={
            at_fast: turns_at(fast),
            at_slow: turns_at(slow),
            low: sp.Max(sp.floor(at_fast), 0),
            high: sp.Min(sp.ceiling(at_slow), d - 1),
            kappa: clipped((i - low) / (high - low)),
        },
        head=(128, 1e6),
        contested={"truncate": False, "mscale": 1.0, "mscale_all_dim": 0.5},
    ),
    "longrope": Equation(
        theta / e,
        {
            "rope_type": "longrope",
            "factor": 32.0,
            "original_max_position_embeddings": 4096,
            "short_factor": [1.0] * 8,
            "long_factor": [1.0, 1.5, 2.75, 7.0, 20.0, 40.0, 60.0, 64.0],
        },
        {e: [1, 1.5, 2.75, 7, 20, 40, 60, 64]},
        head=(16, 10000.0),
        length=131072,
    ),
    "llama3": Equation(
        (1 - mu) * theta / s + mu * theta,
        {
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        },
        {s: 8, L: 8192, f_low: 1, f_high: 4},
        steps={
            r: L * theta / (2 * sp.pi),
            mu: clipped((r - f_low) / (f_high - f_low)),
        },
        head=(128, 500000.0),
    ),
    "proportional": Equation(
        b ** (-2 * i / D) / s,
        {"rope_type": "proportional"},
        {D: 512, s: 1},
        head=(512, 1e6),
        rotary=128,
    ),
    "resonance": Equation(
        2 * sp.pi / sp.floor(2 * sp.pi / omega + sp.Rational(1, 2)),
        {"rope_type": "resonance", "of": {"rope_type": "default"}},
        {omega: theta},
    ),
    "divided": Equation(
        theta / (s * e),
        {"rope_type": "divided", "divisors": [1.0, 1.0, 2.5, 8.0]},
        {s: 1, e: [1, 1, 2.5, 8]},
        head=(8, 500000.0),
    ),
}
"""The equation of every law, by its `rope_type`."""
