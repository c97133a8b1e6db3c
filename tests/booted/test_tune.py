"""The session of docs/tune.md, typed again where systemd, the journal and the package are real.

Who types is an ordinary user, in the groups that Raspberry Pi OS gives its first one, and becomes root by ``sudo``
only.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.docs.test_tune import MODEL, PAGE, WITH_MODEL
from tests.transcript import TERMINAL, first_block, read_transcript, replay

if TYPE_CHECKING:
    from tests.booted.conftest import Boot
    from tests.booted.machine import Machine
    from tests.support import SharedData

USER, GROUPS = "pi", "adm,video,plugdev"
BROKER = """\
listener 1883 127.0.0.1
allow_anonymous true
password_file /etc/mosquitto/passwords
"""
SUDO = """#!/bin/sh
exec su --command 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin exec "$@"' -- root sudo "$@"
"""
SU = "auth sufficient pam_permit.so\naccount sufficient pam_permit.so\nsession sufficient pam_permit.so\n"
"""``sudo`` by way of ``su``, which Debian has from the beginning, and which asks for no password here."""
EDGE = """#!/bin/sh
[ "$1 $2" != "models pull" ] || set -- "$@" --mirror /media
exec /usr/bin/edge "$@"
"""
"""There is no network: models come from a folder."""
CONTAINER = "Failed to dump process list"
"""What systemctl says where the container may not read the control groups."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_session(suite: str, boot: Boot, shared: SharedData) -> None:
    model = shared.folder / MODEL
    files = {
        "/etc/edge/edge.toml": first_block(PAGE, "toml"),
        "/etc/mosquitto/conf.d/tune.conf": BROKER,
        "/etc/pam.d/su": SU,
        "/usr/local/bin/sudo": SUDO,
        "/usr/local/bin/edge": EDGE,
    }
    steps = [step for step in read_transcript(PAGE) if step.section != WITH_MODEL or model.exists()]

    with boot(suite, files=files) as machine:
        machine.ask("chmod", "755", "/usr/local/bin/sudo", "/usr/local/bin/edge")
        machine.ask("useradd", "--create-home", "--shell=/bin/bash", f"--groups={GROUPS}", USER)
        machine.ask("mosquitto_passwd", "-c", "-b", "/etc/mosquitto/passwords", "kitchen", "open sesame")
        machine.ask("chown", "mosquitto:", "/etc/mosquitto/passwords")
        machine.ask("systemctl", "start", "mosquitto")
        machine.ask("systemctl", "restart", "edge")  # as if the broker had been there from the boot on
        if model.exists():
            shutil.copy(model, machine.path("/media"))
        replay(steps, lambda command: _typed(machine, command), patience_s=90)

    if not model.exists():
        pytest.skip(f"all was replayed but {WITH_MODEL!r}, which needs {model}")


def _typed(machine: Machine, command: str) -> str:
    login = ["runuser", "--user", USER, "--", "env", "--chdir=/home/pi", f"HOME=/home/{USER}", f"USER={USER}"]
    environment = [f"{name}={value}" for name, value in TERMINAL.items()]
    path = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
    done = machine.run(*login, path, *environment, "bash", "-c", f"exec 2>&1; {command}", check=False)
    return "".join(f"{line}\n" for line in done.stdout.splitlines() if not line.startswith(CONTAINER))
