"""The pages on how a proof is checked and on what is cited."""

import json
from collections import Counter
from collections.abc import Iterator

from ropespec.checks.cli.rechecking import recheck
from ropespec.spec import theorems
from ropespec.spec.certificates import schema
from ropespec.spec.cited import CITED, Fact, facts_in
from ropespec.spec.recheck.evaluation import RANGE_BITS

from .markdown import bullets, page, section, table
from .runs import linked, links, report, results

KERNEL = """\
A theorem is an object: a statement, a proof in named steps, and false neighbours of the
statement. Each step makes a claim that a computer can read. One rule of the
[kernel](../reference/api/kernel.md) judges it and answers *proved*, *refuted* with exact values
at which it fails, or *undecided* with the reason. A theorem counts as proved when

- every step is proved,
- every part of the statement is the claim of some step, and
- every false neighbour is refuted.

So a rule that accepts too much shows: it would accept a false neighbour, too. An undecided step
makes `ropespec prove` exit with 1 and name it. Floating point, samples and `simplify` are
evidence nowhere."""

RULES = """\
"Every even d" is a proof whose length does not depend on d: a lemma about one pair, and an
induction over pairs. These rules accepted the steps of the last run:"""

CERTIFICATES = """\
`ropespec prove --certificates DIR` writes one file for each theorem: the identities that its
steps rest on, as trees in plain JSON, with what is declared of each symbol and a digest. The
[schema]({schema}) says how to read them.

The second checker shares no code with the kernel and imports nothing but Python's standard
library. It multiplies an identity out, or, when it has sines and cosines, evaluates both sides
in exact rational arithmetic at a random point of the circle. Two different polynomials of
degree k agree at a point that is drawn from N values with probability at most k/N; N is
2^{bits}.

```sh
ropespec prove --recheck                     # prove, write and check again in one run
ropespec prove --certificates DIR            # or keep the certificates,
python -m ropespec.spec.recheck DIR          # and check them without SymPy
ropespec prove B2 --json -                   # one theorem, as JSON
ropespec explain B2                          # one theorem, to read
```

The last run of `ropespec prove --recheck` said:"""

LIMITS = """\
A certificate holds identities. It does not hold the argument that joins them: that a lemma
about one pair gives the theorem for every size, that a derivative that is not negative makes a
function rise, or what follows from π being irrational. There the kernel's own rule is all there
is, and [what is cited](cited.md) says which facts it takes from textbooks. What a formula on a
page means in words is for the reader to judge; the formula is the one that was proved."""

CITED_LEAD = """\
The proofs stand on the rules of the [kernel](../reference/api/kernel.md). The rules, the second
checker and some steps, in words, take these facts from textbooks; they are not proved here."""


def _sentences() -> Iterator[tuple[str, str, str]]:
    """List the texts of the last run: the theorem, where, and the words."""
    for theorem in theorems():
        yield theorem.id, "what it says", theorem.meaning
        for step in results()[theorem.id].steps:
            yield theorem.id, step.name, step.text
            yield theorem.id, "", f"{step.verdict.rule}: {step.verdict.reason}"


def _fact(fact: Fact) -> str:
    """Describe one fact, with the rules and theorems that use it."""
    users = tuple(
        dict.fromkeys(name for name, _, text in _sentences() if fact in facts_in(text))
    )
    modules = ", ".join(f"`spec/{name.replace('.', '/')}.py`" for name in fact.modules)
    facts = {"Used for": fact.purpose, "In": modules, "Named in the proofs of": links(users)}
    items = bullets(f"**{name}:** {text}" for name, text in facts.items() if text)
    return section(fact.name, f"{fact.statement}\n\n{items}")


def _in_words() -> str:
    """List the sentences on theorem pages that say that they cite, as they stand."""
    items = [
        f"[{name}]({name}.md), *{where}:* {linked(text)}"
        for name, where, text in _sentences()
        if where and "cited" in text.lower()
    ]
    return section("In the words of the proofs", bullets(items))


def _checked() -> str:
    """Describe how a proof is checked, with the figures of the run."""
    counted = Counter(
        step.verdict.rule for result in results().values() for step in result.steps
    )
    rules = table(
        ("Rule", "Steps"), ((name, str(count)) for name, count in counted.most_common())
    )
    said, refused = recheck(report())
    altered = sum(len(result.altered) for result in results().values())
    refuted = sum(
        one.verdict.refuted for result in results().values() for one in result.altered
    )
    proved = sum(result.ok for result in results().values())
    counts = (
        f"{proved} of {len(results())} theorems proved, in {sum(counted.values())} steps; "
        f"{refuted} of {altered} false neighbours refuted."
    )
    block = "\n".join(["```text", *said, *refused, "```"])
    certificates = CERTIFICATES.format(
        schema="../../assets/certificate.schema.json", bits=RANGE_BITS
    )
    return page(
        "How a proof is checked",
        counts,
        section("The kernel", KERNEL),
        section("The rules", f"{RULES}\n\n{rules}"),
        section("Certificates and a second checker", f"{certificates}\n\n{block}"),
        section("What is left to trust", LIMITS),
    )


def pages() -> dict[str, str]:
    """Write both pages, and the schema beside them."""
    return {
        "en/spec/checked.md": _checked(),
        "en/spec/cited.md": page(
            "What is cited and not proved", CITED_LEAD, *map(_fact, CITED), _in_words()
        ),
        "assets/certificate.schema.json": json.dumps(schema(), indent=1, ensure_ascii=False)
        + "\n",
    }
