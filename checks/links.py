"""What hangs together: theorems, the laws that hold code to them, and the code itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ropespec.checks.laws import LAWS, Law

if TYPE_CHECKING:
    from ropespec.spec import Theorem

_R = "ropespec.reference"
CODE: dict[str, tuple[str, ...]] = {
    "A4": (f"{_R}.forms.apply_complex",),
    "B1": (f"{_R}.forms.rotation_matrix", f"{_R}.forms.apply_matrix", f"{_R}.oracle.rotate"),
    "B2": (f"{_R}.position_maps.relative_scores",),
    "B3": (f"{_R}.forms.apply_complex",),
    "B4": (
        f"{_R}.forms.apply_efficient",
        f"{_R}.forms.quarter_turn",
        f"{_R}.torch.rotate",
        f"{_R}.torch.RotaryEmbedding",
    ),
    "B5": (f"{_R}.layout_channels", f"{_R}.Layout"),
    "B6": (f"{_R}.Default",),
    "B11": (
        f"{_R}.systems.rotary_embedding.embedding_scores",
        f"{_R}.systems.rotary_embedding.relative_part",
    ),
    "B12": (f"{_R}.split_heads.split_config",),
    "B13": (f"{_R}.attention.multi_head.multi_head", f"{_R}.attention.repeat_groups"),
    "C1": (f"{_R}.attention.scaled_dot_product", f"{_R}.attention.softmax.softmax"),
    "C2": (f"{_R}.attention.causal_mask",),
    "C3": (f"{_R}.split_heads.rotate_back",),
    "C4": (f"{_R}.attention.linear_attention",),
    "D2": (f"{_R}.systems.decay.abel_bound",),
    "D3": (f"{_R}.systems.decay.mean_cosine", f"{_R}.systems.decay.limit"),
    "D4": (f"{_R}.systems.decay.farthest_match",),
    "E2": (f"{_R}.Linear",),
    "E3": (f"{_R}.Ntk", f"{_R}.Dynamic"),
    "E4": (f"{_R}.Yarn", f"{_R}.NtkByParts"),
    "E5": (f"{_R}.Llama3",),
    "E6": (f"{_R}.LongRope",),
    "E7": (f"{_R}.xpos.rotate_queries", f"{_R}.xpos.rotate_keys"),
    "F1": (f"{_R}.arrange", f"{_R}.Arrangement"),
    "F2": (f"{_R}.axes.interleaved_sections",),
    "F3": (f"{_R}.Mixed",),
    "G1": (f"{_R}.neighbours.sinusoidal",),
    "G2": (f"{_R}.neighbours.learned",),
    "G3": (
        f"{_R}.neighbours.shaw.scores",
        f"{_R}.neighbours.t5.bias",
        f"{_R}.neighbours.alibi.bias",
    ),
    "H1": ("ropespec.spec.bounds.frequency",),
    "H2": ("ropespec.spec.bounds.angle",),
    "H3": ("ropespec.spec.bounds.component", "ropespec.checks.budget.Budget"),
    "H4": (f"{_R}.formats.round_to",),
    "H5": ("ropespec.spec.bounds.score",),
    "H6": ("ropespec.spec.bounds.fixed_point", f"{_R}.oracle.phases"),
    "H7": ("ropespec.spec.bounds.raised",),
    "H8": ("ropespec.spec.bounds.ramp", "ropespec.spec.bounds.blend"),
}
"""The public names that compute what a theorem is about."""

LAYOUTS: dict[str, tuple[str, ...]] = {
    "interleaved": ("B4",),
    "half": ("B5",),
    "interleaved-to-half": ("B5",),
    "half-idle": ("B5", "B12"),
    "half-blocks": ("B5", "F1"),
}
"""The theorems that carry each layout of channels."""

ANY_FREQUENCIES = "E1"
"""The theorem that carries every law of frequencies."""


def laws_of(theorem: Theorem) -> tuple[Law, ...]:
    """List the laws that hold an implementation to a theorem."""
    return tuple(law for law in LAWS if law.id in theorem.laws or law.theorem == theorem.id)


def theorems_of_law(law: Law) -> tuple[str, ...]:
    """List the theorems that a law rests on: the one that it names comes first."""
    from ropespec.spec import theorems

    others = [theorem.id for theorem in theorems() if law in laws_of(theorem)]
    return tuple(dict.fromkeys(([law.theorem] if law.theorem else []) + others))


def theorems_obeyed(slug: str) -> tuple[str, ...]:
    """List the theorems that a known bug obeys, so that they cannot show it."""
    from ropespec.spec import theorems

    return tuple(theorem.id for theorem in theorems() if slug in dict(theorem.not_implied))


def used_by(theorem: Theorem) -> tuple[str, ...]:
    """List the theorems whose proofs lean on a theorem."""
    from ropespec.spec import theorems

    return tuple(other.id for other in theorems() if theorem.id in other.depends)


def theorems_of_scaling(name: str) -> tuple[str, ...]:
    """List the theorems about a law of frequencies, by its name in configurations."""
    from ropespec.reference.scaling import LAWS as SCALINGS

    own = f"{_R}.{SCALINGS[name].__name__}"
    return (ANY_FREQUENCIES, *(theorem for theorem, names in CODE.items() if own in names))


def theorems_of_code() -> dict[str, tuple[str, ...]]:
    """Read `CODE` the other way round: for each public name, its theorems."""
    found: dict[str, tuple[str, ...]] = {}
    for theorem, names in CODE.items():
        for name in names:
            found[name] = (*found.get(name, ()), theorem)
    return found
