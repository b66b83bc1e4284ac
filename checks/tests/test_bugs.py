"""The registry of known mistakes holds what reports and the design rely on."""

import re

import pytest

from ropespec.checks.bugs import BUGS

# The slugs that other programs rely on: none may go, none may be renamed.
PUBLISHED = [
    "wrong-pairing",
    "table-pairing-mismatch",
    "output-not-reinterleaved",
    "not-permuted-back",
    "wrong-base",
    "wrong-exponent",
    "exponent-uses-head-dim",
    "frequency-order",
    "low-precision-frequencies",
    "positions-off-by-one",
    "positions-ignored",
    "positions-rebased",
    "first-row-positions",
    "positions-reversed",
    "low-precision-positions",
    "table-wraps",
    "table-clamps",
    "integer-overflow",
    "decode-position",
    "negative-positions",
    "sign-flipped",
    "missing-minus",
    "cos-sin-swapped",
    "rotated-twice",
    "pair-not-rotated",
    "head-not-rotated",
    "key-not-rotated",
    "wrong-axis",
    "added-not-rotated",
    "wrong-amplitude",
    "value-dependent",
    "wrong-rotary-end",
    "wrong-rotary-width",
    "tail-changed",
    "low-precision-phase",
    "inaccurate-trigonometry",
    "dtype-leak",
    "scaling-ignored",
    "scaling-inverted",
    "wrong-scaling-parameters",
    "attention-factor-missing",
    "stale-cache",
    "depends-on-history",
    "mutates-input",
    "backward-not-inverted",
    "gradient-missing",
    "gradient-wrong",
    "assumes-contiguous",
    "nan-output",
    "raises",
    "crashes",
    "hangs",
    "unknown",
]


def test_every_published_slug_is_there():
    assert set(PUBLISHED) <= set(BUGS)


@pytest.mark.parametrize("bug", BUGS.values(), ids=lambda bug: bug.slug)
def test_entry_is_complete(bug):
    for text in (bug.title, bug.description, bug.reveals, bug.fix):
        assert text.strip() == text
        assert text
    for sentence in (bug.description, bug.reveals, bug.fix):
        assert sentence.endswith(".")
    assert not bug.title.endswith(".")  # it stands in lists and in the middle of sentences
    for thread in bug.threads:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", thread)


def test_slugs_are_their_own_keys_and_links_are_addresses():
    assert all(slug == bug.slug for slug, bug in BUGS.items())
    assert ("vllm-project/vllm#941", "https://github.com/vllm-project/vllm/issues/941") in (
        BUGS["wrong-pairing"].links
    )
