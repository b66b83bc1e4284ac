"""How far off honest implementations are, beside the proved bounds.

    python -m ropespec.checks.bounds_measured docs/generators/bounds.json

measures and writes the numbers that the page of bounds shows. They differ a little from one
processor or library to another; what has to hold anywhere is that no honest implementation
exceeds its bound, and `FACTOR`.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.formats import FORMATS, round_to

from .budget import Budget, pair_errors, pair_norms

FACTOR = 8
"""For each range of positions the bounds are at most this many times what honest code does."""

BASES = (10000.0, 100000.0, 500000.0, 1000000.0)
HEAD_DIM = 128
REACHES = (1, 8, 64, 512, 4096, 32768, 131072)
"""Ends of the ranges that positions are drawn from: between a half of each and it."""

UNIT = FORMATS["float32"].unit_roundoff

Rotation = Callable[[FloatArray, IntArray, RotaryConfig], FloatArray]


@dataclass(frozen=True)
class Implementation:
    """One way to compute, in real float32 arithmetic.

    Attributes
    ----------
    name
        How it computes.
    dtype
        Its format of input and output.
    rotate
        From values `(batch, heads, seq, head_dim)` and positions `(batch, seq)` to the output.
    """

    name: str
    dtype: str
    rotate: Rotation


def _numpy_power(config: RotaryConfig) -> Any:
    exponents = np.arange(0, config.head_dim, 2, dtype=np.float32) / np.float32(config.head_dim)
    return np.float32(1) / np.float32(config.base) ** exponents


def _numpy_exponential(config: RotaryConfig) -> Any:
    logarithm = np.log(np.float32(config.base))
    exponents = np.arange(0, config.head_dim, 2, dtype=np.float32) / np.float32(config.head_dim)
    return np.exp(-exponents * logarithm)


def _numpy(frequencies: Callable[[RotaryConfig], Any]) -> Rotation:
    """Everything in NumPy's float32."""

    def rotate(x: FloatArray, positions: IntArray, config: RotaryConfig) -> FloatArray:
        phase = positions[:, None, :, None].astype(np.float32) * frequencies(config)
        cos, sin = np.cos(phase), np.sin(phase)
        first, second = np.split(x.astype(np.float32), 2, axis=-1)
        turned = [first * cos - second * sin, second * cos + first * sin]
        return np.concatenate(turned, axis=-1).astype(np.float64)

    return rotate


def _torch_power(config: RotaryConfig) -> Any:
    import torch

    steps = torch.arange(0, config.head_dim, 2, dtype=torch.float32)
    return 1.0 / config.base ** (steps / config.head_dim)


def _torch_exponential(config: RotaryConfig) -> Any:
    import torch

    steps = torch.arange(0, config.head_dim, 2, dtype=torch.float32)
    return torch.exp(steps * (-torch.log(torch.tensor(config.base)) / config.head_dim))


def _torch(frequencies: Callable[[RotaryConfig], Any], dtype: str, arithmetic: str) -> Rotation:
    """Phases in torch's float32; tables and rotation in a format, the output in another."""

    def rotate(x: FloatArray, positions: IntArray, config: RotaryConfig) -> FloatArray:
        import torch

        inner, outer = getattr(torch, arithmetic), getattr(torch, dtype)
        phase = torch.from_numpy(positions)[:, None, :, None].float() * frequencies(config)
        cos, sin = phase.cos().to(inner), phase.sin().to(inner)
        first, second = torch.from_numpy(x).to(outer).to(inner).chunk(2, dim=-1)
        turned = torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)
        return np.asarray(turned.to(outer).double().numpy())

    return rotate


HONEST = (
    Implementation("NumPy, 1/pow", "float32", _numpy(_numpy_power)),
    Implementation("NumPy, exp and log", "float32", _numpy(_numpy_exponential)),
    Implementation("torch, 1/pow", "float32", _torch(_torch_power, "float32", "float32")),
    Implementation("torch, exp and log", "float32",
                   _torch(_torch_exponential, "float32", "float32")),
    Implementation("torch, bfloat16 tables", "bfloat16",
                   _torch(_torch_power, "bfloat16", "bfloat16")),
    Implementation("torch, float32 inside", "bfloat16",
                   _torch(_torch_power, "bfloat16", "float32")),
    Implementation("torch, float16 tables", "float16",
                   _torch(_torch_power, "float16", "float16")),
    Implementation("torch, float32 inside", "float16",
                   _torch(_torch_power, "float16", "float32")),
)  # fmt: skip
"""Honest ways; Hugging Face's Llama is the one with torch, 1/pow and tables of the format."""


def _planted(
    position_dtype: str = "float64", frequency_dtype: str = "float64", table: str = "float64"
) -> Rotation:
    """Everything in float64 but one step."""

    def rotate(x: FloatArray, positions: IntArray, config: RotaryConfig) -> FloatArray:
        seen = round_to(positions, position_dtype)
        phase = seen[:, None, :, None] * round_to(config.inv_freq(), frequency_dtype)
        cos, sin = round_to(np.cos(phase), table), round_to(np.sin(phase), table)
        first, second = np.split(x, 2, axis=-1)
        turned = np.concatenate([first * cos - second * sin, second * cos + first * sin], -1)
        return round_to(turned, "float32")

    return rotate


