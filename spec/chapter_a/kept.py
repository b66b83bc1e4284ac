"""A5: what vectors that are turned alike keep."""

from ropespec.spec.claims import PlaneIdentity
from ropespec.spec.kernel import squared_norm
from ropespec.spec.notation import (
    ANGLE,
    IDENTITY,
    R,
    alpha,
    area,
    beta,
    phi,
    plane_vector,
    real_vector,
    u,
    v,
)
from ropespec.spec.theorem import Altered, Source, Step, Theorem

_U, _V = plane_vector(u), plane_vector(v)
_RU, _RV = R(phi) @ _U, R(phi) @ _V

_NORM = PlaneIdentity(squared_norm(_RU), squared_norm(_U))
_INNER = PlaneIdentity(_RU.T @ _RV, _U.T @ _V)
_AREA = PlaneIdentity(area(_RU, _RV), area(_U, _V))

A5 = Theorem(
    id="A5",
    title="Vectors turned alike keep norms, inner products and angles",
    source=Source("RoFormer", "2104.09864", "remark after Eq. (16)", checked=True),
    symbols=(ANGLE[phi], real_vector(u, "2"), real_vector(v, "2")),
    statement=(_NORM, _INNER, _AREA),
    proof=(
        Step(
            "orthogonality",
            "By A1 the two rotations in the middle of "
            "$\\boldsymbol u^\\top\\boldsymbol R(\\phi)^\\top\\boldsymbol "
            "R(\\phi)\\boldsymbol v$ "
            "cancel.",
            PlaneIdentity(R(phi).T @ R(phi), IDENTITY),
        ),
        Step("inner product", "So the inner product is kept.", _INNER),
        Step("norm", "The squared norm is the inner product of a vector with itself.", _NORM),
        Step(
            "signed area and angle",
            "$\\det(\\boldsymbol u,\\boldsymbol v)$ is multiplied by "
            "$\\det\\boldsymbol R(\\phi)=1$. The angle from $\\boldsymbol u$ to $\\boldsymbol "
            "v$, "
            "with its sign, has cosine $\\boldsymbol u^\\top\\boldsymbol v$ and sine "
            "$\\det(\\boldsymbol u,\\boldsymbol v)$, both over "
            "$\\lVert\\boldsymbol u\\rVert\\lVert\\boldsymbol v\\rVert$; all of these are "
            "kept.",
            _AREA,
        ),
    ),
    altered=(
        Altered(
            "hypothesis dropped: the vectors are turned by different angles",
            PlaneIdentity((R(alpha) @ _U).T @ (R(beta) @ _V), _U.T @ _V),
        ),
        Altered("only one vector is turned", PlaneIdentity(_RU.T @ _V, _U.T @ _V)),
        Altered("one vector is turned back", PlaneIdentity(_RU.T @ (R(-phi) @ _V), _U.T @ _V)),
        Altered("sign of the area", PlaneIdentity(area(_RU, _RV), area(_V, _U))),
    ),
    meaning=(
        "Two tokens at the same position see each other as if there were no positions. Lengths "
        "never change, so the norm of a query or a key carries no position."
    ),
    not_implied=(
        ("positions-ignored", "No turn at all keeps everything."),
        ("wrong-base", "Turning both vectors by the same wrong angle keeps the same things."),
        ("sign-flipped", "So does turning both the other way."),
    ),
    laws=("norm",),
    depends=("A1",),
)
