"""Check or identify a target: what `ropespec.check` and `ropespec.identify` are."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import metadata
from typing import Any

import numpy as np

import ropespec
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.validate import choice, whole

from .errors import TargetError
from .examine import Plan, Progress, examine
from .identify import Identification
from .identify import identify as identify_probe
from .laws import LAWS, LEVELS, find_law
from .report import Report
from .target import Claims, LocalHost, Target, find_function, smoke

HEAD_DIM = 64
"""Head width when nothing is said."""


def check(
    target: str | Callable[..., Any],
    config: RotaryConfig | Mapping[str, Any] | None = None,
    *,
    framework: str = "numpy",
    signature: str = "x",
    axes: str = "bhsd",
    inplace: bool = False,
    gradient: bool = True,
    dtypes: Iterable[str] | None = None,
    max_position: int | None = None,
    level: str = "standard",
    laws: Sequence[str] | None = None,
    seed: int = 0,
    allow_basis_change: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Hold somebody's rotary embedding to the laws.

    Parameters
    ----------
    target
        `module:attr`, `path/file.py:attr`, or the function itself.
    config
        What it should compute: a configuration, or its fields as a dict. Left out, the
        paper's with a head of 64 channels.
    framework, signature, axes, inplace, gradient, dtypes, max_position
        What is claimed of it, see `Claims`. The largest position of the configuration
        counts where none is given.
    level
        `quick`, `standard` or `thorough`.
    laws
        Ids of the laws to run; all when left out.
    seed
        Decides all random inputs.
    allow_basis_change
        Whether an output whose channels are permuted is good enough.
    progress
        Called before each step.

    Returns
    -------
    Report
        With the verdict `error` when the target does not import or cannot be called.

    Raises
    ------
    ConfigError
        If the configuration, a claim, a law or a level is none.

    Examples
    --------
    >>> from ropespec import RotaryConfig, check
    >>> from ropespec.reference.forms import apply_efficient
    >>> config = RotaryConfig(head_dim=8)
    >>> report = check(lambda x, p: apply_efficient(x, p, config).astype(x.dtype), config)
    >>> report.verdict, report.grade
    ('conformant', 'standard')
    """
    plan = Plan(
        config=_config(config),
        laws=tuple(map(find_law, laws)) if laws else LAWS,
        level=LEVELS[choice("level", level, LEVELS)],
        seed=whole("seed", seed, least=0, advice="any whole number will do"),
    )
    end = plan.config.max_position if max_position is None else max_position
    claims = Claims.of(framework, signature, axes, inplace, gradient, dtypes, end)
    name = target if isinstance(target, str) else getattr(target, "__qualname__", "target")
    facts: dict[str, Any] = {
        "config": plan.config,
        "claims": claims,
        "level": level,
        "seed": seed,
        "allow_basis_change": allow_basis_change,
        "environment": environment(framework),
    }
    try:
        found = _loaded(target, claims)
        smoke(found, plan.config)
    except TargetError as error:
        return Report(target=name, error=str(error), cause=error, **facts)
    return Report(target=name, **examine(found, plan, progress or _quiet), **facts)


def identify(
    target: str | Callable[..., Any],
    config: RotaryConfig | Mapping[str, Any] | None = None,
    **claims: Any,
) -> Identification:
    """Find out which convention a target follows.

    Parameters
    ----------
    target
        As for `check`.
    config
        What it is thought to be; only the head width is needed, and numbers that fit what
        is declared are reported as declared.
    **claims
        As for `check`: framework, signature, axes, inplace, gradient, dtypes, max_position.

    Raises
    ------
    TargetError
        If the target does not import or cannot be called.
    ConfigError
        If the configuration or a claim is none.
    """
    declared = _config(config)
    found = _loaded(target, Claims.of(**claims))
    smoke(found, declared)
    with np.errstate(all="ignore"):
        return identify_probe(found, declared.head_dim, None if config is None else declared)


def environment(framework: str) -> dict[str, str]:
    """Return the versions of what runs."""
    names = {"numpy", framework}
    versions = {name: metadata.version(name) for name in sorted(names)}
    return {
        "ropespec": ropespec.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        **versions,
    }


def _config(config: RotaryConfig | Mapping[str, Any] | None) -> RotaryConfig:
    """Read what the target is held to be."""
    if config is None:
        return RotaryConfig(head_dim=HEAD_DIM)
    if isinstance(config, RotaryConfig):
        return config
    if not isinstance(config, Mapping):
        advice = "for example RotaryConfig(head_dim=128, layout='half')"
        raise ConfigError("config", config, "a RotaryConfig or a dict", advice)
    return RotaryConfig.from_dict(config)


def _loaded(target: str | Callable[..., Any], claims: Claims) -> Target:
    """Find what is to be called."""
    found = find_function(target)
    return Target(LocalHost(found.function, claims, found.make), found.name)


def _quiet(done: int, total: int, what: str) -> None:
    """Show no progress."""