PLANTED = (
    Implementation("positions in bfloat16", "float32", _planted(position_dtype="bfloat16")),
    Implementation("frequencies in bfloat16", "float32", _planted(frequency_dtype="bfloat16")),
    Implementation("frequencies in float16", "float32", _planted(frequency_dtype="float16")),
    Implementation("tables in bfloat16", "float32", _planted(table="bfloat16")),
    Implementation("tables in float16", "float32", _planted(table="float16")),
)
"""One step in too small a format, the rest in float64."""


@dataclass(frozen=True)
class Measured:
    """What one implementation does at one base, the worst over values and positions.

    Attributes
    ----------
    name, dtype, base
        The implementation, its format and the base.
    ratios
        Largest error in units of its bound, for each of `REACHES`.
    constant
        Largest error in units of u (1 + |p|) r, with float32's u.
    by_reach
        Largest error for each of `REACHES`, over all pairs, in units of u r.
    by_pair
        Largest error for each pair at the last of `REACHES`, in units of u r.
    """

    name: str
    dtype: str
    base: float
    ratios: tuple[float, ...]
    constant: float
    by_reach: tuple[float, ...]
    by_pair: tuple[float, ...]


def drawn(reach: int, dtype: str, seed: int = 0) -> tuple[FloatArray, IntArray]:
    """Draw values `(2, 4, 250, head_dim)` that a format holds, and positions up to a reach."""
    rng = np.random.default_rng([seed, reach])
    positions = rng.integers(reach // 2, reach, (2, 250), endpoint=True)
    values = rng.standard_normal((2, 4, 250, HEAD_DIM)) * 2.0 ** rng.integers(-3, 4)
    return round_to(values, dtype), positions


def measure(implementation: Implementation, base: float, seed: int = 0) -> Measured:
    """Measure one implementation at one base.

    Parameters
    ----------
    implementation
        What to run.
    base
        The base of the frequencies.
    seed
        Decides the values and positions.
    """
    config = RotaryConfig(head_dim=HEAD_DIM, base=base, layout="half")
    budget = Budget(config, implementation.dtype)
    constant, ratios, by_reach = 0.0, [], []
    by_pair = np.zeros(config.pairs)
    for reach in REACHES:
        values, positions = drawn(reach, implementation.dtype, seed)
        got = implementation.rotate(values, positions, config)
        errors = pair_errors(got, oracle.rotate(values, positions, config), config)
        norms = pair_norms(values, config)
        ratios.append(float((errors / budget.component(positions, norms)).max()))
        units = errors / (UNIT * norms)
        by_pair = units.max(axis=(0, 1, 2))
        by_reach.append(float(by_pair.max()))
        steps = 1 + np.abs(positions[:, np.newaxis, :, np.newaxis])
        constant = max(constant, float((units / steps).max()))
    return Measured(
        implementation.name,
        implementation.dtype,
        base,
        tuple(ratios),
        constant,
        tuple(by_reach),
        tuple(by_pair.tolist()),
    )


def bound_by_reach(base: float, dtype: str) -> tuple[float, ...]:
    """Return the largest bound of any pair at each of `REACHES`, in units of u r."""
    return tuple(float(_bound(base, dtype, reach).max()) for reach in REACHES)


def bound_by_pair(base: float, dtype: str) -> tuple[float, ...]:
    """Return each pair's bound at the last of `REACHES`, in units of u r."""
    return tuple(_bound(base, dtype, REACHES[-1]).tolist())


def _bound(base: float, dtype: str, position: int) -> FloatArray:
    config = RotaryConfig(head_dim=HEAD_DIM, base=base, layout="half")
    norms = np.ones((1, 1, 1, config.pairs))
    bound = Budget(config, dtype).component(np.array([[position]]), norms)[0, 0, 0]
    return np.asarray(bound / UNIT, dtype=np.float64)


def everything() -> dict[str, Any]:
    """Measure all implementations at all bases, as JSON data."""
    import torch

    def rows(implementations: tuple[Implementation, ...]) -> list[dict[str, Any]]:
        return [asdict(measure(one, base)) for one in implementations for base in BASES]

    return {
        "environment": {
            "machine": platform.machine(),
            "numpy": np.__version__,
            "torch": torch.__version__,
        },
        "honest": rows(HONEST),
        "planted": rows(PLANTED),
    }


def main() -> None:
    """Write the measurements to the file that is named."""
    target = Path(sys.argv[1])
    rounded = json.loads(json.dumps(everything()), parse_float=_three_digits)
    parts = [f"{json.dumps(key)}: {_lines(value)}" for key, value in rounded.items()]
    target.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def _lines(value: Any) -> str:
    """Write JSON with one line for each row."""
    if not isinstance(value, list):
        return json.dumps(value)
    return "[\n" + ",\n".join(json.dumps(row) for row in value) + "\n]"


def _three_digits(number: str) -> float:
    return float(f"{float(number):.3g}")


if __name__ == "__main__":
    main()
