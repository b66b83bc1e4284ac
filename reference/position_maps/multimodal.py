"""M-RoPE: positions (time, height, width) of text mixed with images and videos.

Wang et al., Qwen2-VL, arXiv 2409.12191; Qwen2.5-VL, arXiv 2502.13923; as transformers 5.23
computes them. A counter c runs over the sequence. Text takes t = h = w = c and moves it by 1
for each token. An image or video that starts at c takes

    t = c + floor(k interval),  h = c + row,  w = c + column

for frame k on its merged grid, and moves the counter past itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Any

import numpy as np

from ropespec.reference.arguments import instance
from ropespec.reference.arrays import IntArray
from ropespec.reference.axes.coordinates import grid
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import choice, listed, real, whole

ADVANCES = ("spatial", "largest")
"""How a vision block moves the counter: by the longer side of its grid (transformers 5.23),
or to one more than its largest coordinate (Qwen2-VL's first code, from memory). The two agree
for images, and differ for a video that lasts longer than it is wide."""


@dataclass(frozen=True)
class Text:
    """A run of text tokens."""

    tokens: int


@dataclass(frozen=True)
class Vision:
    """An image (one frame) or a video, on the grid of patches.

    Attributes
    ----------
    frames, height, width
        Patches along each axis, before merging.
    merge
        Patches that become one token along height and along width (`spatial_merge_size`).
    interval
        Steps of time from frame to frame: 1 in Qwen2-VL; tokens_per_second times the seconds
        of a grid step in Qwen2.5-VL. Qwen3-VL gives every frame as an image of its own,
        between text with the time.
    """

    frames: int
    height: int
    width: int
    merge: int = 2
    interval: float = 1.0


@dataclass(frozen=True)
class SpokenVideo:
    """A video and its sound in turn, chunk by chunk, with their marks (Qwen2.5-Omni's TMRoPE).

    Time is absolute: a token of sound is one step, 1/25 of a second, and the video's interval
    is 25 times its seconds per grid step. Sound and video begin together, one step after two
    marks that share a position, and two marks follow. In between come the video's tokens of
    the first chunk of time, the sound's, the video's of the second, and so on; what follows
    counts on from the last chunk, as transformers 5.23 does it.

    Attributes
    ----------
    video
        The video, its `interval` in steps.
    sound
        Tokens of sound.
    chunk
        Steps in a chunk: 50 are the 2 seconds of Qwen2.5-Omni.
    """

    video: Vision
    sound: int
    chunk: int = 50


Segment = Text | Vision | SpokenVideo
"""What a sequence is made of."""


def multimodal_positions(
    segments: Sequence[Segment], advance: str = "spatial"
) -> tuple[IntArray, int]:
    """Return a sequence's positions, and how far later tokens are ahead of their count.

    Parameters
    ----------
    segments
        What the sequence is made of, in order.
    advance
        A name of `ADVANCES`.

    Returns
    -------
    positions
        Shape `(tokens, 3)`: time, height, width.
    delta
        Largest coordinate + 1 - tokens (`rope_deltas`): a token decoded later, the i-th of
        the sequence from 0, stands at i + delta on every axis.

    Raises
    ------
    ConfigError
        For a size that is no whole number, or not a multiple of `merge`.

    Examples
    --------
    >>> from ropespec.reference.position_maps import Text, Vision, multimodal_positions
    >>> positions, delta = multimodal_positions([Text(2), Vision(1, 4, 4), Text(1)])
    >>> positions.T.tolist()
    [[0, 1, 2, 2, 2, 2, 4], [0, 1, 2, 2, 3, 3, 4], [0, 1, 2, 3, 2, 3, 4]]
    >>> delta
    -2
    """
    choice("advance", advance, ADVANCES)
    counter, blocks = 0, [np.zeros((0, 3), dtype=np.int64)]
    for segment in listed("segments", segments, "runs of text and images"):
        block = _BLOCKS[type(instance("segments", segment, *_BLOCKS))](segment)
        blocks.append(block + counter)
        if isinstance(segment, Vision) and advance == "spatial":
            counter += max(segment.height, segment.width) // segment.merge
        elif block.size:
            counter += int(block[-1].max()) + 1
    positions = np.concatenate(blocks)
    largest = int(positions.max()) if positions.size else -1
    return positions, largest + 1 - len(positions)


def text_block(text: Text) -> IntArray:
    """Return the positions of text from 0 on, the same on every axis, `(tokens, 3)`."""
    tokens = whole(
        "tokens",
        instance("text", text, Text).tokens,
        least=0,
        advice="give the number of tokens",
    )
    return np.repeat(np.arange(tokens)[:, np.newaxis], 3, axis=1)


def vision_block(vision: Vision) -> IntArray:
    """Return (floor(k interval), row, column) of every token, `(tokens, 3)`."""
    instance("vision", vision, Vision)
    merge = whole("merge", vision.merge, least=1, advice="Qwen2-VL merges 2")
    frames = whole("frames", vision.frames, least=1, advice="an image has 1")
    interval = Fraction(real("interval", vision.interval, above=0, advice="1 in Qwen2-VL"))
    sizes = [_merged(name, getattr(vision, name), merge) for name in ("height", "width")]
    cells = grid(frames, *sizes)
    cells[:, 0] = np.array([int(k * interval) for k in range(frames)])[cells[:, 0]]
    return cells


def spoken_block(spoken: SpokenVideo) -> IntArray:
    """Return the positions of a video with sound and of their marks, `(tokens, 3)`."""
    instance("spoken", spoken, SpokenVideo)
    sound = whole("sound", spoken.sound, least=1, advice="give the tokens of sound")
    chunk = whole("chunk", spoken.chunk, least=1, advice="50 in Qwen2.5-Omni")
    parts = (vision_block(spoken.video), text_block(Text(sound)))
    both = [_chunks(part, chunk) for part in parts]
    in_turn = [part for pair in zip_longest(*both) for part in pair if part is not None]
    mark = np.zeros((2, 3), dtype=np.int64)
    end = mark + in_turn[-1].max() + 2  # the library goes on from the last chunk alone
    return np.concatenate((mark, np.concatenate(in_turn) + 1, end))


def _chunks(block: IntArray, chunk: int) -> list[IntArray]:
    """Cut tokens where their time passes the next multiple of the chunk."""
    cuts: list[int] = []
    for token, time in enumerate(block[:, 0].tolist()):
        if time >= chunk * (len(cuts) + 1):
            cuts.append(token)
    return np.split(block, cuts)


_BLOCKS: dict[type, Callable[[Any], IntArray]] = {
    Text: text_block,
    Vision: vision_block,
    SpokenVideo: spoken_block,
}
"""From a segment to its positions, counted from its own beginning."""


def _merged(name: str, size: int, merge: int) -> int:
    """Return a side of the merged grid."""
    checked = whole(name, size, least=1, advice="give patches before merging")
    if checked % merge:
        expected = f"a multiple of merge = {merge}"
        raise ConfigError(name, size, expected, "images are resized to such grids")
    return checked // merge
