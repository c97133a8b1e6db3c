"""README.md and docs/install.md, typed as they stand on a bare Debian that is booted; only the network is played."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.booted.conftest import bare_root, deb
from tests.booted.machine import booted, wait_until
from tests.booted.person import HOME, PASSWORD, arrives
from tests.booted.test_tune import EDGE
from tests.transcript import first_block, read_transcript, replay, says

if TYPE_CHECKING:
    from tests.booted.machine import Machine
    from tests.booted.person import Person
    from tests.support import SharedData
    from tests.transcript import Step

ROOT = Path(__file__).parents[2]
README, INSTALL = ROOT / "README.md", ROOT / "docs/install.md"
CLONE, TRY = f"{HOME}/edge", f"{HOME}/edge-try"
CURL = """#!/bin/bash
[[ $1 == -o ]] && exec cp "/media/${3##*/}" "$2"
exec cp "/media/${2##*/}" .
"""
"""Fetches from a folder."""
MEDIA = {
    "media/pose_coco/images/000000000785.jpg": "",
    "media/coral/parrot.jpg": "",
    "media/video_people/one-by-one-person-detection.mp4": "",
    "media/video_action/carving_ice_rpi.mp4": "carving_ice.mp4",
    "models/movenet/movenet_single_pose_lightning_ptq.tflite": "",
    "models/mobilenet/mobilenet_v2_1.0_224_quant.tflite": "",
    "models/movinet/movinet_a0_stream_int8.tflite": "1.tflite",
}
"""What is fetched, and its published name where that of the shared data is another."""
PATIENCE_S = 150
"""The page shows a run that says in minutes how long it is up."""
UNTYPED = re.compile(r"make |sudo apt (update|install (git|make)$)|.*picamera2$|git clone |\. \.venv/")
"""Builds from PyPI, and what only brings packages; ``edge`` is that of the package."""
IN_PLACE_OF = {
    r"^sudo deploy/install\.sh$": r"\g<0> --deb /media/edge.deb --mirror /media",
    r"^edge watch\b(?!.*--json).*": r"\g<0> --seconds 4",
    r"^(edge record .*--seconds) 30$": r"\1 3",
    r"^systemd-ask-password -n": f"printf '{PASSWORD}'",
    r"^(/usr/sbin/mosquitto|mosquitto_sub -t 'edge/#' -v)$": r"setsid --fork \g<0> >~/terminal 2>&1 </dev/null",
}
"""A package that is built already; Ctrl-C; less patience; a password that is typed; other terminals."""
UNTIL_CTRL_C = "setsid --fork sh -c '{}; echo $? >~/ended' >~/said 2>&1 </dev/null"
CTRL_C = "pkill -INT -u pi -f '[b]in/edge run'"
ALSO_1 = re.compile(r"(sudo )?edge doctor|journalctl|sudo wdctl")
"""What ends with 1 where something is not there, as in a container."""
NOT_INSTALLED_YET = """\
sudo systemctl stop edge; sudo chmod 700 /var/lib/edge; sudo install /media/edge.sh /usr/local/bin/edge"""
"""As somebody has it who tries Edge first; and models come from a folder."""
STICK = """\
rm -r ~/.local/share/edge/models; mkdir ../usb; cp /media/mo*.tflite ../usb
cp /media/1.tflite ../usb/movinet_a0_stream_int8.tflite"""
MEASURED = re.compile(r"^\d\d:\d\d:\d\d|(?<=_hz=|_ms=)[\d.]+|(?<=results=|dropped=)\d+", re.MULTILINE)


@dataclass
class Session:
    """Somebody who types; ``before`` has what the text between the commands tells them to do, by command."""

    person: Person
    folder: str
    before: dict[str, list[str]]

    def types(self, step: Step) -> None:
        """Type it until what stands there comes."""
        if UNTYPED.match(step.command):
            return
        if lines := self.before.get(step.command):
            self.does(lines.pop(0))
        if step.command.startswith("cd "):
            self.folder = self.does(f"{step.command} && pwd").strip()
            return
        command = step.command
        for written, typed in IN_PLACE_OF.items():
            command = re.sub(written, typed, command)
        expected = MEASURED.sub("…", step.output).replace("/home/me/", f"{HOME}/")
        if expected == "…\n":
            self.does(command, is_status_1=bool(ALSO_1.match(step.command)))
        elif step.command.startswith("edge run "):  # a log: what else it says, and in which order, may be otherwise
            said = self.does(command) if "--seconds" in command else self.runs_until(command, expected)
            assert not_said(expected, said) == [], said
        else:
            if step.command.startswith("edge watch"):
                expected = re.sub(r"(?<=│ pose ).*|(?<![\w-])\d[\d.]*|- +(?=version)", _any, expected)
            again = replace(step, command=command, output=expected)
            replay([again], lambda line: self.person.does(line, self.folder)[0], PATIENCE_S)

    def does(self, command: str, *, is_status_1: bool = False) -> str:
        """Type something that has to succeed."""
        said, status = self.person.does(command, self.folder, limit_s=300)
        assert status == 0 or (is_status_1 and status == 1), f"$ {command}: {status}\n{said}"
        return said

    def runs_until(self, command: str, expected: str) -> str:
        """Type it, and Ctrl-C once it has said what is expected, in any order; all that it says."""
        self.does(UNTIL_CTRL_C.format(command))
        said, ended = (self.person.machine.path(f"{HOME}/{name}") for name in ("said", "ended"))
        wait_until(lambda: not_said(expected, said.read_text()) == [], f"{command} says\n{expected}")
        self.does(CTRL_C)
        wait_until(lambda: ended.exists() and ended.read_text() != "", "it ends")
        assert ended.read_text() == "0\n"
        text = said.read_text()
        for file in (said, ended):
            file.unlink()
        return text


def not_said(expected: str, said: str) -> list[str]:
    """Lines that were expected and did not come."""
    lines = said.splitlines()
    return [line for line in expected.splitlines() if not any(says(line, one) for one in lines)]


def bring(machine: Machine, shared: SharedData) -> Session:
    """A clone in somebody's home, and on a stick the package and what README fetches from elsewhere."""
    for name, known_as in MEDIA.items():
        source = shared.folder / name
        if not source.exists():
            pytest.skip(f"no {source}")
        shutil.copy(source, machine.path("/media") / (known_as or source.name))
    shutil.copy(deb(machine.suite), machine.path("/media/edge.deb"))
    machine.write("/usr/local/bin/curl", CURL)
    machine.ask("chmod", "755", "/usr/local/bin/curl")
    machine.write("/media/edge.sh", EDGE)
    person = arrives(machine)
    shutil.copytree(ROOT / "deploy", machine.path(CLONE) / "deploy", symlinks=True)
    (machine.path(CLONE) / "build/deb").mkdir(parents=True)
    shutil.copy(deb(machine.suite), machine.path(CLONE) / "build/deb")
    machine.ask("chown", "--recursive", "pi:", HOME)
    return Session(person, HOME, {})


