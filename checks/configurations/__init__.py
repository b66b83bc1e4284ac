"""Hold somebody's reader of model configurations to files whose meaning is known.

The commonest live mistakes sit here: a scaling that is dropped because the key is called
`type` and not `rope_type`, a base that moved into `rope_parameters`, an explicit attention
factor that is computed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ropespec.reference.errors import ConfigError

from . import keys, layers, scalings
from .judge import Judgement, Reader, judge
from .report import ConfigReport
from .vector import ConfigVector

__all__ = ["VECTORS", "ConfigReport", "ConfigVector", "check_config"]

VECTORS: tuple[ConfigVector, ...] = (*keys.VECTORS, *scalings.VECTORS, *layers.VECTORS)
"""All configurations, in the order of the report."""


def check_config(
    reader: Reader,
    name: str = "reader",
    *,
    only: Sequence[str] = (),
    progress: Callable[[int, int, str], None] | None = None,
) -> ConfigReport:
    """Hold a reader of configurations to the vectors.

    Parameters
    ----------
    reader
        Takes what stands in a `config.json` and returns `inv_freq`, or a dict with `inv_freq`
        and `attention_factor`, or a dict with `layers`, a list of such dicts. To refuse a
        configuration it raises.
    name
        What to call it in the report.
    only
        Beginnings of the ids to run, as `yarn/`; all when left out.
    progress
        Called before each configuration.

    Returns
    -------
    ConfigReport
        After an interruption with what was judged before it.

    Raises
    ------
    ConfigError
        If `only` names nothing.

    Examples
    --------
    >>> from ropespec.checks.configurations import check_config
    >>> from ropespec.reference.explain import explain
    >>> check_config(lambda config: explain(config).as_dict()).verdict
    'conformant'
    """
    chosen = [each for each in VECTORS if not only or each.id.startswith(tuple(only))]
    if not chosen:
        families = ", ".join(dict.fromkeys(each.id.split("/")[0] for each in VECTORS))
        expected, advice = f"the beginning of an id: {families}", "for example yarn/"
        raise ConfigError("only", ", ".join(only), expected, advice)
    judgements: list[Judgement] = []
    try:
        for done, vector in enumerate(chosen):
            if progress is not None:
                progress(done, len(chosen), vector.id)
            judgements.append(judge(vector, reader))
    except KeyboardInterrupt:
        return ConfigReport(name, tuple(judgements), interrupted=True)
    return ConfigReport(name, tuple(judgements))
