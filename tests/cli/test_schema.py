"""``edge schema``."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from edge.cli.main import main
from edge.tasks.schema import schema_names


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_printed_and_is_a_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0

    Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))


def test_an_unknown_name_lists_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "posse"]) == 2

    assert "pose" in capsys.readouterr().err
