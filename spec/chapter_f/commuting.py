"""F3: rotations in any planes are relative exactly when their generators commute."""

from ropespec.spec.claims.matrix_words import Constant, ExplicitEqual, ExplicitExponential
from ropespec.spec.notation import ANGLE, phi
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .generators import (
    ABOUT_X,
    BRACKET,
    BRACKET_INSIDE,
    CARRIED,
    EA,
    EAT,
    ETB,
    EXCHANGED,
    FIRST,
    LEFT,
    LX,
    MORE_AXES,
    NOT_SKEW,
    ONE,
    ORTHOGONAL,
    ORTHOGONAL_TEX,
    PRODUCT,
    PRODUCT_TEX,
    RIGHT,
    SCORE,
    SECOND,
    SHEARING,
    SKEW,
    SO3,
    SPACE,
    TURN_X,
    TURN_Y,
    UNDONE,
    A,
    B,
    S,
    T,
    second_slope,
)

F3 = Theorem(
    id="F3",
    title="Exponentials of several axes are relative exactly when their generators are "
    "skew-symmetric and commute",
    source=Source("ComRoPE", "2506.03737", "the RoPE Equation and its theorem"),
    symbols=(
        Quantified(
            "\\boldsymbol B_a",
            "any real square matrices of one size, one for each of finitely many axes; "
            "$\\boldsymbol R(\\boldsymbol x)=\\exp\\bigl(\\sum_a x_a\\boldsymbol B_a\\bigr)$ "
            "is called relative if $\\boldsymbol R(\\boldsymbol x)^\\top"
            "\\boldsymbol R(\\boldsymbol y)$ depends on $\\boldsymbol y-\\boldsymbol x$ alone",
            B,
        ),
        Quantified(
            "\\boldsymbol A, \\boldsymbol B",
            "two of the $\\boldsymbol B_a$, or two sums of their multiples",
            A,
        ),
        Quantified("s", "any real number", S),
        Quantified("t", "any real number", T),
        ANGLE[phi],
    ),
    statement=(PRODUCT, ORTHOGONAL, SCORE, BRACKET, SKEW, SO3),
    proof=(
        Step(
            "an exponential is undone by its negative",
            "Differentiate by s. The terms $-\\boldsymbol A$ and $\\boldsymbol A$ meet "
            "between the two factors and cancel, so the product keeps its value at $s=0$. "
            "Cited here and below: the series may be differentiated term by term, and a "
            "function with derivative 0 is constant (mean value theorem).",
            UNDONE,
        ),
        Step(
            "what commutes with the generator commutes with the exponential",
            "The derivative is $\\exp(-s\\boldsymbol A)(\\boldsymbol{BA}-\\boldsymbol{AB})"
            "\\exp(s\\boldsymbol A)=0$. With the first step, "
            "$\\boldsymbol B\\exp(s\\boldsymbol A)=\\exp(s\\boldsymbol A)\\boldsymbol B$.",
            CARRIED,
        ),
        Step(
            "commuting generators add",
            "Differentiate; by the second step $\\boldsymbol B$ may change places with "
            "$\\exp(s\\boldsymbol A)$, and everything cancels. So "
            "$\\exp(s\\boldsymbol A)\\exp(s\\boldsymbol B)"
            "=\\exp(s(\\boldsymbol A+\\boldsymbol B))$.",
            PRODUCT,
        ),
        Step(
            "skew-symmetric generators rotate",
            "The transposed series is $\\exp(s\\boldsymbol A^\\top)$. Its derivative brings "
            "$\\boldsymbol A^\\top=-\\boldsymbol A$. With the first step, "
            "$\\exp(s\\boldsymbol A)^\\top=\\exp(-s\\boldsymbol A)$.",
            ORTHOGONAL,
        ),
        Step(
            "any number of axes",
            "Let $\\boldsymbol X=\\sum_a x_a\\boldsymbol B_a$ and "
            "$\\boldsymbol Y=\\sum_a y_a\\boldsymbol B_a$. Without axes both are 0. Let them, "
            "and each with the new generator, commute; adding one axis, "
            "$s\\boldsymbol A$ and $t\\boldsymbol B$ with $\\boldsymbol A=\\boldsymbol B$ the "
            "generator of that axis, keeps this. By induction $\\boldsymbol X$ and "
            "$\\boldsymbol Y$ commute.",
            MORE_AXES,
        ),
        Step(
            "commuting is enough",
            "$\\boldsymbol R(\\boldsymbol x)^\\top=\\exp(-\\boldsymbol X)"
            "=\\boldsymbol R(-\\boldsymbol x)$, as $\\boldsymbol X$ is skew-symmetric. It "
            "commutes with $\\boldsymbol Y$, so the third step with $s=1$ gives "
            "$\\boldsymbol R(-\\boldsymbol x)\\boldsymbol R(\\boldsymbol y)"
            "=\\boldsymbol R(\\boldsymbol y-\\boldsymbol x)$.",
            SCORE,
        ),
        Step(
            "and needed: the order does not matter",
            "Let R be relative. Taking $\\boldsymbol x=0$, the function of the difference is R "
            "itself: $\\boldsymbol R(\\boldsymbol x)^\\top\\boldsymbol R(\\boldsymbol y)"
            "=\\boldsymbol R(\\boldsymbol y-\\boldsymbol x)$. Taking $\\boldsymbol y=0$, "
            "$\\boldsymbol R(\\boldsymbol x)^\\top=\\boldsymbol R(-\\boldsymbol x)$. So "
            "$\\boldsymbol R(\\boldsymbol x)\\boldsymbol R(\\boldsymbol y)"
            "=\\boldsymbol R(-\\boldsymbol x)^\\top\\boldsymbol R(\\boldsymbol y)"
            "=\\boldsymbol R(\\boldsymbol x+\\boldsymbol y)$, which is the same for "
            "$\\boldsymbol y$ and $\\boldsymbol x$ exchanged.",
            EXCHANGED,
        ),
        Step(
            "so the generators commute",
            "Move by s on axis a and by t on axis b, $\\boldsymbol A=\\boldsymbol B_a$, "
            "$\\boldsymbol B=\\boldsymbol B_b$. By the last step the bracket is 0 for all s "
            "and t, so its derivative is 0, too.",
            BRACKET,
        ),
        Step(
            "and are skew-symmetric",
            "In the same way, $\\exp(s\\boldsymbol A)^\\top=\\exp(-s\\boldsymbol A)$ for all s "
            "has the derivative $\\boldsymbol A^\\top=-\\boldsymbol A$ at 0.",
            SKEW,
        ),
        Step(
            "turns of space: about the first axis",
            "A generator of the rotations of space, and its exponential by A3's argument.",
            TURN_X,
        ),
        Step("turns of space: about the second axis", "The same.", TURN_Y),
        Step(
            "turns of space are not relative",
            "With quarter turns as steps, $\\boldsymbol R(-1,0)^\\top\\boldsymbol R(0,1)$ and "
            "$\\boldsymbol R(0,-1)^\\top\\boldsymbol R(1,0)$ belong to the same difference "
            "$(1,1)$. The first is a quarter turn about the second axis and then one about "
            "the first; the second takes them in the other order.",
            SO3,
        ),
        Step(
            "skew-symmetry cannot be left out",
            "One axis commutes with itself. This generator is not skew-symmetric; its "
            "exponential is a shear.",
            SHEARING,
        ),
        Step("a shear is not relative", "Two equal positions have the difference 0.", NOT_SKEW),
    ),
    altered=(
        Altered(
            "hypothesis dropped: generators that need not commute add, too",
            Constant(PRODUCT.expression, ONE, S, PRODUCT.exponentials, PRODUCT_TEX),
        ),
        Altered(
            "hypothesis dropped: exponentials of any generator are orthogonal",
            Constant(EAT * EA, ONE, S, ORTHOGONAL.exponentials, ORTHOGONAL_TEX),
        ),
        Altered(
            "sign: the second-order term is the sum of the two products",
            second_slope(
                EA * ETB - ETB * EA,
                A * B + B * A,
                BRACKET_INSIDE,
                "\\boldsymbol{AB} + \\boldsymbol{BA}",
            ),
        ),
        Altered(
            "turns of space are relative",
            ExplicitEqual(LEFT, RIGHT, f"{SPACE}:\\; {FIRST} = {SECOND}"),
        ),
        Altered(
            "a generator without the minus",
            ExplicitExponential(
                LX.applyfunc(abs), ABOUT_X, phi, TURN_X.tex.replace("_x)", "'_x)")
            ),
        ),
    ),
    meaning=(
        "RoPE need not turn neighbouring channels: any rotations will do, one family for each "
        "axis, as long as it does not matter in which order the axes are walked. Rotations "
        "that commute are turns of pairs of channels in a changed basis (the spectral "
        "theorem, cited), so up to that change nothing beyond the mixed form of F1 can be "
        "relative. Learned generators that do not commute, and turns of the sphere, give up "
        "the relative property."
    ),
    not_implied=(
        ("wrong-base", "Any multiples of the generators commute just as well."),
        ("wrong-pairing", "Generators in other planes of their own commute as well."),
        ("sign-flipped", "Minus the generators commute as well."),
        ("positions-ignored", "Generators that are zero commute."),
    ),
    laws=("relative-position", "norm", "composition"),
    depends=("A3", "F1"),
    correction=(
        "As listed, the statement asks only that the $\\boldsymbol B_a$ commute. For the "
        "score, with a transpose, they must be skew-symmetric as well: one axis with "
        "$\\boldsymbol B=\\begin{pmatrix}0&1\\\\0&0\\end{pmatrix}$ commutes with itself, but "
        "$\\boldsymbol R(0)^\\top\\boldsymbol R(0)=\\boldsymbol I$ and "
        "$\\boldsymbol R(1)^\\top\\boldsymbol R(1)=\\begin{pmatrix}1&1\\\\1&2\\end{pmatrix}$. "
        "Without the transpose, $\\boldsymbol R(\\boldsymbol x)^{-1}"
        "\\boldsymbol R(\\boldsymbol y)$ is relative exactly when they commute."
    ),
)
