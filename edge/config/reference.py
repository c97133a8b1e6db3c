"""The configuration explained, from the schema alone: for a terminal, as a file, as a page, as JSON Schema.

``python -m edge.config.reference > docs/configuration.md`` writes the page anew.
"""

from __future__ import annotations

import sys
from inspect import cleandoc
from textwrap import fill, indent
from typing import TYPE_CHECKING, Any

from edge.config.load import unknown_key
from edge.config.schema import entries, sections
from edge.config.words import allowed, toml_text
from edge.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.config.schema import Entry

_WIDTH = 100
_INDENT = "  "
_PATHS = "A relative path starts from the folder of the file, with --set from the current directory."
_FILE_HEAD = """\
# The configuration of Edge: /etc/edge/edge.toml. An empty file is a working appliance.
# Every key is here with its default; take the # away from a line to change it.
# "edge config check" says what is wrong, "systemctl reload edge" puts changes in force.
"""
_PAGE_HEAD = """\
# Configuration

<!-- Written by `python -m edge.config.reference > docs/configuration.md`; change edge/config/settings.py instead. -->

Edge reads one TOML file, `/etc/edge/edge.toml` or the one given with `--config FILE`, over the defaults below;
`--set KEY=VALUE` goes over both. An empty file is a working appliance. `edge config explain` prints a file with every
key, commented out.

| to | do |
|---|---|
| see what is in force and where it comes from | `edge config show` |
| change a key: checked first, comments kept | `sudo edge config set pose.score_threshold 0.4 --apply` |
| go back to the default of a key | `sudo edge config unset pose.score_threshold --apply` |
| check a file edited by hand | `edge config check` |
| read about a key or a section | `edge config explain pose.fit` |
| put a file edited by hand in force, and be told what came of it | `sudo edge reload` |
| see what differs from the defaults | `edge config diff` |

A relative path starts from the folder of the file (with `--set`: from the current directory); `~` is the home folder of
the user who runs `edge`. *Change* says whether `systemctl reload edge` applies a new value or a restart is needed,
*MQTT* whether it may be set over MQTT.

`systemctl reload` only hands a signal over: it ends well whatever is in the file. `edge reload` and `edge config set …
--apply` wait for the service, and end with 1 and its reason where it goes on with what it had. The journal, `systemctl
status edge` and `stats` say so at once, too.

Where the file is a link, a change goes to the file that it leads to; but only where the link and the folder it lies in
are yours or root's, and nobody else may write there. In `/etc/edge`, which the service may write, no link is followed.

## From a laptop: the card's inbox

A device without screen and network is tuned with its card in a laptop. Write a file `edge.toml` onto the boot partition
(the one that Windows and macOS show; on the device it is `/boot/firmware`) with no more than the keys to be changed:

```toml
[mqtt]
host = "192.168.1.20"
```

At the next start, before Edge itself, each key of it replaces that key in `/etc/edge/edge.toml`; everything else there,
comments too, stays as it is. The file on the card is then called `edge.toml.applied`. It is all or nothing: if anything
is wrong, in the file or together with what is configured already, nothing changes and the file stays. Beside it lies
`edge.toml.errors.txt`, which says what is wrong and in which line. Correct `edge.toml`, put the card back and start
again; the errors go away by themselves.

- A relative path means a file on the card: it is read from `/boot/firmware` for good, so leave it there.
- Where Windows has made `edge.toml.txt` of it, hiding the ending, that is taken, too. UTF-8 and Notepad's *Unicode*
  (UTF-16) are both understood.
- An `/etc/edge/edge.toml` that is itself wrong can be repaired like this. Where the card gives the wrong key anew, that
  is all. Otherwise the old file is kept as `/etc/edge/edge.toml.broken`, and a new one is made of its right keys, if it
  can be read at all, and those of the card.
- On the device, `systemctl status edge-inbox` has the same sentences, and a file that was wrong stands in
  `systemctl --failed`. Edge starts all the same. Where only the renaming fails, as on a boot partition that cannot be
  written, the file is merged again at every start, over what was changed in the meantime.
- `sudo edge config inbox` does the same at once; a restart puts it in force.
"""


def explain(path: str, columns: int | None = None) -> str:
    """What a key, or each key of a section, is for and may be, for a terminal of so many columns.

    Raises:
        ConfigError: there is no such key or section.
    """
    width = min(_WIDTH, (columns or _WIDTH) - len(_INDENT))
    if path in sections():
        return "\n\n".join(_explained(entry, width) for entry in _entries_of(path))
    if path not in entries():
        raise ConfigError(unknown_key(path))
    return _explained(entries()[path], width)


