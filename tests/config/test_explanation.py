import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from edge.config.explanation import default_file, explain
from edge.config.file_text import Source
from edge.config.json_schema import json_schema
from edge.config.load import DEFAULT, combine
from edge.config.sections import Settings
from edge.errors import ConfigError
from edge.settings import SCHEMA


def test_the_default_file_changes_nothing_and_holds_every_key_commented_out() -> None:
    text = default_file(SCHEMA)
    loaded = combine(SCHEMA, Source("edge.toml", Path(), text))
    assert set(loaded.origins.values()) == {DEFAULT}
    uncommented = combine(SCHEMA, Source("edge.toml", Path(), re.sub(r"(?m)^#(?=\w+ = )", "", text)))
    assert uncommented.settings == Settings()
    assert DEFAULT not in uncommented.origins.values()


def test_a_key_is_explained() -> None:
    key, first, *_, default, allowed, change, mqtt = explain(SCHEMA, "pose.max_people").splitlines()
    assert first.startswith("  At most this many people in a result. ")
    assert [key, default, allowed, change, mqtt] == [
        "pose.max_people",
        "  default:  4",
        "  allowed:  a whole number from 1 to 6",
        "  change:   applied by systemctl reload edge",
        "  MQTT:     may be set over MQTT",
    ]
    assert "starts from the folder of the file" in explain(SCHEMA, "mqtt.password_file").replace("\n  ", " ")
    assert "needs a restart" in explain(SCHEMA, "device.id")


def test_a_section_is_explained_key_by_key() -> None:
    assert explain(SCHEMA, "log") == f"{explain(SCHEMA, 'log.level')}\n\n{explain(SCHEMA, 'log.format')}"


def test_an_unknown_key_cannot_be_explained() -> None:
    with pytest.raises(ConfigError, match=r"pose\.fitt: unknown key \(did you mean pose\.fit\?\)"):
        explain(SCHEMA, "pose.fitt")


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
    validator = jsonschema.Draft202012Validator(json_schema(SCHEMA))
    assert validator.is_valid(tomllib.loads(text)) is right
    try:
        combine(SCHEMA, Source("edge.toml", Path(), text))
    except ConfigError:
        assert not right
    else:
        assert right


def test_the_json_schema_is_one_and_allows_every_default() -> None:
    schema = json_schema(SCHEMA)
    jsonschema.Draft202012Validator.check_schema(schema)
    defaults: dict[str, Any] = {section: {} for section in SCHEMA.sections}
    for key in SCHEMA.keys.values():
        default = list(key.default) if isinstance(key.default, tuple) else key.default
        defaults[key.section][key.name] = default
        assert schema["properties"][key.section]["properties"][key.name]["default"] == default
    jsonschema.Draft202012Validator(schema).validate(defaults)
