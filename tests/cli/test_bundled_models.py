"""``edge models`` and the models that come with Edge."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from edge.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[str]


@pytest.fixture
def starter(no_models: Path) -> Path:
    """The folder of the starter models, toys in their place; the store is empty."""
    return no_models.parents[1] / "toy-models" / "starter"


@pytest.mark.usefixtures("starter")
def test_the_list_calls_them_bundled(capsys: Output) -> None:
    assert main(["models", "list"]) == 0

    lines = {line.split()[0]: line.split()[1:3] for line in capsys.readouterr().out.splitlines() if line}
    assert lines["starter-pose"] == ["pose", "bundled"]
    assert lines["starter-action"] == ["action", "bundled"]
    assert lines["movenet-lightning"] == ["pose", "-"]


def test_info_says_where_they_and_their_cards_are(starter: Path, capsys: Output) -> None:
    assert main(["models", "info", "starter-pose"]) == 0

    text = capsys.readouterr().out
    assert f"card      {starter.parent / 'cards/starter-pose.md'}" in text
    assert "from    bundled: it comes with Edge" in text
    assert "sha256  not pinned; the file comes with Edge" in text
    assert f"here    {starter / 'starter-pose.tflite'}" in text


def test_info_as_json(starter: Path, capsys: Output) -> None:
    assert main(["models", "info", "starter-pose", "--json"]) == 0

    file = json.loads(capsys.readouterr().out)["files"]["cpu"]
    assert (file["bundled"], file["url"], file["hash"]) == (True, None, "bundled")
    assert file["path"] == str(starter / "starter-pose.tflite")


def test_there_is_nothing_to_pull(starter: Path, capsys: Output) -> None:
    assert main(["models", "pull", "starter-pose"]) == 0

    assert capsys.readouterr().out == f"{starter / 'starter-pose.tflite'}: bundled with Edge, nothing to pull\n"


def test_verify_looks_at_them_too(starter: Path, capsys: Output) -> None:
    assert main(["models", "verify"]) == 0
    sound = capsys.readouterr().out
    (starter / "starter-pose.tflite").write_text("no model")
    assert main(["models", "verify"]) == 1
    broken = capsys.readouterr().out

    assert f"{starter / 'starter-pose.tflite'}: sound, bundled" in sound
    assert "get one with: sudo edge models pull movenet-lightning" in sound
    assert f"{starter / 'starter-pose.tflite'}: not a TFLite model; install Edge again" in broken


@pytest.mark.parametrize(
    ("spoil", "sentence"), [(False, "is missing, though it comes with Edge"), (True, "is broken: not")]
)
def test_one_that_cannot_be_used_says_to_install_again(
    starter: Path, capsys: Output, *, spoil: bool, sentence: str
) -> None:
    file = starter / "starter-pose.tflite"
    if spoil:
        file.write_text("no model")
    else:
        file.unlink()

    assert main(["models", "pull", "starter-pose"]) == 1

    said = capsys.readouterr().err
    assert f"{file} {sentence}" in said
    assert "install Edge again" in said
    main(["models", "info", "starter-pose"])
    assert ("not here; install Edge again" in capsys.readouterr().out) is not spoil


def test_an_import_does_not_take_them_into_the_store(starter: Path, no_models: Path, capsys: Output) -> None:
    elsewhere = shutil.copytree(starter, starter.parent / "elsewhere")

    assert main(["models", "import", str(elsewhere)]) == 1

    assert "0 of the catalogue, 3 other model files" in capsys.readouterr().out
    assert not list(no_models.glob("*.tflite"))
