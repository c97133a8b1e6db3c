"""``edge doctor`` as its user runs it, on the machine the tests run on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

import edge.cli.doctor
from edge.cli.main import main
from edge.doctor import last_resort
from edge.doctor.examine import CHECKS, examine
from edge.doctor.finding import ok
from tests.broker import Broker, free_port
from tests.cli.processes import broker_settings, toy_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ENTRY = "import sys; from edge.cli.entry import main; sys.argv[1:] = {}; sys.exit(main())"


def doctor(*words: str, keys: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit status and output."""
    overrides = [word for key in keys for word in ("--set", key)]
    return main(["doctor", *words, *overrides]), capsys.readouterr().out


@pytest.fixture
def healthy(tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Settings that work here: a clip as camera, toy models, a broker."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return [*toy_settings(tmp_path), *broker_settings(broker)]


def test_where_all_is_well_every_check_says_so(healthy: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, out = doctor("--json", keys=healthy, capsys=capsys)

    findings: list[dict[str, Any]] = json.loads(out)
    by_name = {finding["name"]: finding for finding in findings}
    for name in ("runtime.tflite", "models.pose", "models.action", "camera.frame", "broker.login"):
        assert by_name[name]["verdict"] == "ok", by_name[name]
    assert "delivers 160x120" in by_name["camera.frame"]["why"]
    assert "3 labels for as many classes" in by_name["models.classification"]["why"]
    assert {check.name for check in CHECKS} <= set(by_name)
    assert all(finding["fix"] for finding in findings if finding["verdict"] in {"warning", "failed"})
    assert status == int(any(finding["verdict"] == "failed" for finding in findings))


def only(names: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the other checks out."""
    chosen = [check for check in CHECKS if check.name in names]
    monkeypatch.setattr(edge.cli.doctor, "examine", partial(examine, checks=chosen))


def test_what_has_failed_makes_the_exit_status(
    healthy: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    only(["system.configuration", "broker.reachable"], monkeypatch)

    status, out = doctor(keys=[*healthy, f"mqtt.port={port}"], capsys=capsys)

    lines = out.splitlines()
    place = next(number for number, line in enumerate(lines) if "broker.reachable" in line)
    assert lines[place].startswith("failed   broker.reachable")
    assert f"nothing listens on port {port}" in lines[place]
    assert "fix:" in lines[place + 1]
    assert "\x1b" not in out
    assert status == 1


def test_every_problem_of_the_configuration_is_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    only(["system.configuration"], monkeypatch)
    file = tmp_path / "edge.toml"
    file.write_text('[camera]\nsource = "synthetic"\nfsp = 3\n[mqtt]\nport = "x"\n')

    status = main(["doctor", "--json", "--config", str(file)])

    findings = json.loads(capsys.readouterr().out)
    problems = [finding for finding in findings if finding["name"] == "system.configuration"]
    assert [problem["verdict"] for problem in problems] == ["failed", "failed"]
    assert f"{file}:3: camera.fsp: unknown key (did you mean camera.fps?)" in problems[0]["why"]
    assert f"{file}:5: mqtt.port" in problems[1]["why"]
    assert status == 1


def without(package: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command where a package cannot be imported, as OpenCV under a numpy it was not built for."""
    (folder / f"{package}.py").write_text("raise ImportError('numpy.core.multiarray failed to import')")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    code = ENTRY.format(list(words))
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True, env=environment)


@pytest.mark.parametrize(
    ("package", "why"),
    [("cv2", "needs a package that cannot be imported"), ("rich", "needs the configuration, which broken packages")],
)
def test_it_works_where_a_package_cannot_be_loaded(package: str, why: str, tmp_path: Path) -> None:
    done = without(package, tmp_path, "doctor")

    lines = done.stdout.splitlines()
    assert any(
        re.match(f"failed +runtime.packages +{package} cannot be imported: numpy.core.multiarray", line)
        for line in lines
    )
    assert any(re.match(f"skipped +models.pose +{why}", line) for line in lines)
    assert any(re.match(f"skipped +camera.frame +{why}", line) for line in lines)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_it_knows_json_then_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(last_resort, "examine", lambda _: [ok("system.bits", "64 bit")])
    assert last_resort.examine_broken(["--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"name": "system.bits", "verdict": "ok", "why": "64 bit", "fix": ""}]


def test_other_commands_point_to_it_then(tmp_path: Path) -> None:
    done = without("cv2", tmp_path, "run")
    assert done.stderr == (
        "edge: cannot start (numpy.core.multiarray failed to import); edge doctor says which package is broken\n"
    )
    assert done.returncode == 1
