"""The schemes with several axes that are in real use, one row each.

A row says which coordinates a position has, how many pairs each turns, in which order and
with which series, on which channels, and how a grid gives the coordinates. No model has code
of its own here.

Not rows: schemes whose weights are learned (`Mixed` takes them as they are: RoPE-Mixed,
LightGlue, Mochi), and what is no fixed set of commuting rotations (LieRE, FoPE, PoPE).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ropespec.reference.arrangement import Arrangement, arrange
from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.scaling import Scaling
from ropespec.reference.scaling.ntk import Ntk
from ropespec.reference.validate import choice, whole

from .coordinates import centred, centres, columns_first, grid, merge_blocks, resized, symmetric
from .sections import interleaved_sections, stretched_axes

Shares = Callable[[int], tuple[int, ...]]
"""From the channels of a head to the pairs of each axis."""


@dataclass(frozen=True)
class Scheme:
    """One way to use several coordinates.

    Attributes
    ----------
    name
        What it is called here.
    axes
        The coordinates in their order.
    head_dim
        Channels of a head in the model named first.
    shares
        Pairs for each axis, from the channels of a head.
    arrangement
        Order and series, from the pairs for each axis.
    layout, base, rotary_end, scaling
        As in `RotaryConfig`.
    coordinates
        From the grid's sizes to the tokens' coordinates.
    users
        Who uses it, with the code it was read in.
    """

    name: str
    axes: tuple[str, ...]
    head_dim: int
    shares: Shares
    arrangement: Callable[[Sequence[int]], Arrangement]
    layout: str
    base: float
    coordinates: Callable[..., Any]
    users: str
    rotary_end: str = "first"
    scaling: Scaling | None = None

    def config(
        self, head_dim: int | None = None, sections: Sequence[int] | None = None, **fields: Any
    ) -> RotaryConfig:
        """Return the scheme for a head.

        Parameters
        ----------
        head_dim
            Channels of the head; None for the row's own.
        sections
            Pairs for each axis; None for the row's shares.
        **fields
            Further fields of `RotaryConfig`, instead of the row's.

        Raises
        ------
        ConfigError
            If the head is too narrow, the sections do not name every axis or turn more
            channels than there are, or a field is wrong.
        """
        width = self.head_dim if head_dim is None else head_dim
        whole("head_dim", width, least=2 * len(self.axes), advice="every axis needs a pair")
        counts = tuple(self.shares(width) if sections is None else sections)
        if len(counts) != len(self.axes):
            expected = f"{len(self.axes)} numbers of pairs, for {', '.join(self.axes)}"
            raise ConfigError("sections", counts, expected, f"there are {len(counts)}")
        own = {
            "head_dim": width,
            "rotary_dim": 2 * sum(counts),
            "rotary_end": self.rotary_end,
            "base": self.base,
            "layout": self.layout,
            "scaling": self.scaling,
            "arrangement": self.arrangement(counts),
        }
        return RotaryConfig(**{**own, **fields})


def scheme(name: str) -> Scheme:
    """Return the scheme of that name.

    Raises
    ------
    ConfigError
        If there is none; the nearest name is suggested.
    """
    return SCHEMES[choice("scheme", name, SCHEMES)]


def _equal(axes: int) -> Shares:
    """Share the pairs out equally; what is left over does not turn."""
    return lambda head_dim: (head_dim // 2 // axes,) * axes


def _fixed(*pairs: int) -> Shares:
    """Give every axis a fixed number of pairs."""
    return lambda _: pairs


def _rest_to_time(head_dim: int) -> tuple[int, ...]:
    """Give height and width a third each, rounded down, and time the rest (Wan, Cosmos)."""
    third = head_dim // 6
    return head_dim // 2 - 2 * third, third, third


def _quarter_to_time(head_dim: int) -> tuple[int, ...]:
    """Give time a quarter of the channels, height and width three eighths (CogVideoX)."""
    return head_dim // 8, 3 * head_dim // 16, 3 * head_dim // 16


_HW, _XY, _THW = ("height", "width"), ("x", "y"), ("time", "height", "width")
_in_turn = partial(arrange, groups=[(0, 1)])
_one_series = partial(arrange, series="shared")

SCHEMES: dict[str, Scheme] = {
    row.name: row
    for row in (
        # Vision towers.
        Scheme("eva-02", _HW, 64, _equal(2), arrange, "interleaved", 1e4, resized,
               "EVA-02, EVA-CLIP (baaivision/EVA rope.py)"),
        Scheme("rope-axial", _XY, 64, _equal(2), arrange, "interleaved", 100.0, columns_first,
               "RoPE-Axial, arXiv 2403.13298 (naver-ai/rope-vit); its class token is left out"),
        Scheme("sam-2", _XY, 256, _equal(2), arrange, "interleaved", 1e4, columns_first,
               "SAM 2 and 3, memory attention (transformers sam2_video, sam3)"),
        Scheme("llama-4-vision", _XY, 88, _equal(2), arrange, "interleaved", 1e4,
               partial(columns_first, start=1), "Llama 4 (Meta vision/encoder.py)"),
        Scheme("pixtral", _HW, 64, _equal(2), partial(arrange, series="dealt"), "half", 1e4,
               grid, "Pixtral (transformers; Mistral's own weights have layout interleaved)"),
        Scheme("qwen2-vl-vision", _HW, 80, _equal(2), arrange, "half", 1e4, merge_blocks,
               "Qwen2-VL, Qwen2.5-VL, Qwen3-VL, GLM-4V (transformers qwen2_vl)"),
        Scheme("kimi-vision", _HW, 72, _equal(2), partial(arrange, groups=[(1, 0)]), "half",
               1e4, grid, "Kimi-VL, Kimi-K2.5 (transformers kimi_k25): width first, in turn"),
        Scheme("minimax-m3-vision", _THW, 80, _equal(3), arrange, "half", 1e4, grid,
               "MiniMax-M3 (transformers minimax_m3_vl); the last channels are idle"),
        Scheme("gemma-4-vision", _HW, 64, _equal(2), arrange, "half-blocks", 100.0, grid,
               "Gemma 4 (transformers gemma4)"),
        Scheme("dinov3", _HW, 64, _equal(2), partial(arrange, unit="turn"), "half", 100.0,
               centres, "DINOv3 (facebookresearch/dinov3): 2 pi u / P_j, P_j = b ** (4j / d)"),
        Scheme("efficient-loftr", ("row", "column"), 256, _equal(2), _in_turn, "interleaved",
               1e4, partial(grid, start=1), "EfficientLoFTR (transformers efficientloftr)"),
        Scheme("neo-mme", ("row", "column"), 128, _equal(2), partial(_in_turn, series="shared"),
               "half", 1e4, grid, "NeoMME (transformers neomme): rows on even frequencies"),
        # Text with images and video.
        Scheme("m-rope", _THW, 128, _fixed(16, 24, 24), _one_series, "half", 1e6, grid,
               "Qwen2-VL, arXiv 2409.12191, Qwen2.5-VL, arXiv 2502.13923; GLM-4V: (8, 12, 12)"),
        Scheme("m-rope-interleaved", _THW, 128, _fixed(24, 20, 20), interleaved_sections,
               "half", 5e6, grid, "Qwen3-VL; Qwen3.5: (11, 11, 10)"),
        Scheme("ernie-4.5-vl", _THW, 128, _fixed(20, 22, 22),
               partial(_one_series, groups=[(1, 2), (0,)]), "interleaved", 5e5, grid,
               "ERNIE 4.5 VL: height and width in turn, time on the lowest frequencies"),
        Scheme("xd-rope", ("position", "width", "height", "image"), 128, _fixed(16, 16, 16, 16),
               _one_series, "half", 1e4, grid, "HunYuan-VL", scaling=Ntk(alpha=1000.0)),
        # Diffusion of images and video (diffusers 0.42.1).
        Scheme("flux.1", ("id", *_HW), 128, _fixed(8, 28, 28), arrange, "interleaved", 1e4,
               grid, "FLUX.1; text has coordinates 0"),
        Scheme("flux.2", ("id", *_HW, "token"), 128, _equal(4), arrange, "interleaved", 2000.0,
               grid, "FLUX.2"),
        Scheme("hunyuan-video", _THW, 128, _fixed(8, 28, 28), arrange, "interleaved", 256.0,
               grid, "HunyuanVideo; text does not turn"),
        Scheme("hunyuan-image", _HW, 128, _equal(2), arrange, "interleaved", 256.0, grid,
               "HunyuanImage"),
        Scheme("wan", _THW, 128, _rest_to_time, arrange, "interleaved", 1e4, grid, "Wan 2"),
        Scheme("cogvideox", _THW, 64, _quarter_to_time, arrange, "interleaved", 1e4, grid,
               "CogVideoX 1.5; 1.0 has fractional coordinates (`coordinates.cropped`)"),
        Scheme("qwen-image", ("frame", *_HW), 128, _fixed(8, 28, 28), arrange, "interleaved",
               1e4, centred, "Qwen-Image"),
        Scheme("lumina-2", ("id", *_HW), 96, _equal(3), arrange, "interleaved", 1e4, grid,
               "Lumina-Image 2.0"),
        Scheme("z-image", ("id", *_HW), 128, _fixed(16, 24, 24), arrange, "interleaved", 256.0,
               grid, "Z-Image"),
        Scheme("allegro", _THW, 96, _equal(3), arrange, "half-blocks", 1e4, grid,
               "Allegro; coordinates are divided by an interpolation scale for each axis"),
        Scheme("cosmos", _THW, 128, _rest_to_time, stretched_axes, "half", 1e4, grid,
               "Cosmos; time is multiplied by 24 / fps"),
        Scheme("ltx", _THW, 2048, _equal(3),
               partial(arrange, groups=[(0, 1, 2)], series="rising", unit="quarter-turn"),
               "interleaved", 1e4, symmetric,
               "LTX-Video: pi/2 times 10000 ** u, u from 0 to 1, over the whole hidden width",
               rotary_end="last"),
    )
}  # fmt: skip
"""The schemes by name."""
