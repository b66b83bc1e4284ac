"""Values and figure of the page on document 001."""

from matplotlib.figure import Figure

from ropespec.reference.systems.rotation_stack import get_rotation_matrix
from ropespec.reference.systems.trace import matrix_text

from .draw import canvas, heat

DIM, LENGTH = 128, 512


def values() -> dict[str, str]:
    """Return what the page's gaps hold."""
    stack = get_rotation_matrix(DIM, LENGTH)
    tables = LENGTH * DIM // 2 * 2 * stack.itemsize
    return {
        "matrix": matrix_text(get_rotation_matrix(4, 3)[2], 4),
        "shape": str(stack.shape),
        "stack_bytes": f"{stack.nbytes:,}",
        "table_bytes": f"{tables:,}",
        "ratio": str(stack.nbytes // tables),
        "filled": f"{2 / DIM:.2%}",
    }


def figures() -> dict[str, Figure]:
    """Draw the matrices of a few positions."""
    stack = get_rotation_matrix(16, 65)
    figure, axes = canvas(4, width=8.0, height=2.2)
    for panel, position in zip(axes, (0, 1, 8, 64), strict=True):
        heat(panel, stack[position], f"m = {position}", largest=1.0)
        panel.set_xticks((0, 8, 16))
        panel.set_yticks((0, 8))
    return {"rotation-stack": figure}