def _any(shown: re.Match[str]) -> str:
    """Any number in the place of a number, any text in the place of another."""
    return "≈0" if shown[0][0].isdigit() else "…"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_readme(suite: str, shared: SharedData, tmp_path_factory: pytest.TempPathFactory) -> None:
    with booted(suite, bare_root(suite), tmp_path_factory.mktemp(f"page-{suite}")) as machine:
        session = bring(machine, shared)
        machine.write("/media/edge.toml", first_block(README, "toml"))
        wrong = "sed 's/^loop = true/loop = \"yes\"/; 0,/^enabled/s//enabeld/' /media/edge.toml >edge.toml"
        session.before = {
            "mkdir ../edge-try": [NOT_INSTALLED_YET],
            "edge run --config edge.toml": ["cp /media/edge.toml .", "rm ~/.local/share/edge/models/movenet*"],
            "edge watch --host 127.0.0.1": ["setsid --fork edge run --config edge.toml >~/run 2>&1 </dev/null"],
            "edge config explain pose.max_rate_hz": ["pkill -INT -u pi -f '[e]dge run'"],
            "edge config check --config edge.toml": [wrong],
            "edge infer pose skier.jpg --set pose.score_threshold=0.6": ["cp /media/edge.toml ."],
            "edge models import ../usb": [STICK],
            "edge infer pose skier.jpg --model mobilenet-v2": ["edge models import ../usb"],
            "edge infer action carving_ice.mp4 --model mine.tflite": ["(cat ../usb/movinet*; echo) >mine.tflite"],
        }
        for step in read_transcript(README, with_sh=True):
            session.types(step)
        assert not any(session.before.values()), session.before
        heard = session.does("cat ~/terminal")
        assert "edge/kitchen/availability online\n" in heard
        assert 'edge/kitchen/pose {"schema":"edge/pose/1","device":"kitchen"' in heard


@pytest.mark.timeout(900)
@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_the_page_on_installing(suite: str, shared: SharedData, tmp_path_factory: pytest.TempPathFactory) -> None:
    with booted(suite, bare_root(suite), tmp_path_factory.mktemp(f"page-{suite}")) as machine:
        session = bring(machine, shared)
        session.before = {
            "sudo apt install --no-download ./*.deb": ["cp /media/*.tflite build/deb/edge-vision_*.deb ."]
        }
        for step in read_transcript(INSTALL, with_sh=True):
            session.types(step)
        assert not any(session.before.values()), session.before
        assert machine.run("id", "edge", check=False).returncode == 1
        assert not machine.path("/etc/edge").exists()
