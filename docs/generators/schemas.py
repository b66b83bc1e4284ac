"""The page of JSON schemas: what each describes, its keys, and the schema to take away."""

import json
from importlib.resources import files
from typing import Any

from .markdown import page, plain, section, table

WRITTEN = {
    "report": (
        "Reports",
        "ropespec.checks.report",
        """`ropespec check --json FILE`, and in Python `Report.as_dict()`.
[Reports](../check/reports.md) says how to read one.""",
    ),
    "pipe": (
        "The pipe",
        "ropespec.checks.pipe",
        """a line of `ropespec check --exec`, either way. [The pipe](../check/pipe.md) says what
the messages mean.""",
    ),
    "vectors": (
        "Test vectors",
        "ropespec.checks.vectors",
        "`ropespec vectors --out FOLDER`. [Vectors](../check/vectors.md) says how to use them.",
    ),
    "certificate": (
        "Certificates of proofs",
        "ropespec.spec.certificates",
        """`ropespec prove --certificates FOLDER`. [How a proof is checked](../spec/checked.md)
says what is in one.""",
    ),
}

LEAD = """\
What `ropespec` writes for programs has a JSON Schema (draft 2020-12). Keys are never renamed or
removed; new ones may come, so ignore what you do not know. The tests hold what is written to
the schemas. Each is in the package too, as `schema.json` beside the code that writes it."""


def read(package: str) -> dict[str, Any]:
    """Read a package's schema."""
    text = files(package).joinpath("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _kind(value: dict[str, Any], schema: dict[str, Any]) -> str:
    """Say in words what a value may be."""
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{{kind}}-{name})" if "properties" in schema["$defs"][name] else name
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    if "enum" in value:
        return ", ".join(f"`{json.dumps(one)}`" for one in value["enum"])
    for key in ("anyOf", "oneOf"):
        if key in value:
            return " or ".join(_kind(one, schema) for one in value[key])
    kinds = value.get("type", "anything")
    text = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if "items" in value and isinstance(value["items"], dict):
        text += f" of {_kind(value['items'], schema)}"
    return text


def _keys(part: dict[str, Any], schema: dict[str, Any], kind: str) -> str:
    """List the keys of an object."""
    rows = [
        (
            f"`{key}`" + ("" if key in part.get("required", ()) else " (may be missing)"),
            _kind(value, schema).replace("{kind}", kind),
            plain(value.get("description", "")),
        )
        for key, value in part.get("properties", {}).items()
    ]
    return table(("Key", "Value", "Meaning"), rows)


def _section(kind: str) -> str:
    """Describe one schema."""
    title, package, written = WRITTEN[kind]
    schema = read(package)
    parts = [
        f"Written by {written}",
        plain(schema.get("description", "")),
        f"[{kind}.schema.json](../../assets/schemas/{kind}.schema.json)",
        _keys(schema, schema, kind),
    ]
    for name, part in schema.get("$defs", {}).items():
        if "properties" in part:
            parts.append(f"### {name} {{ #{kind}-{name} }}")
            parts += [plain(part.get("description", "")), _keys(part, schema, kind)]
    return section(title, "\n\n".join(filter(None, parts)))


def pages() -> dict[str, str]:
    """Write the page, and the schemas as files."""
    written = {
        f"assets/schemas/{kind}.schema.json": json.dumps(
            read(package), indent=1, ensure_ascii=False
        )
        + "\n"
        for kind, (_, package, _) in WRITTEN.items()
    }
    text = page("JSON schemas", LEAD, *map(_section, WRITTEN))
    return {"en/reference/schemas.md": text, **written}
