"""D5: scores of random vectors do not fade with the distance."""

import sympy as sp

from ropespec.spec.claims import Differ, PlaneIdentity
from ropespec.spec.claims.moments import ExpectedSquare, ExpectedSum
from ropespec.spec.kernel import Term
from ropespec.spec.kernel.expectation import Moments
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import FREQUENCIES, k, number, q, rotary, theta_i, vector
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .symbols import DISTANCE, delta

_Q, _K = vector(q), vector(k)
_SCORE = _Q.T @ rotary(delta) @ _K
_ZERO = sp.Integer(0)
_VQ, _VK = sp.symbols("V_q V_k", nonnegative=True)
_A, _B, _C, _E = sp.symbols("a b c e", nonnegative=True)
_MQ, _MK, _MIXED, _ACROSS = sp.symbols("mu_q mu_k r w", real=True)


def _moments(base: Expr, variances: tuple[Expr, Expr], mean: Expr = _ZERO) -> Moments:
    """Uncorrelated entries with these variances in every pair."""
    first, last = (variance + mean**2 for variance in variances)
    product = mean**2
    return Moments(base, (mean, mean), ((first, product), (product, last)), product)


_ISOTROPIC = (_moments(q, (_VQ, _VQ)), _moments(k, (_VK, _VK)))
_ANISOTROPIC = (_moments(q, (_A, _B)), _moments(k, (_C, _E)))
_ANY_KEY = Moments(k, (_MK, _MK), ((_C, _MIXED), (_MIXED, _E)), _ACROSS)

_S_TEX = "s_\\delta = \\boldsymbol q^\\top\\boldsymbol R_\\delta\\boldsymbol k"
_ISO_TEX = "\\quad\\text{for } \\operatorname{E}\\boldsymbol{qq}^\\top = V_q\\boldsymbol I,\\; "
_ISO_TEX += "\\operatorname{E}\\boldsymbol{kk}^\\top = V_k\\boldsymbol I"


def _mean(moments: tuple[Moments, ...], tex: str, score: Term = _SCORE) -> ExpectedSum:
    return ExpectedSum(score, moments, _ZERO, f"\\operatorname{{E}}\\,{tex} = 0")


def _square(moments: tuple[Moments, ...], part: Expr, tex: str) -> ExpectedSquare:
    return ExpectedSquare(_SCORE, moments, part, f"\\operatorname{{E}}\\,s_\\delta^2 = {tex}")


_ANGLE = delta * theta_i
_TURNING = (_A * _C + _B * _E) * sp.cos(_ANGLE) ** 2 + (_A * _E + _B * _C) * sp.sin(_ANGLE) ** 2
_TURNING_TEX = (
    "\\sum_{i=0}^{d/2-1}\\bigl((ac+be)\\cos^2(\\delta\\theta_i) + "
    "(ae+bc)\\sin^2(\\delta\\theta_i)\\bigr)"
)
_PLANE_ANGLE = sp.Symbol("phi", real=True)

_MEAN = ExpectedSum(
    _SCORE, _ISOTROPIC, _ZERO, f"\\operatorname{{E}}\\,s_\\delta = 0,\\quad {_S_TEX}"
)
_VARIANCE = _square(_ISOTROPIC, 2 * _VQ * _VK, f"d\\,V_q\\,V_k{_ISO_TEX}")
_ONE_IS_ENOUGH = _square(
    (_ISOTROPIC[0], _ANY_KEY),
    _VQ * (_C + _E),
    "V_q\\operatorname{E}\\lVert\\boldsymbol k\\rVert^2\\quad\\text{for } "
    "\\operatorname{E}\\boldsymbol{qq}^\\top = V_q\\boldsymbol I\\text{, any } \\boldsymbol k",
)
_GENERAL = _square(_ANISOTROPIC, _TURNING, _TURNING_TEX)
_EXACTLY = PlaneIdentity(
    number(
        _TURNING.xreplace({_ANGLE: _PLANE_ANGLE}) - (_A * _C + _B * _E),
        "(ac+be)\\cos^2\\phi + (ae+bc)\\sin^2\\phi - (ac+be)",
    ),
    number(-(_A - _B) * (_C - _E) * sp.sin(_PLANE_ANGLE) ** 2, "-(a-b)(c-e)\\sin^2\\phi"),
)
_AT = {_A: 1, _B: 0, _C: 1, _E: 0}


def _at(distance: int) -> Expr:
    """The expected square at a distance, with d = 2 and the first entries alone random."""
    values = {**_AT, delta: distance, theta_i: 1}
    return _TURNING.xreplace({name: sp.Integer(value) for name, value in values.items()})


_DIFFERS = Differ(
    _at(0),
    _at(1),
    (),
    "\\operatorname{E}\\,s_0^2 = 1 \\ne \\cos^2 1 = \\operatorname{E}\\,s_1^2"
    "\\quad(d=2,\\; a=c=1,\\; b=e=0)",
)

