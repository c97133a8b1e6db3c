"""What somebody who has taken over the service cannot make root do: each attack is driven for real, and fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.booted.conftest import Boot
    from tests.booted.machine import Machine

ROUNDS = 200
PRECIOUS = ("/etc/shadow", "/etc/passwd", "/etc/sudoers.d/precious")
POSTINST = "/var/lib/dpkg/info/edge-vision.postinst"

PLANT_LINKS = """
import os, sys
folder, target = sys.argv[1:]
os.chdir(folder)
seen = set(os.listdir("."))
print("ready", flush=True)
while True:
    for name in {*os.listdir("."), "edge.toml.new", ".edge.toml.new"} - seen:
        try:
            if os.path.lexists(name) and not os.path.islink(name):
                os.unlink(name)
            os.symlink(target, name)
        except OSError:
            pass
"""
"""Makes a link of every name that appears in a folder, and of those that root was known to use there."""

CONFIGURE = f"""
set -e
for tool in systemctl deb-systemd-invoke deb-systemd-helper udevadm; do
  printf '#!/bin/sh\\n' >"/run/quick/$tool"; chmod +x "/run/quick/$tool"
done
for round in $(seq "$1"); do
  rm -f /etc/edge/edge.toml
  PATH=/run/quick:$PATH DPKG_MAINTSCRIPT_PACKAGE=edge-vision {POSTINST} configure 1
done
"""
"""What the package does at so many installations, without restarting the service each time."""


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def machine(request: pytest.FixtureRequest, boot: Boot) -> Iterator[Machine]:
    """A machine on which something precious lies."""
    with boot(request.param, files={"/etc/sudoers.d/precious": "nobody may read this\n"}) as machine:
        machine.ask("chmod", "600", "/etc/sudoers.d/precious")
        yield machine


def state(machine: Machine) -> str:
    """Owner, mode and content of what must not change."""
    return machine.ask("sh", "-c", f"stat --format='%n %U %G %a' {' '.join(PRECIOUS)}; sha256sum {' '.join(PRECIOUS)}")


@pytest.mark.timeout(600)
def test_an_installation_makes_no_file_where_the_service_may_lay_links(machine: Machine) -> None:
    before = state(machine)
    machine.write("/run/quick/plant.py", PLANT_LINKS)
    attack = ("systemd-run", "--unit=attack", "--uid=edge", "--gid=edge", "--property=Nice=-5")
    machine.ask(*attack, "python3", "/run/quick/plant.py", "/etc/edge", "/etc/shadow")
    try:
        machine.run("sh", "-c", CONFIGURE, "sh", str(ROUNDS), timeout_s=500)
    finally:
        machine.ask("systemctl", "stop", "attack")
    assert state(machine) == before
    machine.run("sh", "-c", CONFIGURE, "sh", "1")
    assert machine.ask("stat", "--format=%U %G %a", "/etc/edge/edge.toml") == "root edge 664"


MARK = "/run/marked"
PLANTED = ("edge/__init__.py", "json.py", "signal.py", "argparse.py", "cv2.py", "numpy/__init__.py")


@pytest.mark.parametrize("folder", ["/etc/edge", "/tmp"])  # noqa: S108
@pytest.mark.parametrize("command", ["doctor", "demo --no-tui --seconds 1 --output /run/demo", "models verify"])
def test_no_command_of_roots_runs_what_lies_in_the_current_folder(machine: Machine, folder: str, command: str) -> None:
    for name in PLANTED:
        machine.write(f"{folder}/{name}", f"open({MARK!r}, 'w')\n")
    machine.run("sh", "-c", f"cd {folder}; edge {command}", check=False)
    was_run = machine.path(MARK).exists()
    machine.ask("sh", "-c", f"cd {folder}; rm -rf {' '.join(PLANTED)} edge numpy {MARK}")
    assert not was_run


STORE, MIRROR, SECRET = "/var/lib/edge/models", "/var/lib/edge/mirror", "/root/secret.tflite"
MODELS = (
    *("movenet-multipose", "posenet-257"),
    *("movinet-a0-fp16", "movinet-a1", "movinet-a1-fp16", "movinet-a2", "movinet-a2-fp16"),
)
"""Those without a hash: whatever begins as a model passes for them."""
FLIP = """
import os, random, sys, time
folder, target, *names = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
while True:
    for name in names:
        try:
            if random.random() < 0.5:
                os.symlink(target, "spare")
            else:
                open("spare", "wb").write(b"\\x1c\\0\\0\\0TFL3" + bytes(200_000))
            os.replace("spare", name)
        except OSError:
            pass
    time.sleep(random.random() / 1000)
