"""What a configuration may hold, on one of another program: the engine knows no section of Edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge.config.conflict import Conflict
from edge.config.edit import set_value
from edge.config.explanation import default_file, explain
from edge.config.file_text import Source
from edge.config.json_schema import json_schema
from edge.config.key import PATH, Kind, key
from edge.config.load import combine, load
from edge.config.reference_page import filled
from edge.config.schema import Schema, keys_of
from edge.config.sections import Settings
from edge.config.store import ConfigStore
from edge.config.values import located, path_in
from edge.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator


def even(number: int) -> int:
    if number % 2:
        raise ValueError("must be even")
    return number


@dataclass(frozen=True, slots=True)
class OvenSettings:
    """[oven]: how it is baked."""

    heat: int = key(180, "Degrees.", low=0, high=300, kind=Kind(check=even))
    recipe: str = key(
        "bread",
        "A name, or @ and the path of a file.",
        kind=Kind(
            allowed="a name or @PATH",
            meant=lambda text: text.strip("!"),
            masked=lambda text: text.replace("grandmother", "***"),
            split=lambda text: (text[:1], text[1:]) if text.startswith("@") else ("", ""),
        ),
        pattern="[^!]+",
    )


@dataclass(frozen=True, slots=True)
class TimerSettings:
    """[timer]: when it is done."""

    minutes: float = key(30.0, "How long.", low=0, high=600)
    log: str = key("", "Where it is written down.", kind=PATH)


def burns(settings: Settings) -> Iterator[Conflict]:
    if settings[OvenSettings].heat > 200 and settings[TimerSettings].minutes > 60:
        yield Conflict("oven.heat", "timer.minutes", "burns it; take less of one of the two")


SCHEMA = Schema({"oven": OvenSettings, "timer": TimerSettings}, [burns])


def parsed(text: str) -> Settings:
    return combine(SCHEMA, Source("oven.toml", Path("/kitchen"), text)).settings


def test_a_file_becomes_settings_and_tells_its_problems() -> None:
    assert parsed("[oven]\nheat = 200\n") == Settings(OvenSettings(heat=200))
    for text, said in (
        ("[oven]\nheat = 201\n", "oven.toml:2: oven.heat = 201: must be even"),
        ("[ofen]\n", r"oven.toml:1: \[ofen\]: unknown section \(did you mean \[oven\]\?\)"),
        ("[timer]\nminute = 1\n", r"unknown key \(did you mean timer.minutes\?\)"),
        ("[oven]\nheat = 220\n[timer]\nminutes = 90\n", "oven.toml:2: oven.heat = 220: burns it"),
        ('[oven]\nrecipe = "pie!"\n', r"must be a name or @PATH \(did you mean \"pie\"\?\)"),
        ('[oven]\nrecipe = "grandmother!"\n', r"recipe = \"\*\*\*!\": must be a name or @PATH"),
    ):
        with pytest.raises(ConfigError, match=said):
            parsed(text)


def test_a_path_in_a_value_starts_from_the_folder_of_the_file() -> None:
    assert parsed('[oven]\nrecipe = "@pie"\n')[OvenSettings].recipe == "@/kitchen/pie"
    assert parsed('[timer]\nlog = "log"\n')[TimerSettings].log == "/kitchen/log"
    recipe = SCHEMA.keys["oven.recipe"]
    assert located(recipe, "bread", Path("/kitchen")) == "bread"
    assert [path_in(recipe, value) for value in ("bread", "@pie", "@")] == ["", "pie", ""]
    assert path_in(SCHEMA.keys["oven.heat"], 180) == ""


def test_it_is_edited_stored_and_explained(tmp_path: Path) -> None:
    file = tmp_path / "oven.toml"
    assert set_value(SCHEMA, file, "oven.heat", "200").origins["oven.heat"] == f"{file}:2"
    store = ConfigStore(SCHEMA, file, ["timer.minutes=45"], None)
    assert store.load().settings == Settings(OvenSettings(heat=200), TimerSettings(minutes=45.0))
    assert explain(SCHEMA, "oven.heat").splitlines()[1:4] == [
        "  Degrees.",
        "  default:  180",
        "  allowed:  a whole number from 0 to 300",
    ]
    assert "starts from the folder" in explain(SCHEMA, "timer.log").replace("\n  ", " ")
    assert '#recipe = "bread"' in default_file(SCHEMA)
    page = filled("# Oven\n\n## `[grill]`\n", SCHEMA)
    assert page.startswith("# Oven\n\n## `[oven]`\n\nHow it is baked.\n\n| key |")
    assert filled(page, SCHEMA) == page
    assert json_schema(SCHEMA)["properties"]["timer"]["properties"]["minutes"]["maximum"] == 600


def test_a_mask_is_not_taken_for_what_it_hides(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"oven\.recipe: has \*\*\* in it"):
        set_value(SCHEMA, tmp_path / "oven.toml", "oven.recipe", "***s bread")


def test_values_are_found_by_their_key() -> None:
    assert SCHEMA.value_of(Settings(), "oven.heat") == 180
    with pytest.raises(KeyError):
        SCHEMA.value_of(Settings(), "oven.heet")


def test_what_differs_is_named_and_can_be_taken_over() -> None:
    old, new = Settings(TimerSettings(log="/a")), Settings(OvenSettings(heat=100, recipe="pie"))
    assert SCHEMA.differences(old, new) == ("oven.heat", "oven.recipe", "timer.log")
    taken = SCHEMA.taking(old, new, ["oven.heat"])
    assert taken == Settings(OvenSettings(heat=100), TimerSettings(log="/a"))
    assert SCHEMA.taking(taken, new, ["oven.recipe", "timer.log"]) == new


def test_without_a_file_and_overrides_all_is_as_by_default() -> None:
    assert load(SCHEMA, None).settings == Settings()


def test_a_field_that_is_no_key_is_refused() -> None:
    @dataclass
    class Wrong:
        a: int = field(default=1)

    with pytest.raises(TypeError, match=r"field a was not declared with key\(\)"):
        keys_of("wrong", Wrong)


def test_a_type_that_toml_has_not_is_refused() -> None:
    @dataclass
    class Wrong:
        a: bytes = key(b"", "Bytes.")

    with pytest.raises(TypeError, match="cannot be of type"):
        keys_of("wrong", Wrong)
