"""Whether the kernel's values are right: the oracle's, and the CPU's bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ropespec.checks.corpus import configs
from ropespec.reference import RotaryConfig, layout_channels, oracle
from ropespec.reference.arrangement import Mixed
from ropespec.reference.formats import FORMATS
from ropespec.reference.torch import rotate
from ropespec.reference.torch.plain import compute_dtype, turned
from ropespec.reference.torch.plan import plan_of
from ropespec.reference.torch.rows import rows_at
from ropespec.reference.torch.triton_kernel import choosing

_NAMES = (
    "LLAMA", "PAPER", "NEOX", "MLA", "DEEPSEEK_HF", "GEMMA4", "NANOCHAT", "AMPLIFIED", "GPTJ",
    "LAST_HALF", "MROPE_IN_TURN", "PIXTRAL", "SINGLE_PAIR", "LLAMA3", "WIDE",
)  # fmt: skip

CONFIGS: dict[str, RotaryConfig] = {name: getattr(configs, name) for name in _NAMES} | {
    "TWO_BLOCKS": RotaryConfig(24, 20, layout="half-blocks", axes=(6, 4), sign=-1),
    "CROSSING": RotaryConfig(26, 22, layout="interleaved-to-half", sign=-1, rotary_end="last"),
    "MIXED": RotaryConfig(
        8, arrangement=Mixed(matrix=((1.0, 0.5), (0.25, 0.0), (0.0, 2.0), (0.1, 0.3)))
    ),
}
"""Configurations to try, by name."""

DTYPES = (torch.bfloat16, torch.float32, torch.float16, torch.float64)

_FAR = [2**53 + 1, -(2**63), 2**63 - 1, 131071, -5, 2**40 + 3, 511, 512, -(2**18)]


class Sample(NamedTuple):
    """One call.

    Attributes
    ----------
    name
        What it is, in a few words.
    config, axes
        Of the call.
    q, k
        Queries and keys on the CPU.
    given
        The positions as they are given: anything that `rotate` takes.
    starts
        Where packed sequences begin, or None.
    places
        Every token's position, shape `(batch or 1, seq)` plus `(axes,)`.
    """

    name: str
    config: RotaryConfig
    axes: str
    q: Tensor
    k: Tensor
    given: Any
    starts: Tensor | None
    places: Tensor


def judged(device: str, every: int = 1) -> Iterator[dict[str, Any]]:
    """Try every configuration and dtype, in turn each order of axes and kind of positions.

    Parameters
    ----------
    device
        "cuda", or "cpu" for the interpreter.
    every
        Take one sample of so many.

    Yields
    ------
    dict
        `name`, and `wrong`: one line, empty where all is right.
    """
    from ropespec.reference.torch.triton_kernel import launching

    kept = launching.SHAPE
    for number, sample in enumerate(
        islice(samples(131 if device == "cuda" else 19), 0, None, every)
    ):
        if device == "cpu":  # several small programs, or one large one
            launching.SHAPE = launching.Shape(8, 4, 2, 4) if number % 3 else kept
        ways = [fresh, backwards, in_place, into_given]
        for way in ways[: 2 + (number % 2) + (number % 4 == 3)]:  # each is compiled anew
            yield _judged(f"{sample.name} {way.__name__}", way, sample, device)
    launching.SHAPE = kept
    sample = next(samples())
    if device == "cuda":
        for check in (captured, compiled):
            yield _judged(check.__name__, check, sample, device)


def _judged(
    name: str, check: Callable[[Sample, str], str], sample: Sample, device: str
) -> dict[str, Any]:
    """Run one check; an error is a wrong value too."""
    try:
        wrong = check(sample, device) or choosing.failure()
    except Exception as error:  # whatever it is, the run goes on
        first = (str(error).strip().splitlines() or [""])[0]
        wrong = f"{type(error).__name__}: {first[:200]}"
    return {"name": name, "wrong": wrong}


def samples(most: int = 131) -> Iterator[Sample]:
    """List the calls; some have twice `most` tokens, which is more than `Shape.few`."""
    orders, kinds = cycle(("bhsd", "bshd", "thd")), cycle(_KINDS)
    sizes = cycle(((2, most), (1, 1), (2, 9), (2, 5)))
    generator = torch.Generator().manual_seed(11)
    for dtype in DTYPES:
        for name, config in CONFIGS.items():
            axes = next(orders)
            kind = "numbers" if config.axes else next(kinds)
            axes = "thd" if kind == "packed" else axes
            batch, seq = next(sizes)
            batch, seq = (1, batch * seq) if axes == "thd" else (batch, seq)
            shapes = [_shape(axes, batch, heads, seq, config.head_dim) for heads in (5, 2)]
            q, k = (torch.randn(shape, generator=generator).to(dtype) for shape in shapes)
            given, starts, places = _KINDS[kind](batch, seq, len(config.axes))
            called = f"{name} {str(dtype)[6:]} {axes} {kind}"
            yield Sample(called, config, axes, q, k, given, starts, places)


def _shape(axes: str, batch: int, heads: int, seq: int, head_dim: int) -> tuple[int, ...]:
    """Put sizes in an order of axes."""
    if axes == "thd":
        return seq, heads, head_dim
    return (batch, *((heads, seq) if axes == "bhsd" else (seq, heads)), head_dim)


def _count(batch: int, seq: int, axes: int) -> tuple[Any, None, Tensor]:
    """No positions."""
    del batch, axes
    return None, None, torch.arange(seq)[None]


def _offset(batch: int, seq: int, axes: int) -> tuple[Any, None, Tensor]:
    """The first of a running count, across the ends of two tables."""
    del batch, axes
    return 2**18 - 4, None, torch.arange(seq)[None] + (2**18 - 4)


def _numbers(batch: int, seq: int, axes: int) -> tuple[Any, None, Tensor]:
    """Every token's own, large and negative ones too."""
    numbers = torch.tensor(_FAR).repeat(-(-batch * seq // len(_FAR)))
    places = numbers[: batch * seq].reshape(batch, seq)
    if axes:
        places = torch.stack([places // (axis + 1) for axis in range(axes)], dim=-1)
    return places, None, places


def _row(batch: int, seq: int, axes: int) -> tuple[Any, None, Tensor]:
    """One row for the whole batch, of int32 and with gaps in memory."""
    del batch, axes
    places = (torch.arange(3 * seq, dtype=torch.int32) * 1009 - 7000)[::3]
    return places, None, places[None].long()


def _reals(batch: int, seq: int, axes: int) -> tuple[Any, None, Tensor]:
    """Positions between whole numbers."""
    del batch, axes
    places = torch.arange(seq, dtype=torch.float64) * 1000.25
    return places, None, places[None]


def _packed(batch: int, seq: int, axes: int) -> tuple[Any, Tensor, Tensor]:
    """Sequences in a row, one of them empty."""
    del batch, axes
    starts = torch.tensor([0, seq // 3, seq // 3, seq // 2, seq], dtype=torch.int32)
    lengths = starts.diff()
    places = torch.cat([torch.arange(int(n)) for n in lengths]) + 5
    return 5, starts, places[None]


_KINDS: dict[str, Callable[[int, int, int], tuple[Any, Tensor | None, Tensor]]] = {
    "count": _count,
    "numbers": _numbers,
    "packed": _packed,
    "offset": _offset,
    "row": _row,
    "reals": _reals,
}


def _call(sample: Sample, device: str, q: Tensor, k: Tensor, **ways: Any) -> Any:
    """Rotate a sample's tensors on the device."""
    given, starts = (
        x.to(device) if isinstance(x, Tensor) else x for x in (sample.given, sample.starts)
    )
    return rotate(q, k, given, sample.config, axes=sample.axes, cu_seqlens=starts, **ways)


def fresh(sample: Sample, device: str) -> str:
    """Into new tensors, from inputs with gaps in memory; inputs stay as they were."""
    wide = [torch.cat([x, x], dim=-1).to(device) for x in (sample.q, sample.k)]
    q, k = (x[..., : sample.config.head_dim] for x in wide)
    done = _call(sample, device, q, k)
    for x, before in ((q, sample.q), (k, sample.k)):
        if not torch.equal(x.cpu(), before):
            return "an input was changed"
    return _compared(sample, done)


def in_place(sample: Sample, device: str) -> str:
    """Over the inputs."""
    q, k = (x.clone().to(device) for x in (sample.q, sample.k))
    done = _call(sample, device, q, k, inplace=True)
    if done[0] is not q or done[1] is not k:
        return "it is not the input that comes back"
    return _compared(sample, (q, k))


def into_given(sample: Sample, device: str) -> str:
    """Into views with every second channel left out, from inputs in another order."""
    q, k = (x.to(device) for x in (sample.q, sample.k))
    to = [
        torch.zeros(*x.shape[:-1], 2 * x.shape[-1], dtype=x.dtype, device=device)
        for x in (q, k)
    ]
    out = to[0][..., ::2], to[1][..., ::2]
    _call(sample, device, q, k, out=out)
    if any(bool((x[..., 1::2] != 0).any()) for x in to):
        return "something else was written to"
    return _compared(sample, out)


def backwards(sample: Sample, device: str) -> str:
    """Gradients: the inverse rotation of what is given."""
    q, k = (x.to(device, copy=True).requires_grad_() for x in (sample.q, sample.k))
    grads = [torch.flip(x, (-1,)) for x in (sample.q, sample.k)]
    done = _call(sample, device, q, k)
    found = torch.autograd.grad(done, (q, k), [grad.to(device) for grad in grads])
    return _same_bits(found, [_plainly(sample, grad, inverse=True) for grad in grads])


def captured(sample: Sample, device: str) -> str:
    """Replayed from a CUDA graph with other values and positions in the same memory."""
    q, k = (x.to(device) for x in (sample.q, sample.k))
    out = torch.empty_like(q), torch.empty_like(k)
    at = torch.arange(sample.places.shape[1], device=device)

    def call() -> None:
        rotate(q, k, at, sample.config, out, axes=sample.axes)

    cuda: Any = torch.cuda
    with cuda.stream(cuda.Stream()):
        call()
    cuda.synchronize()
    graph = cuda.CUDAGraph()
    with cuda.graph(graph):
        call()
    q.mul_(2.0)
    k.mul_(2.0)
    at.add_(131072)
    graph.replay()
    cuda.synchronize()
    moved = sample._replace(q=q.cpu(), k=k.cpu(), places=at.cpu()[None])
    return _compared(moved, out)


def compiled(sample: Sample, device: str) -> str:
    """Through torch.compile, as one graph."""
    q, k = (x.to(device) for x in (sample.q, sample.k))
    at = torch.arange(sample.places.shape[1], device=device) + 70000

    def call(q: Tensor, k: Tensor, at: Tensor) -> Any:
        return rotate(q, k, at, sample.config, axes=sample.axes)

    done = torch.compile(call, fullgraph=True)(q, k, at)
    return _compared(sample._replace(places=at.cpu()[None]), done)


def _plainly(sample: Sample, x: Tensor, inverse: bool = False) -> Tensor:
    """Rotate by plain torch on the CPU."""
    plan = plan_of(sample.config)
    cos, sin = rows_at(plan, sample.places, compute_dtype(x), x.device)
    head = plan.head.transposed() if inverse else plan.head
    return turned(x, (cos, -sin if inverse else sin), head, sample.axes)


def _compared(sample: Sample, done: Any) -> str:
    """Compare with plain torch bit for bit, and with the oracle."""
    inputs = sample.q, sample.k
    wrong = _same_bits(done, [_plainly(sample, x) for x in inputs])
    if wrong:
        return wrong
    for x, y in zip(inputs, done, strict=True):
        off = _far_off(sample, x, y.cpu())
        if off > 1.0:
            return f"{off:.3g} times as far from the oracle as may be"
    return ""


def _same_bits(found: Any, expected: list[Tensor]) -> str:
    """Compare two pairs of tensors bit for bit; float64 to a few last places.

    The kernel's float64 phases are sums of double-doubles, the CPU's the oracle's own: both
    are rounded once, and differ where that is a tie but for the 2**-100 in between.
    """
    for name, x, y in zip("qk", found, expected, strict=True):
        x = x.detach().cpu()
        if x.dtype == torch.float64:
            if float((x - y).abs().max()) > 2.0**-50 * float(y.abs().max()):
                return f"{name}: float64 is off by {float((x - y).abs().max()):.3g}"
        elif not torch.equal(x, y):
            number = int((x != y).sum())
            return f"{name}: {number} of {x.numel()} have other bits than on the CPU"
    return ""


def _far_off(sample: Sample, x: Tensor, y: Tensor) -> float:
    """Largest error as a part of what exact phases, float32 and one rounding may cost."""
    axes = {"bhsd": (0, 1, 2, 3), "bshd": (0, 2, 1, 3)}.get(sample.axes)
    values, result = (
        part.double().permute(axes) if axes else part.double().transpose(0, 1)[None]
        for part in (x, y)
    )
    places = sample.places.expand(values.shape[0], *sample.places.shape[1:]).numpy()
    truth = oracle.rotate(values.numpy(), places, sample.config)
    name = str(x.dtype).removeprefix("torch.")
    inner = FORMATS["float64" if name == "float64" else "float32"].unit_roundoff
    channels = layout_channels(sample.config)
    one, other = (values.numpy()[..., channels.read[:, side]] for side in (0, 1))
    norm = sample.config.amplitude * np.hypot(one, other)
    limit = norm * (4 * inner + FORMATS[name].unit_roundoff) + FORMATS[name].smallest
    error = np.abs(result.numpy() - truth)
    parts = [error[..., channels.write[:, side]] / limit for side in (0, 1)]
    idle = error[..., channels.passed].max(initial=0.0)
    return float("inf") if idle else float(max(part.max() for part in parts))
