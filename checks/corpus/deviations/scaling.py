"""A scaling law that is not applied as declared."""

from collections.abc import Callable

import numpy as np

from ropespec.reference import RotaryConfig

from .deviation import Change, Deviation, Visible, amplified, scaled
from .positions import mapped


def with_factor(factor: Callable[[float], float]) -> Change:
    """Scale linearly by a function of the declared factor."""
    return lambda pipeline: pipeline.configure(
        scaling={"rope_type": "linear", "factor": factor(_factor(pipeline.config))}
    )


def _factor(config: RotaryConfig) -> float:
    return float((config.scaling_dict() or {}).get("factor", 1.0))


def _linear(config: RotaryConfig) -> bool:
    return (config.scaling_dict() or {}).get("rope_type") == "linear"


def _factor_differs(factor: Callable[[float], float]) -> Visible:
    return lambda config: _linear(config) and factor(_factor(config)) not in (
        _factor(config), 1.0, 1 / _factor(config))  # fmt: skip


DEVIATIONS = (
    Deviation("scaling-ignored", "scaling-ignored", "has the unscaled frequencies",
              lambda pipeline: pipeline.configure(
                  scaling=None, attention_factor=pipeline.config.amplitude),
              lambda config: scaled(config) and _factor(config) != 1.0),
    Deviation("scaling-inverted", "scaling-inverted",
              "multiplies frequencies by the factor",
              with_factor(lambda s: 1 / s),
              lambda config: _linear(config) and _factor(config) != 1.0),
    *(
        Deviation(f"factor-{name}", "wrong-scaling-parameters", f"scales by {says}",
                  with_factor(factor), _factor_differs(factor))
        for name, says, factor in (
            ("squared", "the factor twice", lambda s: s * s),
            ("root", "the square root of the factor", lambda s: s**0.5),
            ("8", "a fixed factor 8", lambda _s: 8.0),
            ("2", "a fixed factor 2", lambda _s: 2.0),
        )
    ),
    Deviation("positions-divided-down", "wrong-scaling-parameters",
              "divides positions by the factor in whole numbers",
              lambda pipeline: mapped(lambda p: np.floor(p / _factor(pipeline.config))
                                      * _factor(pipeline.config))(pipeline),
              lambda config: _linear(config) and _factor(config) > 1.0),
    Deviation("attention-factor-missing", "attention-factor-missing",
              "leaves out the attention factor",
              lambda pipeline: pipeline.configure(attention_factor=1.0), amplified),
)  # fmt: skip
