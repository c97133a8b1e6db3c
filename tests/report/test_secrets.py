"""Wherever a person may put a password it is found, and the whole report shows none of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.base.machine_files import MachineFiles
from edge.config.load import load
from edge.config.sections import Settings
from edge.doctor.subject import Configuration, Subject
from edge.doctor.system import Output, System
from edge.errors import ConfigError
from edge.report.appliance import Appliance
from edge.report.report import Section, report_text
from edge.report.secrets import known_secrets
from edge.settings import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.errors import Problem

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
PASSWORDS = (
    st.text(f"{LETTERS}:/@?#%&=+!$ '\"\\äß日", min_size=4, max_size=18)
    .filter(lambda text: "***" not in text)
    .map(lambda text: f"Q{text}7")
)
"""None is a word of a report."""


def toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def escaped(password: str) -> str:
    return quote(password, safe="")


PLACES = {
    "in the address of the camera": lambda pw: f"[camera]\nsource = {toml(f'rtsp://u:{escaped(pw)}@hall/1')}",
    "in its query": lambda pw: f"[camera]\nsource = {toml(f'http://hall/1?auth={escaped(pw)}')}",
    "in a list": lambda pw: f"[camera]\nsource = [{toml(f'rtsp://u:{escaped(pw)}@hall/1')}]",
    "without an escape": lambda pw: f"[camera]\nsource = {toml(f'rtsp://u:{pw}@hall/1')}",
    "before the broker": lambda pw: f"[mqtt]\nhost = {toml(f'u:{pw}@hall')}",
    "in the port": lambda pw: f"[mqtt]\nport = {toml(f'u:{pw}@hall:1883')}",
    "behind the user": lambda pw: f"[mqtt]\nusername = {toml(f'u:{pw}@hall')}",
    "in the place of the file": lambda pw: f'[mqtt]\nusername = "u"\npassword_file = {toml(pw)}',
    "for a key there is not": lambda pw: f"[mqtt]\npassword = {toml(pw)}",
    "in a comment": lambda pw: f"[mqtt]\n# password = {toml(pw)}",
    "as a tag": lambda pw: f"[classification]\nallow = [{toml(f'u:{pw}@hall')}]",
}


def machine_at(root: Path, log: str) -> System:
    """A machine whose log says what is wrong, as careless programs do."""

    def run(words: Sequence[str], _limit_s: float) -> Output:
        return Output(0, log if words[0] == "journalctl" else "LoadState=loaded\nStatusText=" + log)

    (root / "run/systemd/system").mkdir(parents=True, exist_ok=True)
    return System(root=root, run=run, uid=0)


def appliance_of(file: Path, log: str) -> Appliance:
    loaded, chosen = None, Settings()
    problems: tuple[Problem, ...] = ()
    try:
        loaded = load(SCHEMA, file)
        chosen = loaded.settings
    except ConfigError as error:
        problems = error.problems
    known = Configuration(file, chosen, problems, "pi")
    return Appliance(Subject(machine_at(file.parent, log), known), loaded, 50)


@pytest.mark.parametrize("place", PLACES)
@given(password=PASSWORDS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_password_in_the_settings_is_nowhere_in_the_report(place: str, password: str, tmp_path: Path) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(PLACES[place](password))
    log = f"camera: it is {password} or {escaped(password)}, {toml(password)}"
    sections = [Section(name, name) for name in ("settings", "service", "logs", "rollback", "space")]
    text = report_text(appliance_of(file, log), "pi", (), sections)
    for written in (password, escaped(password), toml(password)[1:-1]):
        assert written not in text


def test_passwords_in_files_are_known(tmp_path: Path) -> None:
    for name, text in {
        "etc/credstore/edge.mqtt-password": "of the store\n",
        "boot/firmware/edge-broker-password.txt": "of the card",
        "boot/firmware/edge-broker-password.txt.txt": "of a card from Windows",
        "run/edge-appliance/login": "edge\nof the first boot\n",
        "boot/firmware/edge.toml.applied": '[camera]\nsource = "rtsp://u:applied@hall"',
        "var/lib/edge/last-good.toml": "[mqtt]\npassword = 123456\n",
        "var/lib/edge-appliance/settings/refused.toml": '[camera]\nsource = "rtsp://u:refused@hall"',
        "etc/edge/edge.toml.broken": '[camera]\nsource = "rtsp://u:before@hall"',
        "etc/edge/camera-password": "of the camera\nmore\n",
        "etc/edge/edge.toml": '[camera]\npassword_file = "camera-password"\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = known_secrets(MachineFiles(tmp_path), None, ["camera.source=rtsp://u:overridden@hall"])
    assert found >= {
        *("of the store", "of the card", "of a card from Windows", "of the first boot"),
        *("applied", "refused", "before", "123456", "of the camera", "overridden"),
    }
    assert not found & {"edge", "", "camera-password"}


def test_settings_of_no_sense_have_no_secrets(tmp_path: Path) -> None:
    file = tmp_path / "edge.toml"
    file.write_bytes(b"\xff\xfe[[[\n= = =\n" + b"a" * 300)
    assert known_secrets(MachineFiles(tmp_path), file, ["pose.fit"]) == frozenset()


@pytest.mark.parametrize("nonsense", [":", '\\"', " \n", 'a = " ', "username=", "@", "a:b@ ", "://@", "# "])
def test_nonsense_of_any_length_takes_no_time(nonsense: str, tmp_path: Path) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(f"password = 'of a person'\n{nonsense * (200_000 // len(nonsense))}\n")
    assert "of a person" in known_secrets(MachineFiles(tmp_path), file, [])


def test_a_link_in_the_folder_of_the_service_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "var/lib/edge").mkdir(parents=True)
    (tmp_path / "elsewhere").write_text("password = 'of root alone'\n")
    (tmp_path / "var/lib/edge/last-good.toml").symlink_to(tmp_path / "elsewhere")
    assert known_secrets(MachineFiles(tmp_path), None, []) == frozenset()
