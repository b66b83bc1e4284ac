"""Check or identify a target: what `ropespec.check` and `ropespec.identify` are."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from typing import Any

import numpy as np

import ropespec
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.validate import choice, whole

from .errors import TargetError
from .examine import Plan, Progress, examine, not_run
from .frameworks import framework_kind
from .identify import Identification
from .identify import identify as identify_probe
from .in_force import said
from .isolation import Limits
from .known_failures import excuse, read_known
from .laws import LAWS, LEVELS, Focus, find_law
from .laws.scenario import Shape
from .opening import Way, open_target, stated
from .profile import Exhaustive, Profile, every_format, ladder
from .profile import profile as measure_profile
from .report import Report
from .target import Claims, Target, smoke

HEAD_DIM = 64
"""Head width when nothing is said."""

PROFILED = 2**20
"""The farthest position of a profile that is asked for by itself."""


def check(
    target: str | Callable[..., Any],
    config: RotaryConfig | Mapping[str, Any] | None = None,
    *,
    framework: str | None = None,
    signature: str | None = None,
    axes: str | None = None,
    inplace: bool | None = None,
    gradient: bool | None = None,
    dtypes: Iterable[str] | None = None,
    max_position: int | None = None,
    negative: bool | None = None,
    contiguous: bool | None = None,
    by_length: bool | None = None,
    factory: bool = False,
    isolate: bool | None = None,
    timeout: float | None = None,
    memory: float | None = None,
    level: str = "standard",
    laws: Sequence[str] | None = None,
    positions: Sequence[int] = (),
    shapes: Sequence[Shape] = (),
    shrink: bool = True,
    settle: Iterable[str] | None = None,
    seed: int = 0,
    allow_basis_change: bool = False,
    known_failures: str | None = None,
    exhaustive: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Hold somebody's rotary embedding to the laws.

    Parameters
    ----------
    target
        `module:attr`, `path/file.py:attr`, `exec:COMMAND`, or the function itself.
    config
        What it should compute: a configuration, or its fields as a dict, which count before
        those that an `Adapter` declares. What is left out is the paper's, with a head of 64
        channels.
    framework, signature, axes, inplace, gradient, dtypes, max_position, negative, contiguous
        What is claimed of it, see `Claims`; left out, what an `Adapter` declares. The largest
        position of the configuration counts where none is given.
    by_length
        The same: whether calls are held to the frequencies of their own lengths.
    factory
        Whether the target is a function without arguments that makes what is to be called.
    isolate
        Whether it gets a process of its own, so that it may crash, hang and use up memory.
        Left out: if it is named by a text and not given itself.
    timeout, memory
        Seconds for a call and memory in GiB, for a process of its own.
    level
        `quick`, `standard` or `thorough`.
    laws
        Ids of the laws to run; all when left out.
    positions
        The only positions that tokens are put at; any when left out.
    shapes
        The only `(batch, heads, seq, key heads)` that are tried; any when left out.
    shrink
        Whether failing inputs are made as small as possible, which takes a while.
    settle
        Slugs of mistakes. Given, verdict, causes and grade are all that is wanted: once a
        required law failed, only those that are there for one of these mistakes are run; they
        end at their first failing input and draw none at random. Failing inputs stay as they
        are, and nothing is written to reproduce them.
    seed
        Decides all random inputs.
    allow_basis_change
        Whether an output whose channels are permuted is good enough.
    known_failures
        A TOML file of failures that are known, see `ropespec.checks.known_failures`.
    exhaustive
        If given, every position below this number is tried too, in every format; one that is
        beyond its bound fails the target.
    progress
        Called before each step.

    Returns
    -------
    Report
        With the verdict `error` when the target does not import or cannot be called.

    Raises
    ------
    ConfigError
        If the configuration, a claim, a law or a level is none, or the list of known
        failures is wrong.

    Examples
    --------
    >>> from ropespec import RotaryConfig, check
    >>> from ropespec.reference.forms import apply_efficient
    >>> config = RotaryConfig(head_dim=8)
    >>> report = check(lambda x, p: apply_efficient(x, p, config).astype(x.dtype), config)
    >>> report.verdict, report.grade
    ('conformant', 'standard')
    """
    whole_config = _config(config, {})
    claims = stated(
        target,
        framework=framework,
        signature=signature,
        axes=axes,
        inplace=inplace,
        gradient=gradient,
        dtypes=None if dtypes is None else tuple(dtypes),
        max_position=whole_config.max_position if max_position is None else max_position,
        negative=negative,
        contiguous=contiguous,
        by_length=by_length,
    )
    limits = Limits.of(timeout, memory)
    plan = Plan(
        config=whole_config,
        laws=tuple(map(find_law, laws)) if laws else LAWS,
        level=LEVELS[choice("level", level, LEVELS)],
        seed=whole("seed", seed, least=0, advice="any whole number will do"),
        focus=Focus.of(positions, shapes),
        shrink=shrink,
        settle=None if settle is None else frozenset(settle),
        exhaustive=_count(exhaustive),
        factory=factory,
    )
    entries = read_known(known_failures) if known_failures else ()
    name = target if isinstance(target, str) else getattr(target, "__qualname__", "target")
    facts: dict[str, Any] = {
        "target": name,
        "level": level,
        "seed": seed,
        "allow_basis_change": allow_basis_change,
    }
    found = None
    try:
        way = Way(factory=factory, isolate=isolate, limits=limits)
        opened = open_target(target, claims, way, plan.config)
        found = opened.target
        plan = dataclasses.replace(plan, config=_config(config, opened.convention))
        facts |= _seen(plan.config, found.claims)
        plan.focus.check(found.claims)
        smoke(found, plan.config)
        judged = examine(found, plan, progress or _quiet)
    except TargetError as error:
        seen = _seen(plan.config, Claims.of(**claims))
        return Report(error=str(error), cause=error, **{**seen, **facts})
    except KeyboardInterrupt:  # before there was anything to judge
        seen = _seen(plan.config, Claims.of(**claims))
        judged = {"results": not_run((), plan.laws), "interrupted": True}
        return Report(**judged, **{**seen, **facts})
    finally:
        if found is not None:
            found.close()
    today = datetime.datetime.now(datetime.UTC).date()
    excuses = excuse(judged["results"], entries, name, found.dtypes, today)
    return Report(
        **judged,
        known=excuses.known,
        stale=excuses.stale,
        noticed=(*found.notices.sentences(), *_lengths(plan.config, found, judged)),
        **facts,
    )


