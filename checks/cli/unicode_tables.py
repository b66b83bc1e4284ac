"""The tables of `unicode_math`: what each LaTeX command becomes."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "ordinary",
    "relation",
    "binary",
    "open",
    "close",
    "comma",
    "space",
    "function",
    "big",
    "fraction",
    "text",
]
"""What a piece of a formula is; spaces depend on it."""

GREEK = """
alpha=α beta=β gamma=γ delta=δ epsilon=ϵ varepsilon=ε zeta=ζ eta=η theta=θ vartheta=ϑ iota=ι
kappa=κ lambda=λ mu=μ nu=ν xi=ξ pi=π rho=ρ varrho=ϱ sigma=σ tau=τ upsilon=υ phi=φ varphi=ϕ
chi=χ psi=ψ omega=ω Gamma=Γ Delta=Δ Theta=Θ Lambda=Λ Xi=Ξ Pi=Π Sigma=Σ Phi=Φ Psi=Ψ Omega=Ω
"""
RELATIONS = {
    "\\le": "≤", "\\leq": "≤", "\\ge": "≥", "\\geq": "≥", "\\ne": "≠", "\\neq": "≠",
    "\\ll": "≪", "\\gg": "≫", "\\approx": "≈", "\\sim": "∼", "\\equiv": "≡", "\\propto": "∝",
    "\\in": "∈", "\\notin": "∉", "\\subset": "⊂", "\\subseteq": "⊆", "\\mapsto": "↦",
    "\\to": "→", "\\rightarrow": "→", "\\longrightarrow": "→", "\\Rightarrow": "⇒",
    "\\implies": "⇒", "\\iff": "⇔", "\\Leftrightarrow": "⇔", "\\perp": "⊥", "\\mid": "∣",
    "\\lt": "<", "\\gt": ">", "\\coloneqq": "≔", "\\land": "∧", "\\wedge": "∧", "\\lor": "∨",
}  # fmt: skip
BINARY = {
    "\\pm": "±", "\\mp": "∓", "\\odot": "⊙", "\\cdot": "·", "\\times": "×", "\\otimes": "⊗",
    "\\oplus": "⊕", "\\circ": "∘", "\\cup": "∪", "\\cap": "∩", "\\setminus": "∖",
    "\\bmod": "mod", "\\div": "÷",
}  # fmt: skip
FENCES = {
    "\\lVert": "‖", "\\rVert": "‖", "\\|": "‖", "\\Vert": "‖", "\\lvert": "|", "\\rvert": "|",
    "\\vert": "|", "\\langle": "⟨", "\\rangle": "⟩", "\\lfloor": "⌊", "\\rfloor": "⌋",
    "\\lceil": "⌈", "\\rceil": "⌉", "\\{": "{", "\\}": "}", "\\lbrace": "{", "\\rbrace": "}",
}  # fmt: skip
ORDINARY = {
    "\\top": "⊤", "\\dots": "…", "\\ldots": "…", "\\cdots": "⋯", "\\vdots": "⋮",
    "\\ddots": "⋱", "\\infty": "∞", "\\partial": "∂", "\\nabla": "∇", "\\forall": "∀",
    "\\exists": "∃", "\\emptyset": "∅", "\\varnothing": "∅", "\\ell": "ℓ", "\\hbar": "ℏ",
    "\\prime": "′", "\\dagger": "†", "\\ast": "*", "\\star": "⋆", "\\neg": "¬", "\\_": "_",
    "\\%": "%", "\\#": "#", "\\&": "&", "\\$": "$", "\\colon": ":", "\\square": "□",
    "\\Re": "Re", "\\Im": "Im", "\\imath": "i", "\\jmath": "j", "*": "*", "~": " ",
}  # fmt: skip
SPACES = dict.fromkeys(("\\,", "\\:", "\\;", "\\ ", "\\>"), " ") | {
    "\\quad": "  ",
    "\\qquad": "   ",
}
COMMANDS = {
    **{f"\\{name}": letter for name, letter in (one.split("=") for one in GREEK.split())},
    **RELATIONS,
    **BINARY,
    **FENCES,
    **ORDINARY,
    **SPACES,
    "-": "−",
    "'": "′",
}
"""Commands, and characters that change, that stand for one piece of text."""

FUNCTIONS = {
    f"\\{name}"
    for name in (
        *("sin", "cos", "tan", "cot", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh"),
        *("exp", "ln", "log", "det", "dim", "ker", "arg", "deg", "gcd", "mod"),
    )
}
"""Names of functions; they keep a space from letters beside them."""

BIG = {
    "\\sum": "∑", "\\prod": "∏", "\\int": "∫", "\\iint": "∬", "\\lim": "lim", "\\max": "max",
    "\\min": "min", "\\sup": "sup", "\\inf": "inf", "\\bigcup": "⋃", "\\bigcap": "⋂",
    "\\bigoplus": "⨁",
}  # fmt: skip
"""Operators whose two scripts are limits."""

ACCENTS = {
    "\\hat": "\u0302", "\\widehat": "\u0302", "\\tilde": "\u0303", "\\widetilde": "\u0303",
    "\\bar": "\u0304", "\\overline": "\u0304", "\\dot": "\u0307", "\\ddot": "\u0308",
    "\\vec": "\u20d7",
}  # fmt: skip
"""Accents, as characters that combine with the first letter."""

SIZES: dict[str, Kind] = {
    "\\left": "open", "\\right": "close", "\\middle": "ordinary",
    "\\bigl": "open", "\\Bigl": "open", "\\biggl": "open", "\\Biggl": "open",
    "\\bigr": "close", "\\Bigr": "close", "\\biggr": "close", "\\Biggr": "close",
    "\\big": "close", "\\Big": "close", "\\bigg": "close", "\\Bigg": "close",
}  # fmt: skip
"""What gives the bracket after it a size, and on which side that bracket stands."""

TAKES = {
    **dict.fromkeys(("\\text", "\\textbf", "\\textit", "\\mbox", "\\textrm"), "words"),
    **dict.fromkeys(("\\operatorname", "\\operatorname*"), "function"),
    **dict.fromkeys(("\\frac", "\\tfrac", "\\dfrac"), "fraction"),
    **dict.fromkeys(("\\mathrm", "\\mathbf", "\\boldsymbol", "\\mathcal", "\\mathit"), "style"),
    **dict.fromkeys(("\\bm", "\\mathsf", "\\mathtt", "\\underbrace", "\\overbrace"), "style"),
    "\\mathbb": "blackboard",
    "\\sqrt": "root",
}
"""Commands that take arguments, and what is done with these."""

BLACKBOARD = {"R": "ℝ", "C": "ℂ", "Z": "ℤ", "N": "ℕ", "Q": "ℚ", "E": "𝔼", "F": "𝔽", "P": "ℙ"}
ENVIRONMENTS = {
    "matrix": ("", "; ", ""),
    "array": ("", "; ", ""),
    "smallmatrix": ("", "; ", ""),
    "pmatrix": ("(", "; ", ")"),
    "bmatrix": ("[", "; ", "]"),
    "vmatrix": ("|", "; ", "|"),
    "cases": ("{ ", "; ", " }"),
    "gathered": ("", "\n", ""),
    "aligned": ("", "\n", ""),
    "split": ("", "\n", ""),
}
"""What stands left of, between and right of the rows of an environment."""

IGNORED = {
    *("\\displaystyle", "\\textstyle", "\\scriptstyle", "\\limits", "\\nolimits"),
    *("\\!", "\\nonumber", "\\notag"),
}
"""Commands that change nothing that a terminal could show."""

BRACKETS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉"}
OPENING, CLOSING = frozenset(BRACKETS), frozenset(BRACKETS.values())
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("=", "<", ">", *RELATIONS.values()), "relation"),
    **dict.fromkeys(("+", "−", *BINARY.values()), "binary"),
    **dict.fromkeys(OPENING, "open"),
    **dict.fromkeys(CLOSING, "close"),
    **dict.fromkeys((",", ";", ":"), "comma"),
    **dict.fromkeys(SPACES.values(), "space"),
}
"""What the pieces are that are not ordinary."""

SUPERSCRIPTS = {
    **dict(zip("0123456789+−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾", strict=True)),
    **dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)),
    **dict(zip("ABDEGHIJKLMNOPRTUVW", "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", strict=True)),
    **dict(zip("βγδθφ⊤′*", "ᵝᵞᵟᶿᵠᵀ′*", strict=True)),
}
SUBSCRIPTS = {
    **dict(zip("0123456789+−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)),
    **dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)),
    **dict(zip("βγρφχ", "ᵦᵧᵨᵩᵪ", strict=True)),
}
"""The characters that Unicode can raise and lower."""
