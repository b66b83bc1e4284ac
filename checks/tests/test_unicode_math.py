"""LaTeX as Unicode text: every formula and sentence of every theorem can be read."""

import re
from collections.abc import Iterator

import pytest

from ropespec.checks.cli.unicode_math import unicode_math, unicode_text, unknown_commands
from ropespec.spec import Theorem, theorems


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"(\boldsymbol R_{m}\,\boldsymbol q)^\top\,\boldsymbol k", "(Rₘ q)ᵀ k"),
        (r"\boldsymbol R_{- m} = \boldsymbol R_{m + t}", "R₋ₘ = Rₘ₊ₜ"),
        (r"\theta_i = b^{-2i/d}", "θᵢ = b^(−2i/d)"),
        (r"e^{\mathrm i(m-n)\theta_i}", "e^(i(m−n)θᵢ)"),
        (r"2^{-N-1}", "2⁻ᴺ⁻¹"),
        (r"L^{A^2} = sL", "L^(A²) = sL"),
        (r"u_\theta + \theta'_i", "u_θ + θᵢ′"),
        (r"q_{[i]}\,k_{[i]}^*", "q[i] k[i]*"),
        (r"\sum_{i=0}^{d/2-1} x_i", "∑[i=0 … d/2−1] xᵢ"),
        (r"\frac{nu}{1-nu}", "nu/(1 − nu)"),
        (r"4\sin^2\tfrac{\alpha-\beta}2", "4 sin²((α − β)/2)"),
        (r"\frac{\theta_i}{2\pi}", "θᵢ/(2π)"),
        (r"\tfrac1t\,\boldsymbol q^\top", "(1/t) qᵀ"),
        (r"\frac{d\boldsymbol X}{dm}", "dX/dm"),
        (r"-x \le -(-y)", "−x ≤ −(−y)"),
        (r"\bigl|-x\bigr| - |y|", "|−x| − |y|"),
        (r"\Bigl(\frac ab\Bigr)\Big|_{s=1} = 1", "(a/b)|ₛ₌₁ = 1"),
        (r"x\cos\hat\varphi + \operatorname{rotate\_half}(x)", "x cos ϕ̂ + rotate_half(x)"),
        (r"\begin{pmatrix}0&1\\0&0\end{pmatrix}^\top", "(0, 1; 0, 0)ᵀ"),
        (r"\begin{cases}1 & T \le L\\ T & T > L\end{cases}", "{ 1, T ≤ L; T, T > L }"),
        ("\\begin{gathered}\na = b \\\\\nc = d\n\\end{gathered}", "a = b\nc = d"),
        (r"m, n \in \mathbb Z \implies m = n", "m, n ∈ ℤ ⇒ m = n"),
        (r"|\delta| \le u\quad\text{for } nu < 1", "|δ| ≤ u  for nu < 1"),
    ],
)
def test_a_formula_reads_as_on_paper(tex: str, text: str) -> None:
    assert unicode_math(tex) == text


def test_different_formulas_stay_different() -> None:
    for one, other in (
        (r"\frac{a}{b+c}", r"\frac{a}{b}+c"),
        (r"a^{b+c}", r"a^b+c"),
        (r"e^{im\theta_i}(k)", r"e^im\theta_i(k)"),
        (r"\frac{\theta}{2\pi}", r"\frac{\theta}{2}\pi"),
        (r"\phi", r"\varphi"),
    ):
        assert unicode_math(one) != unicode_math(other)


def test_a_command_that_is_not_known_is_found_and_spelled() -> None:
    assert unknown_commands(r"\boldsymbol x \frobnicate y") == {"\\frobnicate"}
    assert unknown_commands(r"\begin{tikzcd}x\end{tikzcd}") == {"tikzcd"}
    assert unicode_math(r"\frobnicate(x)") == "frobnicate(x)"


def test_only_what_stands_between_dollars_is_mathematics() -> None:
    assert (
        unicode_text(r"By A2 it is $\boldsymbol R_{-m}$, no x_1.") == "By A2 it is R₋ₘ, no x_1."
    )


def formulas(theorem: Theorem) -> Iterator[str]:
    yield from (one.tex for one in theorem.symbols)
    yield from (claim.latex() for claim in theorem.statement)
    yield from (step.claim.latex() for step in theorem.proof)
    yield from (one.claim.latex() for one in theorem.altered)


def sentences(theorem: Theorem) -> Iterator[str]:
    yield from (one.words for one in theorem.symbols)
    yield from (step.text for step in theorem.proof)
    yield from (one.what for one in theorem.altered)
    yield from (sentence for _, sentence in theorem.not_implied)
    yield from (theorem.title, theorem.meaning, theorem.correction or "")


@pytest.mark.parametrize("theorem", theorems(), ids=lambda one: one.id)
def test_every_text_of_a_theorem_can_be_read(theorem: Theorem) -> None:
    inside = [part for text in sentences(theorem) for part in re.findall(r"\$([^$]+)\$", text)]
    unknown = set().union(*map(unknown_commands, [*formulas(theorem), *inside]))
    assert not unknown
    shown = [*map(unicode_math, formulas(theorem)), *map(unicode_text, sentences(theorem))]
    assert not [text for text in shown if "\\" in text or "$" in text]
    assert not [text for text in shown[: len(list(formulas(theorem)))] if not text.strip()]