D5 = Theorem(
    id="D5",
    title="For isotropic random vectors the score's mean and variance ignore the distance",
    source=Source("this project"),
    symbols=(
        DISTANCE,
        FREQUENCIES,
        Quantified(
            "\\boldsymbol q", "a random real vector, independent of $\\boldsymbol k$", q
        ),
        Quantified("\\boldsymbol k", "a random real vector", k),
        Quantified("V_q", "the variance of every entry of $\\boldsymbol q$", _VQ),
        Quantified("V_k", "the variance of every entry of $\\boldsymbol k$", _VK),
        Quantified("a", "variance of the first entry of each pair of $\\boldsymbol q$", _A),
        Quantified("b", "variance of the second", _B),
        Quantified("c", "mean square of the first entry of each pair of $\\boldsymbol k$", _C),
        Quantified("e", "mean square of the second", _E),
        Quantified(
            "r", "mean product of the two entries of a pair of $\\boldsymbol k$", _MIXED
        ),
    ),
    statement=(_MEAN, _VARIANCE, _ONE_IS_ENOUGH, _DIFFERS),
    proof=(
        Step(
            "the mean",
            "The score is a sum of products of an entry of $\\boldsymbol q$ and one of "
            "$\\boldsymbol k$. By independence each has the product of the means as its mean: "
            "0.",
            _MEAN,
        ),
        Step(
            "the variance",
            "In the square of the score the entries of $\\boldsymbol q$ come in twos. Two "
            "different ones have mean product 0; so different pairs are uncorrelated, and in "
            "pair i the weights of $V_qV_k$ add up to "
            "$2\\cos^2(\\delta\\theta_i)+2\\sin^2(\\delta\\theta_i)=2$.",
            _VARIANCE,
        ),
        Step(
            "one is enough",
            "It suffices that one of the two is isotropic. The other may have any mean and "
            "any correlations, within pairs and between them.",
            _ONE_IS_ENOUGH,
        ),
        Step(
            "neither isotropic",
            "With different variances in a pair the weights no longer add up.",
            _GENERAL,
        ),
        Step(
            "exactly then",
            "What is left of the distance is $-(a-b)(c-e)\\sin^2(\\delta\\theta_i)$ in each "
            "pair: nothing if $a=b$ or $c=e$, and something otherwise.",
            _EXACTLY,
        ),
        Step(
            "an exact example",
            "With one pair whose second entries are always 0, the expected square is "
            "$\\cos^2\\delta$.",
            _DIFFERS,
        ),
    ),
    altered=(
        Altered(
            "hypothesis dropped: means that are not 0",
            _mean((_moments(q, (_VQ, _VQ), _MQ), _moments(k, (_VK, _VK), _MK)), "s_\\delta"),
        ),
        Altered(
            "hypothesis dropped: the key is the query",
            _mean(
                _ISOTROPIC[:1],
                "\\boldsymbol q^\\top\\boldsymbol R_\\delta\\boldsymbol q",
                _Q.T @ rotary(delta) @ _Q,
            ),
        ),
        Altered(
            "hypothesis dropped: neither is isotropic",
            _square(_ANISOTROPIC, _A * _C + _B * _E, "\\operatorname{E}\\,s_0^2"),
        ),
        Altered(
            "hypothesis dropped: the query's pairs are correlated, and so are the key's",
            _square(
                (Moments(q, (_ZERO, _ZERO), ((_VQ, _VQ), (_VQ, _VQ)), _VQ), _ANY_KEY),
                _VQ * (_C + _E + 2 * _MIXED),
                "V_q\\operatorname{E}\\lVert\\boldsymbol k\\rVert^2",
            ),
        ),
        Altered(
            "twice the variance",
            _square(_ISOTROPIC, 4 * _VQ * _VK, f"2d\\,V_q\\,V_k{_ISO_TEX}"),
        ),
        Altered(
            "the example at the distance 0 twice",
            Differ(
                _at(0), _at(0), (), "\\operatorname{E}\\,s_0^2 \\ne \\operatorname{E}\\,s_0^2"
            ),
        ),
    ),
    meaning=(
        "Take queries and keys at random, with no preferred direction: the score then has the "
        "mean 0 and the same spread at every distance. Nothing fades. Decay that is seen in a "
        "model comes from directions that training made special, not from the rotation. It is "
        "enough that one of the two vectors has no preferred direction within its pairs."
    ),
    not_implied=(
        ("positions-ignored", "Without positions mean and variance are the same."),
        ("wrong-base", "They are the same for any frequencies."),
        ("sign-flipped", "And for either sign of the rotation."),
        ("wrong-pairing", "And however channels are paired."),
    ),
    laws=("norm", "relative-position"),
    depends=("B1", "B2"),
)