def default_file() -> str:
    """A configuration file with every key, its help and what it may be, each default commented out."""
    parts = [_FILE_HEAD]
    for section in sections():
        parts += [f"\n# {_purpose(section)}\n[{section}]\n", *map(_commented, _entries_of(section))]
    return "".join(parts)


def page() -> str:
    """The reference page, in Markdown: a table for each section."""
    return "\n".join([_PAGE_HEAD, *(_table(section) for section in sections())])


def json_schema() -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) of the whole file; what must hold between keys it cannot say."""
    properties = {
        section: {
            "type": "object",
            "description": _purpose(section),
            "additionalProperties": False,
            "properties": {entry.name: _property(entry) for entry in _entries_of(section)},
        }
        for section in sections()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Edge configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _explained(entry: Entry, width: int) -> str:
    key = entry.key
    lines = [
        fill(
            f"{key.help} {_PATHS}" if _holds_path(entry) else key.help,
            width,
            break_long_words=False,
            break_on_hyphens=False,
        ),
        f"default:  {toml_text(entry.default)}",
        f"allowed:  {allowed(entry)}",
        f"change:   {'applied by systemctl reload edge' if key.live else 'needs a restart: systemctl restart edge'}",
        f"MQTT:     {'may be set over MQTT' if key.remote else 'cannot be set over MQTT'}",
    ]
    return "\n".join([entry.path, *(indent(line, _INDENT) for line in lines)])


def _table(section: str) -> str:
    rows = [
        [
            f"`{entry.name}`",
            f"`{toml_text(entry.default)}`",
            allowed(entry),
            "reload" if entry.key.live else "restart",
            "yes" if entry.key.remote else "no",
            entry.key.help,
        ]
        for entry in _entries_of(section)
    ]
    head = ["key", "default", "allowed", "change", "MQTT", "meaning"]
    lines = [_row(head), "|---" * len(head) + "|", *map(_row, rows)]
    return f"## `[{section}]`\n\n{_purpose(section)}\n\n" + "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _property(entry: Entry) -> dict[str, Any]:
    value = _value_schema(entry)
    if entry.is_list:
        value = _list_schema(value, entry.key.lengths)
    default = list(entry.default) if isinstance(entry.default, tuple) else entry.default
    return {
        "description": entry.key.help,
        **value,
        "default": default,
        "x-live": entry.key.live,
        "x-remote": entry.key.remote,
    }


def _list_schema(element: dict[str, Any], lengths: tuple[int, ...]) -> dict[str, Any]:
    counts = [{"minItems": length, "maxItems": length} for length in lengths]
    bounds: dict[str, Any] = counts[0] if len(counts) == 1 else {"anyOf": counts} if counts else {}
    array = {"type": "array", "items": element, **bounds}
    return {"anyOf": [element, array]} if 1 in lengths else array


def _value_schema(entry: Entry) -> dict[str, Any]:
    key = entry.key
    bounds = {
        "enum": list(key.choices) or None,
        "minimum": key.low,
        "maximum": key.high,
        "not": None if key.never is None else {"const": key.never},
        "pattern": f"^(?:{key.pattern})$" if key.pattern else None,
        "minLength": 1 if entry.is_list and entry.scalar is str else None,
    }
    names = {str: "string", bool: "boolean", int: "integer", float: "number"}
    return {"type": names[entry.scalar], **{name: value for name, value in bounds.items() if value is not None}}


def _entries_of(section: str) -> list[Entry]:
    return [entry for entry in entries().values() if entry.section == section]


def _purpose(section: str) -> str:
    """What a section is for: its docstring, ``[name]: purpose``."""
    purpose = cleandoc(sections()[section].__doc__ or "").partition("]: ")[2]
    return purpose[:1].upper() + purpose[1:]


def _holds_path(entry: Entry) -> bool:
    return entry.key.kind in {"path", "model", "source"}


def _commented(entry: Entry) -> str:
    meaning = fill(entry.key.help, _WIDTH, initial_indent="# ", subsequent_indent="# ")
    return f"\n{meaning}\n# Allowed: {allowed(entry)}.\n#{entry.name} = {toml_text(entry.default)}\n"


if __name__ == "__main__":
    sys.stdout.write(page())
