"""Hold a reader to one vector: right, wrong and why, or a refusal that is right."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ropespec.checks.errors import TargetRaised
from ropespec.checks.roundings import TRIGONOMETRIC_ULPS, relative_error
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import FORMATS
from ropespec.spec import bounds

from .answer import Answer, AnswerError, Refusal, answers
from .vector import ConfigVector, Meaning

Reader = Callable[[dict[str, Any]], Any]
"""Takes what stands in a `config.json`; see `answer.answers` for what it returns."""

UNIT = FORMATS["float32"].unit_roundoff
"""A reader may compute in float32."""


@dataclass(frozen=True)
class Judgement:
    """What came of one vector.

    Attributes
    ----------
    vector
        Which.
    status
        Passed or failed.
    answered
        Whether the reader answered; it refused otherwise.
    reason
        What is wrong, in one line; the refusal's words where it was right to refuse.
    bug
        Slug of the mistake that explains it, empty where none does.
    """

    vector: ConfigVector
    status: Literal["pass", "fail"]
    answered: bool
    reason: str = ""
    bug: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the judgement as JSON values."""
        own = {"id": self.vector.id, "verdict": self.vector.verdict}
        return {**own, "comment": self.vector.comment, "status": self.status,
                "answered": self.answered, "reason": self.reason, "bug": self.bug or None,
                "config": dict(self.vector.config)}  # fmt: skip


def judge(vector: ConfigVector, reader: Reader) -> Judgement:
    """Give a reader a configuration, and compare what it finds with what is meant.

    An exception is a refusal. An answer that cannot be read is a failure, and so is a program
    that ends or hangs.
    """
    try:
        found = answers(reader(copy.deepcopy(dict(vector.config))))
    except AnswerError as error:
        return Judgement(vector, "fail", True, str(error))
    except Refusal as refusal:
        return _refused(vector, str(refusal))
    except TargetRaised as fault:
        did = str(fault).removesuffix(", expected it to return")
        return Judgement(vector, "fail", False, f"{did}, expected an answer or a refusal")
    except Exception as error:
        return _refused(vector, f"{type(error).__name__}: {error}")
    if not vector.meanings:
        reason = "it was read without a word, expected an error that names the key"
        return Judgement(vector, "fail", True, reason)
    wrong = [_compare(meaning, found) for meaning in vector.meanings]
    if None in wrong:
        return Judgement(vector, "pass", True)
    reason, bug = next(each for each in wrong if each is not None)
    return Judgement(vector, "fail", True, reason, bug)


def _refused(vector: ConfigVector, words: str) -> Judgement:
    """Judge a refusal."""
    words = " ".join(words.split())
    if vector.verdict == "valid":
        return Judgement(vector, "fail", False, f"it was refused ({words}), expected an answer")
    return Judgement(vector, "pass", False, words)


def _compare(meaning: Meaning, found: dict[str, Answer]) -> tuple[str, str] | None:
    """Return what is wrong with an answer and which bug it is; None if it is right."""
    for layers, config in meaning.items():
        answer = found.get(layers, found.get("all"))
        if answer is None:
            names = ", ".join(found)
            return f"nothing for the layers {layers}, only for {names}", ""
        wrong = _differs(config, answer)
        if wrong:
            which = "" if layers == "all" else f"{layers}: "
            return f"{which}{wrong}", _cause(config, answer)
    return None


def _differs(config: RotaryConfig, answer: Answer) -> str:
    """Say how an answer differs from a configuration; nothing if it does not."""
    expected, got = config.inv_freq(), answer.inv_freq
    if got.shape != expected.shape:
        width = f"rotary_dim / 2 = {expected.size}"
        return f"{got.size} inverse frequencies, expected {width}"
    allowed = np.asarray(relative_error(config, UNIT)) * expected
    off = np.abs(got - expected)
    if not np.all(off <= allowed):
        relative = np.where(np.isnan(off), np.inf, off / expected)
        pair = int(np.argmax(relative >= relative.max() * (1 - 64 * UNIT)))  # first of equals
        ratio = got[pair] / expected[pair]
        return (
            f"inv_freq[{pair}] = {got[pair]:.6g}, expected {expected[pair]:.6g} "
            f"({ratio:.4g} times as fast)"
        )
    factor = 1.0 if answer.attention_factor is None else answer.attention_factor
    if not abs(factor - config.amplitude) <= _amplitude_error() * config.amplitude:
        return f"attention_factor = {factor:.6g}, expected {config.amplitude:.6g}"
    return ""


def _amplitude_error() -> float:
    """Relative error of an amplitude in float32: a logarithm, a product, a sum, a quotient."""
    return float(bounds.gamma(2 * (TRIGONOMETRIC_ULPS + 2) + 1, UNIT))


def _cause(config: RotaryConfig, answer: Answer) -> str:
    """Name the mistake that makes this answer, empty where none of the known ones does."""
    for slug, other in _mistakes(config):
        if not _differs(other, answer):
            return slug
    law = config.scaling_dict()
    if answer.inv_freq.size != config.pairs:
        return "wrong-rotary-width"
    if np.allclose(answer.inv_freq, config.inv_freq(), rtol=float(UNIT) * 64):
        return "attention-factor-missing" if answer.attention_factor in (None, 1) else ""
    if law is not None and _is_inverse(config, answer.inv_freq):
        return "scaling-inverted"
    return "wrong-base" if law is None else "wrong-scaling-parameters"


def _mistakes(config: RotaryConfig) -> list[tuple[str, RotaryConfig]]:
    """Return what well-known mistakes make of a configuration."""
    found = [("wrong-base", config.replace(base=RotaryConfig(head_dim=2).base))]
    if config.scaling_dict() is not None:
        plain = config.replace(scaling=None)
        found.insert(0, ("scaling-ignored", plain))
        found.append(("scaling-ignored", plain.replace(base=found[1][1].base)))  # and the base
    if config.rotary_dim != config.head_dim:
        found.append(("wrong-rotary-width", config.replace(rotary_dim=config.head_dim)))
    return [(slug, other) for slug, other in found if other != config]


def _is_inverse(config: RotaryConfig, got: FloatArray) -> bool:
    """Whether frequencies were multiplied where they should have been divided."""
    plain = config.replace(scaling=None).inv_freq()
    return bool(np.allclose(got * config.inv_freq(), plain**2, rtol=1e-4))
