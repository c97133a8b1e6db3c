"""The session of docs/tune.md, typed again where systemd, the journal and the package are real."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.booted.person import arrives
from tests.docs.test_tune import MODEL, PAGE, WITH_MODEL
from tests.transcript import first_block, read_transcript, replay

if TYPE_CHECKING:
    from tests.booted.conftest import Boot
    from tests.booted.machine import Machine
    from tests.support import SharedData

BROKER = """\
listener 1883 127.0.0.1
allow_anonymous true
password_file /etc/mosquitto/passwords
"""
EDGE = """#!/bin/sh
[ "$1 $2" != "models pull" ] || set -- "$@" --mirror /media
exec /usr/bin/edge "$@"
"""
"""There is no network: models come from a folder."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_session(suite: str, boot: Boot, shared: SharedData) -> None:
    model = shared.folder / MODEL
    files = {
        "/etc/edge/edge.toml": first_block(PAGE, "toml"),
        "/etc/mosquitto/conf.d/tune.conf": BROKER,
        "/usr/local/bin/edge": EDGE,
    }
    steps = [step for step in read_transcript(PAGE) if step.section != WITH_MODEL or model.exists()]

    with boot(suite, files=files) as machine:
        machine.ask("chmod", "755", "/usr/local/bin/edge")
        person = arrives(machine)
        machine.ask("mosquitto_passwd", "-c", "-b", "/etc/mosquitto/passwords", "kitchen", "open sesame")
        machine.ask("chown", "mosquitto:", "/etc/mosquitto/passwords")
        machine.ask("systemctl", "start", "mosquitto")
        machine.ask("systemctl", "restart", "edge")  # as if the broker had been there from the boot on
        if model.exists():
            shutil.copy(model, machine.path("/media"))
        assert rights(machine) == "root:edge 664"
        replay(steps, person.types, patience_s=90)
        assert rights(machine) == "root:edge 664", "the service may still write its settings"

    if not model.exists():
        pytest.skip(f"all was replayed but {WITH_MODEL!r}, which needs {model}")


def rights(machine: Machine) -> str:
    """Whose the settings are, and who may do what with them."""
    return machine.ask("stat", "--format=%U:%G %a", "/etc/edge/edge.toml")