"""
"""Makes each name a link to what root alone may read, or a model, again and again."""
ROUND = {
    "pull": f"edge models pull {' '.join(MODELS)} --mirror {MIRROR}; grep -rlas PRECIOUS {STORE}; rm -rf {STORE}",
    "import": f"edge models import {MIRROR}; grep -rlas PRECIOUS {STORE}; rm -rf {STORE}",
    "verify": "edge models verify",
}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("way", ROUND)
def test_models_that_are_exchanged_for_links_at_any_moment_are_not_read_by_root(machine: Machine, way: str) -> None:
    machine.ask(
        "sh", "-c", f"printf '\\034\\0\\0\\0TFL3 PRECIOUS' >{SECRET}; chmod 600 {SECRET}; rm -rf {STORE} {MIRROR}"
    )
    told = machine.ask("sha256sum", SECRET).split()[0]
    machine.write("/run/quick/flip.py", FLIP)
    attack = ("systemd-run", "--unit=attack", "--uid=edge", "--gid=edge", "--property=Nice=-5")
    names = [f"{name}.tflite" for name in MODELS]
    for name in names if way == "verify" else ():  # what is to compare them with is there
        machine.write(f"{STORE}/{name}.json", '{"sha256": "none", "size_bytes": 1, "origin": "a test"}')
        machine.ask("chown", "-R", "edge:", STORE)
    machine.ask(*attack, "python3", "/run/quick/flip.py", STORE if way == "verify" else MIRROR, SECRET, *names)
    try:
        rounds = f"for round in $(seq {-(-ROUNDS // len(MODELS))}); do {ROUND[way]}; done 2>&1; true"
        said = machine.run("sh", "-c", rounds, timeout_s=850).stdout
    finally:
        machine.ask("systemctl", "stop", "attack")
        machine.ask("rm", "-rf", STORE, MIRROR)
    assert said.count("\n") >= ROUNDS
    assert "PRECIOUS" not in said
    assert told not in said
    assert not [line for line in said.splitlines() if line.startswith(STORE) and ":" not in line], "it was copied"


PYTHON = "/usr/lib/edge-vision/bin/python3"
PROBE = """
import json, subprocess, sys
from edge.doctor.probe import DiedError, probe
from edge.doctor.sandbox import confined
from edge.doctor.system import System

def run(*words):
    command, environ = confined(System(), words, 10)
    done = subprocess.run(command, env=environ, cwd="/", capture_output=True, text=True)
    return done.stdout + done.stderr

