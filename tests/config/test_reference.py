import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from edge.config.load import DEFAULT, combine
from edge.config.reference import default_file, explain, json_schema, page
from edge.config.schema import entries, sections
from edge.config.settings import Settings
from edge.config.source import Source
from edge.errors import ConfigError
from tests.support import ROOT


def test_the_page_in_docs_is_in_step_with_the_schema() -> None:
    written = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m edge.config.reference > docs/configuration.md"


def test_the_default_file_changes_nothing_and_holds_every_key_commented_out() -> None:
    text = default_file()
    loaded = combine(Source("edge.toml", Path(), text))
    assert set(loaded.origins.values()) == {DEFAULT}
    uncommented = combine(Source("edge.toml", Path(), re.sub(r"(?m)^#(?=\w+ = )", "", text)))
    assert uncommented.settings == Settings()
    assert DEFAULT not in uncommented.origins.values()


def test_a_key_is_explained() -> None:
    assert explain("pose.max_people").splitlines() == [
        "pose.max_people",
        "  At most this many people in a result.",
        "  default:  6",
        "  allowed:  a whole number from 1 to 6",
        "  change:   applied by systemctl reload edge",
        "  MQTT:     may be set over MQTT",
    ]
    assert "starts from the folder of the file" in explain("mqtt.password_file").replace("\n  ", " ")
    assert "needs a restart" in explain("device.id")


def test_a_section_is_explained_key_by_key() -> None:
    assert explain("log") == f"{explain('log.level')}\n\n{explain('log.format')}"


def test_an_unknown_key_cannot_be_explained() -> None:
    with pytest.raises(ConfigError, match=r"pose\.fitt: unknown key \(did you mean pose\.fit\?\)"):
        explain("pose.fitt")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("", True),
        ('[pose]\nfit = "stretch"\nregion = [0, 0, 0.5, 1]\n[classification]\nallow = ["cat"]', True),
        ('[pose]\nfit = "strech"', False),
        ("[pose]\nfitt = 1", False),
        ("[poze]", False),
        ("[pose]\nregion = [0, 0, 1]", False),
        ("[classification]\nmean = 127.5\nstd = [58.4, 57.1, 57.4]\ninput_size = 224", True),
        ("[classification]\nmean = []\nstd = [255]\ninput_size = [224, 192]", True),
        ("[classification]\nmean = [0, 0]", False),
        ("[classification]\nstd = 0", False),
        ("[classification]\ninput_size = 224.5", False),
        ("[action]\nmax_results = 0", False),
        ('[action]\nallow = [""]', False),
        ('[device]\nid = "a b"', False),
        ("[pose]\nscore_threshold = 2", False),
        ("[pose]\nenabled = 1", False),
    ],
)
def test_the_json_schema_says_what_the_loader_says(text: str, right: bool) -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    assert validator.is_valid(tomllib.loads(text)) is right
    try:
        combine(Source("edge.toml", Path(), text))
    except ConfigError:
        assert not right
    else:
        assert right


def test_the_json_schema_is_one_and_allows_every_default() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    defaults: dict[str, Any] = {section: {} for section in sections()}
    for entry in entries().values():
        default = list(entry.default) if isinstance(entry.default, tuple) else entry.default
        defaults[entry.section][entry.name] = default
        assert schema["properties"][entry.section]["properties"][entry.name]["default"] == default
    jsonschema.Draft202012Validator(schema).validate(defaults)
