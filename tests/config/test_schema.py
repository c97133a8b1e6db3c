import math
import re
from dataclasses import dataclass, field

import pytest

from edge.config.key import key
from edge.config.schema import _entries_of, differences, entries, sections, value_of
from edge.config.settings import PoseSettings, Settings


@pytest.mark.parametrize("path", sorted(entries()))
def test_every_key_says_enough_of_itself(path: str) -> None:
    entry = entries()[path]
    details = entry.key
    assert details.help.endswith(".")
    assert details.help[:1].strip()
    if entry.scalar in {int, float} and not details.choices:
        assert details.low is not None, "a number has bounds"
        assert details.high is not None, "a number has bounds"
        assert math.isfinite(details.low)
        assert details.low < details.high < math.inf
    if details.pattern:
        re.compile(details.pattern)
        assert details.allowed, "a pattern is said in words"


@pytest.mark.parametrize("path", sorted(entries()))
def test_nothing_that_needs_trust_may_be_set_over_mqtt(path: str) -> None:
    """None of [mqtt], no path (of a model only a name may be set), not camera.source, not device.privacy."""
    entry = entries()[path]
    if entry.section == "mqtt" or entry.key.kind in {"path", "source"} or path == "device.privacy":
        assert not entry.key.remote
    if entry.name.endswith("_file"):
        assert entry.key.kind == "path"


def test_every_section_says_what_it_is_for() -> None:
    for section, owner in sections().items():
        assert (owner.__doc__ or "").startswith(f"[{section}]: ")


def test_values_are_found_by_their_key() -> None:
    assert value_of(Settings(), "pose.fit") == "letterbox"
    with pytest.raises(KeyError):
        value_of(Settings(), "pose.fitt")


def test_what_differs_is_named() -> None:
    assert differences(Settings(), Settings(pose=PoseSettings(fit="stretch", max_people=2))) == (
        "pose.fit",
        "pose.max_people",
    )


def test_a_field_that_is_no_key_is_refused() -> None:
    @dataclass
    class Wrong:
        a: int = field(default=1)

    with pytest.raises(TypeError, match=r"field a was not declared with key\(\)"):
        _entries_of("wrong", Wrong)


def test_a_type_that_toml_has_not_is_refused() -> None:
    @dataclass
    class Wrong:
        a: bytes = key(b"", "Bytes.")

    with pytest.raises(TypeError, match="cannot be of type"):
        _entries_of("wrong", Wrong)
