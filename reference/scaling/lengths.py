"""Which length a library hands to a law that depends on it: named deviations to replay.

Here a law is a function of the sequence it is used on, the rule "stateless". Libraries keep a
length from earlier calls, or fix one at the start.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import choice, wholes

from .dynamic import Dynamic
from .law import Scaling
from .longrope import LongRope


def _stateless(law: Scaling, lengths: Sequence[int]) -> Iterator[int]:
    """Take every call's own length."""
    del law  # the same for every law
    yield from lengths


def _hugging_face(law: Scaling, lengths: Sequence[int]) -> Iterator[int]:
    """Keep the largest length of a dynamic law until a call below the trained length."""
    if not isinstance(law, Dynamic):  # LongRoPE decides in every call anew
        yield from lengths
        return
    trained = kept = law.original_max_position_embeddings
    for length in lengths:
        if length > kept:
            kept = length
        elif length < trained:  # not at the trained length itself
            kept = trained
        yield kept


def _configured(law: Scaling, lengths: Sequence[int]) -> Iterator[int]:
    """Fix the length at the start: s L."""
    if isinstance(law, Dynamic | LongRope):
        fixed = round((law.factor or 1) * law.original_max_position_embeddings)
        yield from [fixed] * len(lengths)
    else:
        yield from lengths


def _always_long(law: Scaling, lengths: Sequence[int]) -> Iterator[int]:
    """Take LongRoPE's long list whatever the length; a dynamic law gets each call's length."""
    floor = law.original_max_position_embeddings + 1 if isinstance(law, LongRope) else 0
    yield from (max(length, floor) for length in lengths)


@dataclass(frozen=True)
class LengthRule:
    """One way to choose the length.

    Attributes
    ----------
    users
        Who chooses it so.
    rule
        From the law and the lengths of the calls so far to the lengths in force.
    """

    users: str
    rule: Callable[[Scaling, Sequence[int]], Iterator[int]]


LENGTH_RULES: Mapping[str, LengthRule] = {
    "stateless": LengthRule("this reference; Hugging Face for LongRoPE", _stateless),
    "hugging-face": LengthRule("Hugging Face transformers 5.23", _hugging_face),
    "vllm": LengthRule("vLLM: the configured length, from the first token on", _configured),
    "mlx-lm": LengthRule("mlx-lm: LongRoPE always long, a dynamic law by call", _always_long),
}
"""The rules, by name."""


def lengths_in_force(law: Scaling, lengths: Sequence[int], rule: str) -> list[int]:
    """Return the length that each of a series of calls is computed with.

    Parameters
    ----------
    law
        The law.
    lengths
        Largest position plus one of each call, in order.
    rule
        A name of `LENGTH_RULES`.

    Raises
    ------
    ConfigError
        If it is no law, a length is no whole number of at least 1, or there is no such rule.

    Examples
    --------
    Hugging Face's dynamic law after a long call, and where it forgets it:

    >>> from ropespec.reference.scaling import Dynamic, lengths_in_force
    >>> lengths_in_force(Dynamic(2.0, 4096), [4096, 8192, 5000, 4096, 4095], "hugging-face")
    [4096, 8192, 8192, 8192, 4096]
    """
    if not isinstance(law, Scaling):
        raise ConfigError("law", law, "a law of frequencies", "for example Dynamic(2.0, 4096)")
    advice = "give the largest position plus one of each call"
    calls = wholes("lengths", lengths, least=1, advice=advice)
    return list(LENGTH_RULES[choice("rule", rule, LENGTH_RULES)].rule(law, calls))
