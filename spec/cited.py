"""What the kernel and the proofs cite and do not prove: theorems that textbooks have.

One table. A test says that whatever a rule, a verdict or a step calls cited is in it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """A theorem that is used without proof.

    Attributes
    ----------
    name
        What it is called.
    statement
        What it says, with LaTeX between dollar signs.
    purpose
        What it is used for here.
    words
        Any of these in a sentence, in small letters, means this fact.
    modules
        The modules below `ropespec.spec` that use it.
    """

    name: str
    statement: str
    purpose: str
    words: tuple[str, ...]
    modules: tuple[str, ...] = ()


CITED = (
    Fact(
        "π is irrational (Lambert, 1761)",
        "There are no integers $n$ and $k \\ne 0$ with $n = \\pi k$.",
        "Whole positions never turn a pair of rational frequency by whole turns.",
        ("irrational",),
        ("kernel.integers", "kernel.repeats"),
    ),
    Fact(
        "The mean value theorem",
        "A function on an interval is constant when its derivative is 0 there, and does not "
        "fall when its derivative is not negative.",
        "Inequalities by the sign of a derivative, and the uniqueness of solutions of linear "
        "differential equations.",
        ("mean value theorem",),
        (
            "kernel.slopes",
            "kernel.pieces",
            "kernel.growth",
            "kernel.ode",
            "kernel.riemann",
            "kernel.matrix_exponentials",
        ),
    ),
    Fact(
        "Taylor's theorem",
        "With derivatives of at most 1, a Taylor polynomial of degree below $n$ is off by at "
        "most $|x|^n/n!$.",
        "Rational enclosures of exp, cos and sin; they decide signs, never equalities.",
        ("taylor",),
        ("kernel.enclosure",),
    ),
    Fact(
        "The theorem of Lindemann and Weierstrass",
        "For distinct algebraic numbers $r_j$ the numbers $e^{r_j}$ are linearly independent "
        "over the algebraic numbers.",
        "A false identity has a witness at a rational point; the second checker's proof that "
        "two numbers differ. Nothing is proved equal by it.",
        ("lindemann",),
        ("kernel.exponential", "kernel.evaluate", "recheck.checker"),
    ),
    Fact(
        "Laplace's expansion",
        "A determinant is the sum of the entries of one row, each times its signed minor.",
        "The determinant of a block-diagonal matrix is the product of its blocks' "
        "determinants.",
        ("laplace",),
        ("kernel.blocks",),
    ),
    Fact(
        "The lemma of Schwartz and Zippel",
        "A polynomial of degree $k$ that is not zero vanishes at a point drawn from a set of "
        "$N$ values for each variable with probability at most $k/N$.",
        "The second checker's bound on the probability that a false identity passes.",
        ("schwartz",),
        ("recheck.evaluation",),
    ),
    Fact(
        "The exponential series",
        "$\\exp(s\\boldsymbol A)=\\sum_k s^k\\boldsymbol A^k/k!$ may be differentiated term by "
        "term, and $\\exp(s\\boldsymbol A)\\exp(t\\boldsymbol A)=\\exp((s+t)\\boldsymbol A)$.",
        "Exponentials of matrices of any size.",
        ("differentiated term by term", "exponential series", "both from the series"),
        ("kernel.matrix_exponentials", "kernel.ode"),
    ),
    Fact(
        "Calculus of one variable",
        "The chain rule; the fundamental theorem of calculus; an integral of what is not "
        "negative is not negative; $1/N$ tends to 0.",
        "The integral that the mean of the cosines tends to, and how fast.",
        ("chain rule", "fundamental theorem", "integrals keep", "1/n tends to 0"),
        ("kernel.integration", "kernel.riemann"),
    ),
    Fact(
        "Polar form, square roots",
        "A complex number of length 1 is $e^{\\mathrm i\\theta}$ with a real $\\theta$; a real "
        "number that is not negative has a real square root.",
        "Naming the angle of a turn, and the speeds of two planes.",
        ("polar form", "have real square roots"),
    ),
    Fact(
        "The spectral theorem",
        "Skew-symmetric matrices that commute are brought to blocks of $2 \\times 2$ by one "
        "orthogonal change of basis.",
        "A remark on what commuting generators look like; no claim rests on it.",
        ("spectral theorem",),
    ),
)
"""Every fact that is cited."""


def facts_in(sentence: str) -> tuple[Fact, ...]:
    """List the facts that a sentence means."""
    small = sentence.lower()
    return tuple(fact for fact in CITED if any(word in small for word in fact.words))
