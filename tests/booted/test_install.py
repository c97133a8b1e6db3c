"""install.sh on a booted machine: from nothing to a service, again without effect, and whole after any interruption."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.booted.conftest import bare_root, deb
from tests.booted.machine import booted, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.booted.machine import Machine
    from tests.support import SharedData

DEPLOY = Path(__file__).parents[2] / "deploy"
SETTINGS = "/etc/edge/edge.toml"
PACKAGE = "/root/edge.deb"
OPTIONS = ("--deb", PACKAGE, "--models", "movenet-lightning", "--mirror", "/root/no-models")
TRAPPED = "/root/trapped"
KILL = f"touch {TRAPPED}; systemctl kill --kill-whom=all --signal=KILL installer.service; sleep 60"
LOGGER = "/etc/dpkg/dpkg.cfg.d/kill"
"""Has dpkg tell what it does."""
STUBS = "/usr/local/bin"
INSTANTS = {
    "while apt downloads": "apt-get *--download-only*",
    "before the first file": "setsid *apt-get*",
    "while files are unpacked": "status: edge-vision: half-installed",
    "when all files are there": "status: edge-vision: unpacked",
    "while it is configured": "status: edge-vision: half-configured",
    "when the service runs": "status: edge-vision: installed",
    "while a model is pulled": "setpriv *",
}
"""When everything is killed: a command that begins, or a line of dpkg's log."""
CHAINS = (
    ("while apt downloads", "while files are unpacked", "while it is configured"),
    ("before the first file", "when all files are there", "when the service runs", "while a model is pulled"),
)
"""Each run takes up what the one before has left, and is killed in its turn."""

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def machine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine without Edge, with a package and install.sh at hand, and no network."""
    suite: str = getattr(request, "param", "trixie")
    with booted(suite, bare_root(suite), tmp_path_factory.mktemp(f"install-{suite}")) as machine:
        machine.ask("mkdir", "--parents", "/root/clone/deploy", "/root/no-models")
        for name in ("install.sh", "install"):
            subprocess.run(["cp", "-r", DEPLOY / name, machine.path("/root/clone/deploy")], check=True)
        shutil.copy(deb(suite), machine.path(PACKAGE))
        yield machine


def install(machine: Machine, *options: str) -> subprocess.CompletedProcess[str]:
    """As a unit of its own, for all of it to be killed at once."""
    unit = ["systemd-run", "--quiet", "--collect", "--wait", "--pipe", "--unit=installer"]
    path = "--setenv=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return machine.run(*unit, path, "/root/clone/deploy/install.sh", *options, check=False, timeout_s=300)


def assert_whole(machine: Machine) -> None:
    """Edge is installed, runs, and nobody would notice that something was ever interrupted."""
    states = machine.ask("dpkg-query", "--show", "--showformat=${db:Status-Abbrev}${Package}\n").splitlines()
    assert [state for state in states if not state.startswith("ii ")] == []
    assert machine.ask("dpkg", "--audit") == ""
    damaged = machine.ask("dpkg", "--verify", "edge-vision").splitlines()
    left_out = ("/usr/share/doc", "/usr/share/man")  # by the roots, as by some systems
    assert [line for line in damaged if not any(folder in line for folder in left_out)] == []
    machine.ask("apt-get", "check")
    assert machine.ask("systemctl", "is-active", "edge") == "active"
    assert machine.ask("find", "/var/cache", "-name", "edge-install*") == ""
    machine.ask("edge", "config", "check")


@pytest.mark.parametrize("machine", ["bookworm"], indirect=True)
@pytest.mark.parametrize("chain", CHAINS, ids=("early", "late"))
def test_killed_at_any_instant_and_run_again_it_is_whole(machine: Machine, chain: tuple[str, ...]) -> None:
    machine.ask("dpkg", "--purge", "edge-vision")
    for instant in chain:
        trap(machine, INSTANTS[instant])
        killed = install(machine, *OPTIONS)
        assert killed.returncode != 0, f"not killed {instant}"
        assert machine.path(TRAPPED).exists(), f"{instant}: {killed.stdout}{killed.stderr}"
        machine.ask("sh", "-c", f"rm -f {LOGGER} {STUBS}/* {TRAPPED}")
    again = install(machine, *OPTIONS)
    assert again.returncode == 0, again.stdout + again.stderr
    assert_whole(machine)


def trap(machine: Machine, instant: str) -> None:
    """Have everything killed when a command begins or dpkg says something."""
    if instant.startswith("status: "):
        machine.write(LOGGER, "status-logger=/root/kill\n")
        text = f'while read -r line; do [[ $line != "{instant}"* ]] || {{ {KILL}; }}; done'
        path = "/root/kill"
    else:
        command, _, words = instant.partition(" ")
        real = machine.ask("sh", "-c", f"command -v {command}")
        text = f'[[ "$*" != {words} ]] || {{ {KILL}; }}; exec {real} "$@"'
        path = f"{STUBS}/{command}"
    machine.write(path, f"#!/bin/bash\n{text}\n")
    machine.path(path).chmod(0o755)


def test_it_says_what_it_has_done(machine: Machine) -> None:
    machine.ask("dpkg", "--purge", "edge-vision")
    done = install(machine, *OPTIONS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The service is running." in done.stdout
    assert "Not pulled (above: why): movenet-lightning. Meanwhile starter models run" in done.stdout
    assert "the mirror has no movenet-lightning.tflite" in done.stderr
    assert "sudo apt-get purge edge-vision" in done.stdout
    assert_whole(machine)


def test_a_second_run_changes_nothing(machine: Machine) -> None:
    machine.ask("edge", "config", "set", "camera.source", "synthetic")
    before = traces(machine)
    done = install(machine, *OPTIONS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is already there" in done.stdout
    assert traces(machine) == before


def traces(machine: Machine) -> tuple[str, ...]:
    """What would not be the same if packages, the service or settings had been touched."""
    return (
        machine.unit("MainPID"),
        machine.ask("stat", "--format=%n %y", SETTINGS, "/usr/bin/edge", "/var/lib/dpkg/info/edge-vision.list"),
        machine.ask("sh", "-c", "grep -c . /var/log/dpkg.log; ls -l --full-time /var/cache/apt/archives"),
    )


def test_a_pulled_model_is_in_force_at_once(machine: Machine, shared: SharedData) -> None:
    models = shared.path("models/movenet")
    machine.ask("edge", "config", "set", "camera.source", "synthetic")
    machine.ask("systemctl", "start", "mosquitto")
    machine.ask("systemctl", "restart", "edge")
    assert machine.listen("edge/+/pose")[0]["model"] == "starter-pose"
    subprocess.run(["cp", "-r", models, machine.path("/root/no-models")], check=True)
    done = install(machine, *OPTIONS)
    assert "pulled" in done.stdout
    wait_until(lambda: machine.listen("edge/+/pose")[0]["model"] == "movenet-lightning", "the real model runs")
    owner = machine.ask("stat", "--format=%U %a", "/var/lib/edge/models/movenet-lightning.tflite")
    assert owner == "edge 644"


def test_what_a_link_of_the_service_points_to_is_not_given_away(machine: Machine) -> None:
    machine.ask("sh", "-c", "mkdir /root/own; rm -rf /var/lib/edge/models; ln -s /root/own /var/lib/edge/models")
    done = install(machine, *OPTIONS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert machine.ask("stat", "--format=%U", "/root/own") == "root"
    machine.ask("rm", "/var/lib/edge/models")


def test_tools_of_a_build_that_was_killed_go_and_what_somebody_wants_stays(machine: Machine, tmp_path: Path) -> None:
    for name, depends in {"part": "", "tool": "part", "other-part": "", "other": "other-part"}.items():
        shutil.copy(empty_package(tmp_path / name, name, depends), machine.path(f"/root/{name}.deb"))
    tools = "tools=(/root/part.deb /root/tool.deb /root/other-part.deb) work=/root; export LC_ALL=C.UTF-8"
    sourced = f"set -euo pipefail; source /root/clone/deploy/install.sh; {tools}"
    machine.ask("bash", "-c", f"{sourced}; provide_tools")
    assert installed(machine) == ["other-part", "part", "tool"]
    machine.ask("apt-get", "install", "--yes", "/root/other.deb", "/root/part.deb")
    machine.ask("bash", "-c", f"{sourced}; remove_tools")
    assert installed(machine) == ["other", "other-part", "part"]


def empty_package(folder: Path, name: str, depends: str) -> Path:
    (folder / "DEBIAN").mkdir(parents=True)
    fields = [
        f"Package: {name}",
        "Version: 1",
        "Architecture: all",
        "Maintainer: me <me@localhost>",
        "Description: nothing",
    ]
    fields += [f"Depends: {depends}"] if depends else []
    (folder / "DEBIAN" / "control").write_text("\n".join([*fields, ""]))
    made = folder.with_suffix(".deb")
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", folder, made], check=True, stdout=subprocess.DEVNULL)
    return made


def installed(machine: Machine) -> list[str]:
    """Which of the empty packages are."""
    states = machine.ask("dpkg-query", "--show", "--showformat=${db:Status-Abbrev}${Package}\n").splitlines()
    names = {state.removeprefix("ii ") for state in states if state.startswith("ii ")}
    return sorted(names & {"part", "tool", "other-part", "other"})


def test_a_version_whose_service_does_not_start_makes_way(machine: Machine, tmp_path: Path) -> None:
    was, settings = version(machine), machine.path(SETTINGS).read_bytes()
    shutil.copy(later(deb(machine.suite), tmp_path, "usr/bin/edge", "#!/bin/sh\nexit 1\n"), machine.path(PACKAGE))
    done = install(machine, *OPTIONS)
    assert done.returncode == 1
    assert f"the service of the new version does not start (above: its last words); Edge {was} is" in done.stderr
    assert (version(machine), machine.path(SETTINGS).read_bytes()) == (was, settings)
    assert_whole(machine)


def test_a_version_that_cannot_be_configured_makes_way(machine: Machine, tmp_path: Path) -> None:
    was = version(machine)
    package = later(deb(machine.suite), tmp_path, "DEBIAN/postinst", "#!/bin/sh\nexit 1\n")
    shutil.copy(package, machine.path(PACKAGE))
    done = install(machine, *OPTIONS)
    assert done.returncode == 1
    assert f"Edge {was} is installed as before" in done.stderr
    assert version(machine) == was
    assert_whole(machine)


def test_wrong_settings_are_not_blamed_on_the_version(machine: Machine, tmp_path: Path) -> None:
    was, settings = version(machine), machine.path(SETTINGS).read_bytes()
    shutil.copy(later(deb(machine.suite), tmp_path), machine.path("/root/later.deb"))
    machine.write(SETTINGS, "[poze]\n")
    machine.ask("systemctl", "stop", "edge")  # while it works it remembers what works
    machine.ask("rm", "/var/lib/edge/last-good.toml")
    done = install(machine, "--deb", "/root/later.deb", "--no-models")
    assert done.returncode == 1
    assert "poze" in done.stderr
    assert f"Edge 99{was} is installed and whole, but its settings are wrong" in done.stderr
    assert version(machine) == f"99{was}"
    machine.path(SETTINGS).write_bytes(settings)
    machine.ask("systemctl", "restart", "edge")
    assert_whole(machine)


def test_a_package_that_cannot_be_configured_leaves_nothing(machine: Machine) -> None:
    machine.ask("dpkg", "--purge", "edge-vision")
    done = install(machine, *OPTIONS)
    assert done.returncode == 1
    assert "Edge is not installed" in done.stderr
    assert version(machine) == ""
    assert machine.ask("dpkg", "--audit") == ""
    assert not machine.path("/etc/edge").exists()
    assert machine.unit("LoadState") == "not-found"


def version(machine: Machine) -> str:
    return machine.run(
        "dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", "edge-vision", check=False
    ).stdout.removeprefix("installed ")


def later(package: Path, folder: Path, path: str = "", text: str = "") -> Path:
    """The package as a later version, in which one file may be another."""
    content, made = folder / "content", folder / "later.deb"
    subprocess.run(["dpkg-deb", "--raw-extract", package, content], check=True)
    control = content / "DEBIAN" / "control"
    control.write_text(control.read_text().replace("\nVersion: ", "\nVersion: 99"))
    if path:
        (content / path).unlink()
        (content / path).write_text(text)
        (content / path).chmod(0o755)
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", content, made], check=True)
    return made