def _lengths(config: RotaryConfig, target: Target, judged: Mapping[str, Any]) -> Iterator[str]:
    """Say how a target was held to a law that depends on the length."""
    seen = judged.get("identified")
    return said(config, target.claims, () if seen is None else seen.notes)


def identify(
    target: str | Callable[..., Any],
    config: RotaryConfig | Mapping[str, Any] | None = None,
    *,
    factory: bool = False,
    isolate: bool | None = None,
    timeout: float | None = None,
    memory: float | None = None,
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
    factory, isolate, timeout, memory
        As for `check`.
    **claims
        As for `check`: framework, signature, axes, inplace, gradient, dtypes, max_position.

    Raises
    ------
    TargetError
        If the target does not import or cannot be called.
    ConfigError
        If the configuration or a claim is none.
    """
    way = Way(factory=factory, isolate=isolate, limits=Limits.of(timeout, memory))
    with _opened(target, config, way, claims) as (found, declared, convention):
        told = convention if config is None else config
        known = isinstance(told, RotaryConfig) or bool({*told, *convention} - {"head_dim"})
        with np.errstate(all="ignore"):
            return identify_probe(found, declared.head_dim, declared if known else None)


def profile(
    target: str | Callable[..., Any],
    config: RotaryConfig | Mapping[str, Any] | None = None,
    *,
    limit: int = PROFILED,
    factory: bool = False,
    isolate: bool | None = None,
    timeout: float | None = None,
    memory: float | None = None,
    **claims: Any,
) -> Profile:
    """Measure the error of every phase against position and pair.

    Parameters
    ----------
    target, config, factory, isolate, timeout, memory, **claims
        As for `check`.
    limit
        The farthest position; a largest position that is claimed counts where it is lower.

    Raises
    ------
    TargetError
        If the target does not import or cannot be called.
    ConfigError
        If the configuration or a claim is none.
    """
    limit = whole("limit", limit, least=1, advice="give the farthest position")
    way = Way(factory=factory, isolate=isolate, limits=Limits.of(timeout, memory))
    with _opened(target, config, way, claims) as (found, declared, _):
        end = limit if found.max_position is None else min(limit, found.max_position)
        return measure_profile(found, declared, ladder(end))


def exhaust(
    target: str | Callable[..., Any],
    config: RotaryConfig | Mapping[str, Any] | None = None,
    *,
    count: int,
    progress: Progress | None = None,
    factory: bool = False,
    isolate: bool | None = None,
    timeout: float | None = None,
    memory: float | None = None,
    **claims: Any,
) -> tuple[Exhaustive, ...]:
    """Try every position below a limit, in every format.

    Parameters
    ----------
    target, config, factory, isolate, timeout, memory, **claims
        As for `check`.
    count
        How many positions, from 0 on.
    progress
        Called before each call.

    Raises
    ------
    TargetError
        If the target does not import or cannot be called.
    ConfigError
        If the configuration or a claim is none.
    """
    count = whole("count", count, least=1, advice="give how many positions, from 0 on")
    way = Way(factory=factory, isolate=isolate, limits=Limits.of(timeout, memory))
    with _opened(target, config, way, claims) as (found, declared, _):
        return every_format(found, declared, count, progress)


@contextlib.contextmanager
def _opened(
    target: str | Callable[..., Any],
    config: RotaryConfig | Mapping[str, Any] | None,
    way: Way,
    claims: Mapping[str, Any],
) -> Iterator[tuple[Target, RotaryConfig, Mapping[str, Any]]]:
    """Open a target and try it once: with what it is held to, and what it declares."""
    opened = open_target(target, stated(target, **claims), way, _config(config, {}))
    try:
        declared = _config(config, opened.convention)
        smoke(opened.target, declared)
        yield opened.target, declared, opened.convention
    finally:
        opened.target.close()


def _seen(config: RotaryConfig, claims: Claims) -> dict[str, Any]:
    """Return the fields of a report that say what the target is held to be."""
    versions = environment(claims.framework)
    return {"config": config, "claims": claims, "environment": versions}


def environment(framework: str) -> dict[str, str]:
    """Return the versions of what runs."""
    names = {"numpy", framework_kind(framework).package}
    versions = {name: metadata.version(name) for name in sorted(names)}
    return {
        "ropespec": ropespec.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        **versions,
    }


def _config(
    config: RotaryConfig | Mapping[str, Any] | None, convention: Mapping[str, Any]
) -> RotaryConfig:
    """Read what the target is held to be: what was given, else declared, else the paper's."""
    if isinstance(config, RotaryConfig):
        return config
    if config is not None and not isinstance(config, Mapping):
        advice = "for example RotaryConfig(head_dim=128, layout='half')"
        raise ConfigError("config", config, "a RotaryConfig or a dict", advice)
    return RotaryConfig.from_dict({"head_dim": HEAD_DIM, **convention, **(config or {})})


def _count(exhaustive: int | None) -> int:
    """Check how many positions are all to be tried, 0 for none."""
    if exhaustive is None:
        return 0
    return whole("exhaustive", exhaustive, least=1, advice="give how many, from 0 on")


def _quiet(done: int, total: int, what: str) -> None:
    """Show no progress."""
