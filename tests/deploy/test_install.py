"""install.sh where nothing is changed: its words, its checks, its plan. What it changes, tests/booted looks at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.broker import PATIENCE_S, wait_until
from tests.shell_scripts import check_script

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPLOY = Path(__file__).parents[2] / "deploy"
SCRIPT = DEPLOY / "install.sh"
EDGE = Path(sys.executable).with_name("edge")
BOOKWORM = {"ID": "debian", "VERSION_ID": "12", "PRETTY_NAME": "Debian 12"}
UBUNTU = {"ID": "ubuntu", "VERSION_ID": "24.04", "PRETTY_NAME": "Ubuntu 24.04"}
TOOLS = {
    "dpkg": 'case $1 in --print-architecture) echo amd64 ;; *) exec /usr/bin/dpkg "$@" ;; esac',
    "dpkg-query": "exit 1",
    "df": "echo Avail; echo 9000M",
}
"""A machine that is fit for Edge and has none."""

pytestmark = pytest.mark.skipif(not Path("/usr/bin/dpkg-deb").exists(), reason="no dpkg here: not a Debian")


def machine(folder: Path, release: dict[str, str], tools: dict[str, str] | None = None) -> dict[str, str]:
    """A machine as the checks see it: its environment."""
    (folder / "os-release").write_text("".join(f'{key}="{value}"\n' for key, value in release.items()))
    (folder / "cmdline").write_text("console=tty1 root=/dev/mmcblk0p2 rootwait\n")
    (folder / "python3").symlink_to(sys.executable)
    for name, body in {**TOOLS, **(tools or {})}.items():
        tool = folder / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f"#!/bin/bash\n{body}\n")
        tool.chmod(0o755)
    return {**os.environ, "PATH": f"{folder / 'bin'}:/usr/bin:/bin", "MACHINE": str(folder)}


def dry_run(environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """What it says to a machine."""
    ours = 'os_release=$MACHINE/os-release kernel_line=$MACHINE/cmdline other_commands=("$MACHINE/bin/edge")'
    expected = f"python=$MACHINE/python3; expected_python() {{ echo {sys.version_info[0]}.{sys.version_info[1]}; }}"
    return bash(f'source {SCRIPT}; {ours}; {expected}; main --dry-run "$@"', environment, *options)


def bash(text: str, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", "-c", text, "bash", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def package(folder: Path, **fields: str) -> Path:
    """A package with nothing in it."""
    control = {
        "Package": "edge-vision", "Version": "1.0+deb12", "Architecture": "amd64", "Maintainer": "me <me@localhost>",
        "Description": "nothing", **fields,
    }  # fmt: skip
    (folder / "content" / "DEBIAN").mkdir(parents=True)
    (folder / "content" / "DEBIAN" / "control").write_text("".join(f"{key}: {text}\n" for key, text in control.items()))
    made = folder / "edge.deb"
    command = ["dpkg-deb", "--root-owner-group", "--build", str(folder / "content"), str(made)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return made


@pytest.mark.parametrize("script", [SCRIPT, *sorted((DEPLOY / "install").glob("*.sh"))], ids=lambda path: path.name)
def test_the_scripts_are_right(script: Path) -> None:
    check_script(script, "bash")


def test_the_help_names_every_option() -> None:
    done = subprocess.run([SCRIPT, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "opens nothing to the network" in done.stdout
    for option in ("--deb", "--models", "--no-models", "--mirror", "--dry-run"):
        assert f"  {option}" in done.stdout


@pytest.mark.parametrize(
    ("options", "said"), [(["--dbe", "x"], "unknown option --dbe"), (["--deb"], "--deb needs a value")]
)
def test_wrong_usage(options: list[str], said: str) -> None:
    done = subprocess.run([SCRIPT, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert "usage: " in done.stderr


def test_a_dry_run_says_what_would_be_done(tmp_path: Path) -> None:
    done = dry_run(machine(tmp_path, BOOKWORM), "--deb", str(package(tmp_path)), "--models", "movenet-lightning")
    assert (done.returncode, done.stderr) == (0, "")
    assert "this machine is fit for Edge: Debian 12, amd64" in done.stdout
    assert f"install {tmp_path}/edge.deb" in done.stdout
    assert "pull models: movenet-lightning" in done.stdout


SITUATIONS = {
    "another system": (UBUNTU, {}, "this is Ubuntu 24.04; Edge installs on Raspberry Pi OS"),
    "32 bits beneath a 64-bit kernel": (BOOKWORM, {"dpkg": "echo armhf"}, "this system is a 32-bit one (armhf)"),
    "a full disk": (BOOKWORM, {"df": "echo Avail; echo 800M"}, "/usr: 800 MB are free, 2000 MB are needed"),
    "n2n": (
        BOOKWORM,
        {"dpkg-query": '[[ $* == *n2n* ]] || exit 1; echo "installed"'},
        "n2n is installed and has a command edge of its own",
    ),
    "an edge by pip": (BOOKWORM, {"edge": ":"}, "/bin/edge would run in the place of /usr/bin/edge"),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_in_the_way_is_said_and_nothing_done(tmp_path: Path, name: str) -> None:
    release, tools, said = SITUATIONS[name]
    done = dry_run(machine(tmp_path, release, tools))
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.splitlines()[-1] == "edge install: nothing has been changed"
    assert len(done.stderr.splitlines()) == (3 if "disk" in name else 2)  # /usr and /var
    assert "this would be done" not in done.stdout


def test_the_overlay_file_system_is_in_the_way(tmp_path: Path) -> None:
    environment = machine(tmp_path, BOOKWORM)
    (tmp_path / "cmdline").write_text("boot=overlay console=tty1 root=/dev/mmcblk0p2\n")
    assert "the overlay file system is on" in dry_run(environment).stderr


def test_another_python_is_in_the_way(tmp_path: Path) -> None:
    environment = machine(tmp_path, BOOKWORM)
    (tmp_path / "python3").unlink()
    (tmp_path / "python3").write_text("#!/bin/sh\necho 3.9\n")
    (tmp_path / "python3").chmod(0o755)
    assert "python3 is 3.9, here it must be 3." in dry_run(environment).stderr


def test_everything_in_the_way_is_said_at_once(tmp_path: Path) -> None:
    done = dry_run(machine(tmp_path, UBUNTU, {"dpkg": "echo i386", "df": "echo Avail; echo 1M"}))
    assert len(done.stderr.splitlines()) == 5


def test_a_package_for_another_machine_is_refused(tmp_path: Path) -> None:
    wrong = package(tmp_path, Architecture="arm64")
    done = dry_run(machine(tmp_path, BOOKWORM), "--deb", str(wrong))
    assert "made for arm64 and version 1.0+deb12, this machine is amd64" in done.stderr
    assert done.returncode == 1


def test_a_package_for_another_release_is_refused(tmp_path: Path) -> None:
    wrong = package(tmp_path, Version="1.0+deb13")
    done = dry_run(machine(tmp_path, BOOKWORM), "--deb", str(wrong))
    assert "made for amd64 and version 1.0+deb13" in done.stderr


def test_an_older_package_is_refused(tmp_path: Path) -> None:
    newer = {"dpkg-query": '[[ $* == *edge-vision* ]] || exit 1; echo "installed 2.0+deb12"'}
    done = dry_run(machine(tmp_path, BOOKWORM, newer), "--deb", str(package(tmp_path)))
    assert "its version 1.0+deb12 is older than the 2.0+deb12 that is installed" in done.stderr


@pytest.mark.parametrize("content", ["nothing", "half"])
def test_what_is_no_whole_package_of_edge_is_refused(tmp_path: Path, content: str) -> None:
    whole = package(tmp_path, Package="edge-vision").read_bytes()
    broken = tmp_path / "broken.deb"
    broken.write_bytes({"nothing": b"", "half": whole[: len(whole) // 2]}[content])
    done = dry_run(machine(tmp_path, BOOKWORM), "--deb", str(broken))
    assert f"{broken}: not a package of Edge, or only a part of it" in done.stderr


def test_the_models_are_those_of_the_settings(tmp_path: Path) -> None:
    names = "case $3 in pose.model) echo my-pose ;; action.model) echo /srv/mine.tflite ;; *) exit 2 ;; esac"
    environment = machine(tmp_path, BOOKWORM, {"edge": f'[[ $# -eq 3 ]] || exec {EDGE} "$@"; {names}'})
    done = bash(f"source {SCRIPT}; defaults={DEPLOY}/package/edge.toml; models_of_settings", environment)
    assert done.stdout.split() == ["my-pose", "efficientnet-lite0"]


def test_what_is_recommended_comes_where_it_is_to_be_had_and_at_first_only(tmp_path: Path) -> None:
    made = package(tmp_path, Recommends="there, python3-picamera2 (>= 0.3), elsewhere | other")
    tools = {
        "dpkg-query": "echo installed there",
        "apt-cache": '[[ $* != *picamera2* ]] || echo "python3-picamera2 - camera"',
    }
    environment = machine(tmp_path, BOOKWORM, tools)
    text = f"source {SCRIPT}; deb={made}; companions "
    assert bash(f"{text} none", environment).stdout.split() == ["python3-picamera2"]
    assert bash(f"{text} 1.0", environment).stdout.split() == []


SIMULATED = """\
Reading package lists...
Inst libssl3 [3.0.11-1] (3.0.14-1 Debian:12 [amd64])
Inst python3-pip-whl (23.0.1 Debian:12 [all])
Inst libgl1:i386 (1.6.0 Debian:12 [i386])
Conf libssl3 (3.0.14-1 Debian:12 [amd64])
"""


def test_what_apt_would_bring_is_what_is_not_here_in_any_version(tmp_path: Path) -> None:
    environment = machine(tmp_path, BOOKWORM, {"apt-get": f"cat <<'EOF'\n{SIMULATED}EOF"})
    done = bash(f"source {SCRIPT}; would_bring install some", environment)
    assert done.stdout.split() == ["libgl1:i386", "python3-pip-whl"]


def test_only_what_was_brought_and_nobody_asked_for_is_taken_off(tmp_path: Path) -> None:
    tools = {"apt-get": "printf 'Remv %s [1]\\n' theirs brought", "dpkg": 'echo "$*" >>"$MACHINE/dpkg"'}
    (tmp_path / "list").write_text("brought\nwanted-by-now\n")
    done = bash(f"source {SCRIPT}; log=$MACHINE/log; take_off $MACHINE/list", machine(tmp_path, BOOKWORM, tools))
    assert (done.returncode, done.stderr) == (0, "")
    (called,) = (tmp_path / "dpkg").read_text().splitlines()
    assert called.split()[2:] == ["--remove", "--force-remove-reinstreq", "brought"]


def test_a_clone_that_cannot_be_copied_is_said(tmp_path: Path) -> None:
    quiet = "provide_tools() { :; }; tar() { return 1; }; clone=$MACHINE work=$MACHINE"
    done = bash(f"source {SCRIPT}; {quiet}; build_package", machine(tmp_path, BOOKWORM))
    assert done.returncode == 1
    assert f"{tmp_path} could not be copied (above: why)" in done.stderr


@pytest.mark.parametrize(
    ("mirror", "said"),
    [
        ("nowhere", "nowhere: no such folder"),
        ("edge.deb", "edge.deb: no such folder"),
        ("https://localhost:1/models", "https://localhost:1/models: nobody answers there"),
        ("http://mirror.example/models", "http://mirror.example/models: models are fetched over https only"),
        ("ftp://localhost/models", "ftp://localhost/models: models are fetched over https only"),
    ],
)
def test_a_mirror_that_is_not_there_is_said_before_anything_is_done(tmp_path: Path, mirror: str, said: str) -> None:
    place = mirror if "://" in mirror else str(tmp_path / mirror)
    (tmp_path / "edge.deb").touch()
    done = dry_run(machine(tmp_path, BOOKWORM), "--mirror", place)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.splitlines()[-1] == "edge install: nothing has been changed"


def test_a_mirror_that_answers_is_none_in_the_way(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:  # it says 501 to all
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = dry_run(machine(tmp_path, BOOKWORM), "--mirror", f"http://127.0.0.1:{server.server_port}/models")
        server.shutdown()
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "planted", ["urllib.py", "urllib/__init__.py", "sys.py", "http.py", "ssl.py", "sitecustomize.py"]
)
def test_nothing_in_the_current_folder_is_run(tmp_path: Path, planted: str) -> None:
    trap = tmp_path / "trap"
    (trap / planted).parent.mkdir(parents=True)
    (trap / planted).write_text(f"import os\nos.close(os.open({str(tmp_path / 'mark')!r}, os.O_CREAT))\n")
    environment = {**machine(tmp_path, BOOKWORM), "PYTHONPATH": ":/opt/own"}  # an empty part is the current folder
    text = (
        f"cd {trap}; source {SCRIPT}; python=$MACHINE/python3 mirror=https://localhost:1/; check_python; check_mirror"
    )
    assert "nobody answers there" in bash(text, environment).stderr
    assert not (tmp_path / "mark").exists()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may look into."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("planted", ["ln -s $MACHINE/secret", "ln -s ../../../secret", "cp $MACHINE/made"])
def test_what_the_builder_could_not_read_is_not_taken_for_the_package(open_folder: Path, planted: str) -> None:
    (open_folder / "secret").write_text("of root alone")
    (open_folder / "secret").chmod(0o600)
    (open_folder / "made").write_text("a package")
    environment = {**machine(open_folder, BOOKWORM), "SUDO_USER": "nobody"}
    build = f"build_as() {{ (cd $work/build; mkdir out; {planted} out/edge-vision_1.deb; chown -Rh nobody out); }}"
    quiet = "provide_tools() { :; }; remove_tools() { :; }"
    places = "PATH+=:/usr/sbin clone=$MACHINE/clone work=$MACHINE/work log=$MACHINE/log"
    text = f"source {SCRIPT}; set -e; mkdir $MACHINE/clone $MACHINE/work; {quiet}; {places}; {build}; build_package"
    done = bash(text, environment)
    taken = open_folder / "work/edge-vision.deb"
    if planted.startswith("cp"):
        assert (done.returncode, taken.read_text(), taken.stat().st_mode & 0o777) == (0, "a package", 0o644)
    else:
        assert "cannot be read (above: why); nothing of Edge has been changed" in done.stderr
        assert taken.read_text() == ""


@pytest.mark.parametrize("name", ["missing.deb", ""])
def test_a_package_that_is_not_there_is_said_so(tmp_path: Path, name: str) -> None:
    done = dry_run(machine(tmp_path, BOOKWORM), "--deb", str(tmp_path / name))
    assert done.returncode == 1
    assert "no such file, or none that may be read; --deb takes a package of Edge" in done.stderr


def test_what_apt_says_is_kept_and_said_where_it_fails_only(tmp_path: Path) -> None:
    text = (
        f"source {SCRIPT}; log=$MACHINE/log; logged seq 1400; echo rc $?; logged bash -c 'seq 40; exit 7' || echo rc $?"
    )
    done = bash(text, machine(tmp_path, BOOKWORM))
    assert done.stdout == "rc 0\nrc 7\n"
    assert done.stderr.splitlines() == [*map(str, range(26, 41)), f"all of it: {tmp_path}/log"]
    assert len((tmp_path / "log").read_text().splitlines()) == 1440


def test_the_log_is_that_of_the_last_run_that_did_something(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("of before\n")
    environment = machine(tmp_path, BOOKWORM)
    bash(f"source {SCRIPT}; log=$MACHINE/log; step 2 nothing", environment)
    assert (tmp_path / "log").read_text() == "of before\n"
    bash(f"source {SCRIPT}; log=$MACHINE/log; logged echo new; logged echo newer", environment)
    assert (tmp_path / "log").read_text() == "new\nnewer\n"


def test_ctrl_c_is_one_sentence(tmp_path: Path) -> None:
    python = f"{sys.executable} -c 'import time; print(1, flush=True); time.sleep(60)'"
    text = f"source {SCRIPT}; log=$MACHINE/log; trap interrupted INT; logged {python} || stop could not; echo on"
    command = ["/bin/bash", "-c", f"set -euo pipefail; {text}"]
    environment = machine(tmp_path, BOOKWORM)
    with subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        wait_until(lambda: (tmp_path / "log").exists() and (tmp_path / "log").read_text() == "1\n", "it works")
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    sentence = "edge install: interrupted; installed of Edge: none. Run it again: it does what is missing\n"
    assert said == ("", sentence)


@pytest.mark.parametrize(("changed", "said"), [(":", "Nothing had to be done. Edge"), ("is_changed=1", "Edge")])
def test_a_run_with_nothing_to_do_says_so(tmp_path: Path, changed: str, said: str) -> None:
    environment = machine(tmp_path, BOOKWORM, {"edge": "echo elsewhere"})
    text = f"source {SCRIPT}; service='is running' models_said='Models: none.'; {changed}; closing_words"
    done = bash(text, environment)
    assert done.stdout.strip().startswith(f"{said} none is installed. The service is running.")
