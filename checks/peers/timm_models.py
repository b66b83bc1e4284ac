"""timm: EVA-02 on a grid of patches."""

from __future__ import annotations

from typing import Any

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig

from .peer import Peer

GRID = 32
"""Patches along a side of an image of 448 pixels."""

OPERATORS = (
    "nms", "qnms", "roi_align", "qroi_align", "ps_roi_align", "roi_pool", "ps_roi_pool",
    "deform_conv2d", "_roi_align_backward", "_roi_pool_backward", "_ps_roi_align_backward",
    "_ps_roi_pool_backward", "_deform_conv2d_backward",
)  # fmt: skip
"""Operators of torchvision's compiled part. timm imports torchvision, whose build for GPUs
does not load beside a torch without them unless these names are known; none is called."""


class Eva02(Adapter):
    """`eva02_base_patch14_448`: positions of 32 patches spread over the 16 of training."""

    def __init__(self) -> None:
        import torch

        library: Any = torch.library
        self.names = library.Library("torchvision", "FRAGMENT")
        for name in OPERATORS:
            self.names.define(f"{name}(Tensor x) -> Tensor")
        from timm.layers import pos_embed_sincos as code

        self.turn = code.apply_rot_embed_cat
        rope = code.RotaryEmbeddingCat(64, in_pixels=False, ref_feat_shape=[16, 16])
        self.table = rope.get_embed([GRID, GRID])

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, 64)` by rows and columns `(batch, seq, 2)`."""
        places = positions[..., 0] * GRID + positions[..., 1]
        return self.turn(x, self.table[places].unsqueeze(1))


PEERS = (
    Peer(
        "eva02-base-448", "timm, EVA-02 base at 448 pixels", f"{__name__}:Eva02",
        RotaryConfig(
            head_dim=64, axes=(16, 16), scaling={"rope_type": "linear", "factor": 2.0}
        ),
        {"framework": "torch", "max_position": GRID - 1},
        "timm.models.eva: eva02_base_patch14_448, ref_feat_shape (16, 16)",
    ),
)  # fmt: skip
