"""Mistakes in the position that a token turns by, from what the tokens turned by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from .diagnosis import Diagnosis
from .moved import Moved, same
from .relations import KNOWN, Relation
from .relations_fitted import fitted

ENOUGH = 0.5
"""Relations that hold for a smaller share of the tokens are not told."""

BORROWED = 0.5
"""Confidence in a table of another call, when no relation is seen."""

OTHERS = 0.45
"""Confidence in positions of other tokens, when no relation is seen."""

READ = 0.98
"""Weight of what is read off angles: a little less than of what foretells values."""


def positions(found: Sequence[Moved]) -> Iterator[Diagnosis]:
    """Yield the relations that hold, best first; then positions that come from elsewhere.

    Parameters
    ----------
    found
        Tokens of every exhibit, right ones included: they must stay right.
    """
    wrong = sum(int(one.wrong.sum()) for one in found)
    if not wrong:
        return
    roles = {one.role for one in found if one.wrong.any()}
    if len(roles) == 1:  # the other role is right, and says nothing of this one
        found = [one for one in found if one.role in roles]
    singles = _only_singles(found)
    if singles:
        found = [one for one in found if one.alone]
    placed = "decode-position" if singles else "key-not-rotated" if roles == {"key"} else None
    where = "sequences of one token" if singles else "keys"
    told = list(_related(found))
    for bug, share, evidence in told:
        if placed is not None:
            yield Diagnosis(placed, 0.995 * share, f"only {where} are wrong: {evidence}")
        yield Diagnosis(bug, READ * share * (0.8 if placed else 1.0), evidence)
    if not any(share > 0.95 for _, share, _ in told):
        yield from _from_elsewhere(found, wrong)


def _only_singles(found: Sequence[Moved]) -> bool:
    """Whether sequences of one token are wrong and longer ones are right."""
    longer = [one for one in found if not one.alone]
    return bool(longer) and not any(one.wrong.any() for one in longer)


def _related(found: Sequence[Moved]) -> list[tuple[str, float, str]]:
    """Return slug, share and evidence of the relations that hold for most tokens."""
    told = []
    found = sorted(found, key=lambda one: -int(one.wrong.sum()))  # most is told by these
    wrong = sum(int(one.wrong.sum()) for one in found)
    for place, relation in enumerate((*KNOWN[:1], *fitted(found), *KNOWN[1:])):
        share, foretold = _share(relation, found, wrong)
        if share >= ENOUGH:
            evidence = f"{foretold} of {wrong} wrong tokens turn by {relation.words}, not by p"
            told.append((relation.bug, share * (1 - 1e-4 * place), evidence))
    return sorted(told, key=lambda each: -each[1])


def _share(relation: Relation, found: Iterable[Moved], wrong: int) -> tuple[float, int]:
    """Return how well a relation explains, and the wrong tokens of all that it does.

    It is given up, as explaining nothing, when it cannot hold for enough of them any more.
    """
    hits = contradicted = 0
    left = wrong
    for one in found:
        with np.errstate(all="ignore"):
            foretold = np.broadcast_to(relation.foretold(one), one.turned.shape)
        other = ~same(foretold, one.meant)
        holds = one.fits(foretold) | (one.lost & ~np.isfinite(foretold))
        hits += int((holds & one.wrong & other).sum())
        contradicted += int((one.plain & other).sum())
        left -= int(one.wrong.sum())
        if hits + left < ENOUGH * (wrong + contradicted):
            return 0.0, hits
    return hits / (wrong + contradicted), hits


def _from_elsewhere(found: Sequence[Moved], wrong: int) -> Iterator[Diagnosis]:
    """Yield tokens that turn by other tokens' positions, or by those of other calls."""
    fits, borrowed, example = 0, 0, ""
    for one in found:
        near = same(one.turned[..., np.newaxis], one.given[:, np.newaxis, np.newaxis])
        fits += int((near.any(axis=-1) & one.wrong).sum())
        whole = one.wrong & same(one.turned, np.rint(one.turned))
        borrowed += int(whole.sum())
        if whole.any() and not example:
            where = tuple(np.argwhere(whole)[0])
            turned = round(float(one.turned[where]))
            example = f"a token at {int(one.meant[where])} turned by {turned}"
    if fits >= 0.95 * wrong:
        words = f"{fits} of {wrong} wrong tokens turn by positions of other tokens in the row"
        yield Diagnosis("positions-reversed", OTHERS + 0.1, words)
    elif borrowed >= 0.95 * wrong:
        words = f"{borrowed} of {wrong} wrong tokens are right rotations by positions of "
        yield Diagnosis("stale-cache", BORROWED, f"{words}other calls, perhaps: {example}")
        words = (
            f"{borrowed} of {wrong} wrong tokens turn by whole positions that follow no rule"
        )
        yield Diagnosis("low-precision-positions", OTHERS, f"{words}: {example}")
