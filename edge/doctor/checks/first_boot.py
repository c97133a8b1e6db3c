"""Whether what a person has put on the card for the first boot has been applied: user, keys, Wi-Fi, host name.

That is the business of cloud-init or of Raspberry Pi OS, each with files of its own. Nothing of them is read here.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from edge.doctor.finding import Finding, ok, skipped, warning
from edge.doctor.system import NOT_FOUND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.doctor.subject import Subject

_NAME = "system.first_boot"
_BOOT = "/boot/firmware"
_FOR_CLOUD_INIT = "user-data"
_FOR_RASPBERRY_PI_OS = ("custom.toml", "firstrun.sh")
# Of the package raspberrypi-sys-mods of Bookworm; Trixie's has none any more.
_READER = "/usr/lib/raspberrypi-sys-mods/init_config"
_COMMAND_S = 10.0
_DETAILS = "cloud-init status --long; sudo cloud-init schema --system"
# Of cloud-init's words no more than this: the rest may repeat lines of the files, with a password of the Wi-Fi in them.
_MODULE = re.compile(r"\('([\w-]+)', (\w+)\(")
_PLACE = re.compile(r"Failed loading yaml blob\. Invalid format at (line \d+ column \d+):")
_BY_HAND = "set user, Wi-Fi and host name by hand, or write the card again: docs/flash.md"


def settings(subject: Subject) -> Iterator[Finding]:
    """First the files that this release reads, then those that another one would."""
    system = subject.system
    older = [name for name in _FOR_RASPBERRY_PI_OS if system.exists(f"{_BOOT}/{name}")]
    if system.exists(f"{_BOOT}/{_FOR_CLOUD_INIT}"):
        asked = system.run(("cloud-init", "status", "--format=json"), _COMMAND_S)
        yield _without_cloud_init() if asked.status == NOT_FOUND else _of_cloud_init(asked.text)
    elif older and system.exists(_READER):
        yield ok(_NAME, f"{' and '.join(older)} was for the first boot of Raspberry Pi OS, which keeps no record of it")
    elif older:
        yield warning(
            _NAME, f"not applied: nothing here reads {' and '.join(older)}, made for another release", _BY_HAND
        )
    else:
        yield skipped(_NAME, "nothing for the first boot lies on the boot partition")


def _without_cloud_init() -> Finding:
    return warning(_NAME, f"not applied: there is no cloud-init to read {_FOR_CLOUD_INIT}", _BY_HAND)


def _of_cloud_init(answer: str) -> Finding:
    """By what cloud-init says of itself; of errors what failed, and where."""
    try:
        told = json.loads(answer)
        status, errors = str(told["status"]), [str(one) for one in told.get("errors", ())]
        problems = [*errors, *(str(one) for ones in told.get("recoverable_errors", {}).values() for one in ones)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return skipped(_NAME, "cloud-init does not say how it is")
    if status == "done" and not problems:
        return ok(_NAME, f"applied by cloud-init, from {_FOR_CLOUD_INIT}")
    if status == "running":
        return warning(_NAME, "cloud-init is still at work", "wait: cloud-init status --wait")
    if status in {"disabled", "not run", "not started"}:
        return warning(_NAME, f"not applied: cloud-init is {status}", _DETAILS)
    why = ": ".join(["not all was applied by cloud-init", *filter(None, [_what_failed(problems)])])
    return warning(_NAME, why, f"{_DETAILS}; they may show passwords")


def _what_failed(problems: Sequence[str]) -> str:
    """Modules and errors, and the places of files that are no YAML; "" where nothing of the kind is told."""
    modules = [f"{found[1]} ({found[2]})" for found in map(_MODULE.match, problems) if found]
    places = [f"no YAML at {found[1]}" for found in map(_PLACE.match, problems) if found]
    return ", ".join(dict.fromkeys([*modules, *places]))
