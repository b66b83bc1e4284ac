"""What the main job verifies, in order."""

from __future__ import annotations

from importlib.util import find_spec

from ropespec.reference import RotaryConfig

from .agreement import numpy_forms, proved_statements, second_oracle
from .result import Finding, Stage

TORCH_CONFIGS = (
    RotaryConfig(head_dim=64),
    RotaryConfig(head_dim=128, base=500000.0, layout="half"),
    RotaryConfig(head_dim=80, rotary_dim=20, layout="half", rotary_end="last"),
    RotaryConfig(
        head_dim=64,
        layout="interleaved-to-half",
        sign=-1,
        scaling={"rope_type": "linear", "factor": 4.0},
    ),
)
"""What the torch version is checked as: layouts, widths, ends, signs and a scaling."""


def proofs() -> Finding:
    """Prove every theorem and refute every altered statement."""
    from ropespec.spec import prove

    report = prove()
    steps = sum(len(result.steps) for result in report.results)
    altered = sum(len(result.altered) for result in report.results)
    if report.ok:
        detail = f"{len(report.results)} theorems, {altered} altered statements refuted"
        return Finding(steps + altered, "pass", detail)
    return Finding(steps + altered, "fail", report.problems[0])


def torch_version() -> Finding:
    """Check the torch version as any implementation, and demand the grade exact."""
    if find_spec("torch") is None:
        return Finding(0, "skip", "torch is not installed: pip install 'ropespec[torch]'")
    from ropespec.checks.run import check
    from ropespec.reference.torch import RotaryEmbedding

    executed = 0
    for config in TORCH_CONFIGS:
        dtypes = ("float64", "float32", "bfloat16", "float16")
        report = check(
            RotaryEmbedding(config), config, framework="torch", signature="qk", dtypes=dtypes
        )
        executed += sum(result.executed for result in report.results)
        if (report.verdict, report.grade) != ("conformant", "exact"):
            found = f"{report.verdict}, grade {report.grade}"
            return Finding(executed, "fail", f"{found}, expected exact, for {config}")
    return Finding(executed, "pass", f"conformant, grade exact, {len(TORCH_CONFIGS)} configs")


def suite() -> Finding:
    """Run the suite on its corpus: planted bugs fail, honest implementations pass."""
    from ropespec.checks.selftest import selftest, summary

    found = selftest()
    judged = len(found.planted) + len(found.honest)
    lines = summary(found)
    return Finding(judged, "pass", lines[0]) if found.ok else Finding(judged, "fail", lines[-1])


def huggingface_llama(dtype: str) -> Finding:
    """Check transformers' own Llama in the published configuration of Llama-3-8B."""
    missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
    if missing:
        advice = f"pip install {' '.join(missing)}"
        return Finding(0, "skip", f"{' and '.join(missing)} not installed: {advice}")
    from ropespec.checks.peers.huggingface import PEERS
    from ropespec.checks.run import check

    llama = PEERS[0]
    report = check(llama.target, llama.config, dtypes=[dtype], **llama.claims)
    executed = sum(result.executed for result in report.results)
    if report.verdict == "conformant":
        return Finding(executed, "pass", f"{dtype}: conformant, grade {report.grade}")
    return Finding(executed, "fail", f"{dtype}: {report.verdict} {report.error or ''}".rstrip())


STAGES = (
    Stage("theorems proved, altered statements refuted", proofs),
    Stage("proved statements, run, against the oracle", proved_statements),
    Stage("oracle against mpmath at 200 digits", second_oracle),
    Stage("NumPy forms against the oracle", numpy_forms),
    Stage("torch version against the laws", torch_version),
    Stage("the suite against planted bugs", suite),
    Stage("Hugging Face Llama-3-8B, float32", lambda: huggingface_llama("float32")),
    Stage("Hugging Face Llama-3-8B, bfloat16", lambda: huggingface_llama("bfloat16")),
)
"""The main job."""