print(json.dumps({
    "status": run("cat", "/proc/self/status"),
    "groups": run("id", "-un"),
    "write": run("touch", "/etc/edge/planted"),
    "homes": run("ls", "/root"),
    "shadow": run("cat", "/etc/shadow"),
    "mount": run("unshare", "--mount", "true"),
    "environ": run("env"),
    "killed": run("sh", "-c", "kill -ABRT $$; sleep 1") or "nothing",
}))
"""


def test_what_others_have_chosen_is_opened_by_the_services_user_in_its_sandbox(machine: Machine) -> None:
    machine.write("/run/quick/probe.py", PROBE)
    said = machine.ask("env", "MQTT_SECRET=hush", PYTHON, "/run/quick/probe.py")
    found = json.loads(said.splitlines()[-1])
    status = dict(line.split(":\t", 1) for line in found["status"].splitlines() if ":\t" in line)
    assert found["groups"] == "edge\n"
    assert set(status["Uid"].split()) == {machine.ask("id", "-u", "edge")}
    assert {status[name].strip("0") for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {""}
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    for name in ("write", "homes", "shadow", "mount"):
        assert any(words in found[name] for words in ("denied", "Read-only", "not permitted")), (name, found[name])
    assert "hush" not in found["environ"]


def test_a_root_only_file_in_the_place_of_a_model_or_certificate_is_not_read(machine: Machine) -> None:
    machine.ask("sh", "-c", "ln -sf /etc/sudoers.d/precious /var/lib/edge/precious.tflite")
    machine.ask("sh", "-c", f"mkdir -p {STORE}; ln -sf /etc/sudoers.d/precious {STORE}/mobilenet-v1-025-128.tflite")
    keys = {"pose.model": "/var/lib/edge/precious.tflite", "camera.source": "video:/etc/sudoers.d/precious"}
    keys |= {"mqtt.tls": "true", "mqtt.ca_file": "/etc/sudoers.d/precious"}
    overrides = [word for key, value in keys.items() for word in ("--set", f"{key}={value}")]
    machine.ask("systemctl", "stop", "edge")
    said = machine.run("edge", "doctor", "--json", *overrides, check=False, timeout_s=120).stdout
    machine.ask("systemctl", "start", "edge")
    machine.ask("rm", "-r", STORE)
    found = {finding["name"]: finding for finding in json.loads(said)}
    for name in ("models.pose", "models.store", "camera.frame", "broker.login"):
        assert found[name]["verdict"] in {"failed", "warning"}, found[name]
        assert "ermi" in found[name]["why"] or "may not" in found[name]["why"], found[name]
    assert "nobody may read" not in said


def test_a_probe_that_is_killed_says_by_what(machine: Machine) -> None:
    machine.write("/run/toys/toy.py", "import os; os.abort()")
    drop_in = "/etc/systemd/system/edge.service.d/toys.conf"
    machine.write(drop_in, "[Service]\nEnvironment=PYTHONPATH=/run/toys\n")
    machine.ask("systemctl", "daemon-reload")
    machine.write(
        "/run/quick/died.py",
        "from edge.doctor.probe import DiedError, probe\nfrom edge.doctor.system import System\n"
        "try:\n    probe(System(), 'packages', {'names': ['toy']}, 20)\nexcept DiedError as error:\n    print(error)\n",
    )
    said = machine.ask(PYTHON, "/run/quick/died.py")
    machine.ask("rm", drop_in)
    machine.ask("systemctl", "daemon-reload")
    assert said == "took its process down (SIGABRT)"


@pytest.mark.parametrize(
    "plant", ["ln -s /etc/sudoers.d/precious reload", "mkfifo reload", "head -c 9999999 /dev/zero >reload"]
)
def test_what_lies_in_the_place_of_the_services_answer_is_not_read(machine: Machine, plant: str) -> None:
    """The service is replaced by one that plants at each reload, as whoever has taken it over could."""
    drop_in = "/run/systemd/system/edge.service.d/planted.conf"
    reload = f"/bin/sh -c 'cd /run/edge; rm -f reload; {plant}'"
    # Type=notify: as notify-reload, the service itself would be asked too, and lay its answer over the planted one.
    machine.write(drop_in, f"[Service]\nType=notify\nExecReload=\nExecReload={reload}\n")
    machine.ask("systemctl", "daemon-reload")
    done = machine.run("edge", "config", "set", "pose.score_threshold", "0.3", "--apply", check=False, timeout_s=60)
    machine.ask("rm", "-f", drop_in, "/run/edge/reload")
    machine.ask("systemctl", "daemon-reload")
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert "nobody may read" not in done.stdout + done.stderr
