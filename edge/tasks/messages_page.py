"""The page on the messages, docs/mqtt.md: what stands between its markers comes from the schemas and real messages.

``python -m edge.tasks.messages_page docs/mqtt.md`` writes the page anew. A marker is ``<!-- fields NAME -->`` (the
fields of a message; of those that all have, ``<!-- fields common -->``) or ``<!-- example NAME -->``
(``messages/NAME.json`` beside the page); what it stands for ends with ``<!-- end -->``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.tasks.schema import load_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKED = re.compile(r"(<!-- (fields|example) (\S+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_WIDTH = 110
_COMMON = ("schema", "device", "run_id", "seq", "published_at")


def filled(page: str, examples: Path) -> str:
    """The page with everything between its markers made anew; ``examples`` is the folder of messages."""

    def fill(found: re.Match[str]) -> str:
        begin, kind, name, _, end = found.groups()
        text = _fields(name) if kind == "fields" else _example(examples / f"{name}.json")
        return f"{begin}\n{text}\n{end}"

    return _MARKED.sub(fill, page)


def _fields(name: str) -> str:
    """A table of the fields of a message, or of those that all messages begin with."""
    schema = load_schema("stats" if name == "common" else name)
    own = {key: said for key, said in schema["properties"].items() if (key in _COMMON) == (name == "common")}
    rows = _rows({**schema, "properties": own})
    return "\n".join(["| field | is | meaning |", "|---|---|---|", *rows, ""])


def _rows(schema: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for variant in (schema, *schema.get("anyOf", ())):
        for name, said in variant.get("properties", {}).items():
            optional = "" if name in variant.get("required", ()) else ", may be absent"
            yield f"| `{prefix}{name}` | {_kind(said)}{optional} | {said['description']} |"
            yield from _rows(said, f"{prefix}{name}.")
        if "items" in variant:
            yield from _rows(variant["items"], f"{prefix[:-1]}[].")
        if isinstance(variant.get("additionalProperties"), dict):
            yield from _rows(variant["additionalProperties"], f"{prefix}NAME.")


def _kind(said: dict[str, Any]) -> str:
    """What a field may be, in words."""
    if "const" in said:
        return f"`{said['const']}`"
    if "enum" in said:
        return " or ".join("null" if one is None else f"`{one}`" for one in said["enum"])
    if "anyOf" in said:
        return " or ".join(_kind(variant) for variant in said["anyOf"])
    types = said.get("type", "anything")
    return " or ".join(_worded(one, said) for one in ([types] if isinstance(types, str) else types))


def _worded(one: str, said: dict[str, Any]) -> str:
    if one == "string" and said.get("format") == "date-time":
        return "time"
    if one not in {"integer", "number"} or "minimum" not in said:
        return one
    return f"{one} from {said['minimum']}" + (f" to {said['maximum']}" if "maximum" in said else "")


def _example(path: Path) -> str:
    return f"```json\n{_laid_out(json.loads(path.read_text(encoding='utf-8')))}\n```\n"


def _laid_out(value: Any, indent: int = 0) -> str:
    """JSON with a line for whatever fits in one."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or (indent and indent + len(line) <= _WIDTH):
        return line
    inner = " " * (indent + 2)
    if isinstance(value, list):
        parts = [f"{inner}{_laid_out(one, indent + 2)}" for one in value]
    else:
        parts = [f"{inner}{json.dumps(key)}: {_laid_out(one, indent + 2)}" for key, one in value.items()]
    opening, closing = "[]" if isinstance(value, list) else "{}"
    return "\n".join([opening, ",\n".join(parts), " " * indent + closing])


def main(path: Path) -> None:
    """Write the page anew, in its place."""
    path.write_text(filled(path.read_text(encoding="utf-8"), path.with_name("messages")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
