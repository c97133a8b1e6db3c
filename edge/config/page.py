"""The reference page of the configuration, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.config.words import allowed, toml_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.config.schema import Schema

_PAGE_HEAD = """\
# Configuration

<!-- Written by `python -m edge.settings > docs/configuration.md`; change the settings.py of a section instead. -->

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


def page(schema: Schema) -> str:
    """The reference page, in Markdown: a table for each section."""
    return "\n".join([_PAGE_HEAD, *(_table(schema, section) for section in schema.sections)])


def _table(schema: Schema, section: str) -> str:
    rows = [
        [
            f"`{key.name}`",
            f"`{toml_text(key.default)}`",
            allowed(key),
            "reload" if key.details.live else "restart",
            "yes" if key.details.remote else "no",
            key.details.help,
        ]
        for key in schema.of_section(section)
    ]
    head = ["key", "default", "allowed", "change", "MQTT", "meaning"]
    lines = [_row(head), "|---" * len(head) + "|", *map(_row, rows)]
    return f"## `[{section}]`\n\n{schema.purpose(section)}\n\n" + "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
