import tomllib

import pytest

from edge.config.rewrite import rewritten
from edge.settings import SCHEMA

MINE = """\
# my appliance
[pose]      # people
fit   = "stretch"   # my camera is square
#score_threshold = 0.2

# --- where results go ---

[mqtt]
host = "broker"
"""


def change(text: str, key: str, value: object) -> str:
    return rewritten(text, SCHEMA.keys[key], value)


def test_a_key_that_is_there_keeps_its_place_spaces_and_comment() -> None:
    assert change(MINE, "pose.fit", "letterbox") == MINE.replace('"stretch"', '"letterbox"')


def test_a_new_key_goes_below_its_commented_default() -> None:
    assert change(MINE, "pose.score_threshold", 0.4) == MINE.replace("0.2\n", "0.2\nscore_threshold = 0.4\n")


def test_a_new_key_goes_to_the_end_of_its_section() -> None:
    assert change(MINE, "pose.max_people", 2) == MINE.replace("square\n", "square\nmax_people = 2\n")
    assert change(MINE.rstrip(), "mqtt.port", 1884) == MINE + "port = 1884\n"


def test_a_new_section_goes_to_the_end() -> None:
    assert change(MINE, "action.deny", ["run", "fall"]) == MINE + '\n[action]\ndeny = ["run", "fall"]\n'
    assert change("", "pose.fit", "stretch") == '[pose]\nfit = "stretch"\n'


def test_a_key_taken_out_leaves_the_rest() -> None:
    assert change(change(MINE, "pose.max_people", 2), "pose.max_people", None) == MINE
    assert change(MINE, "pose.model", None) == MINE
    assert tomllib.loads(change(MINE, "pose.fit", None)) == {"pose": {}, "mqtt": {"host": "broker"}}


@pytest.mark.parametrize("key", ["pose.fit", "mqtt.host"])
def test_the_value_it_has_changes_nothing(key: str) -> None:
    section, _, name = key.partition(".")
    assert change(MINE, key, tomllib.loads(MINE)[section][name]) == MINE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('pose.model = "a"\n', {"pose": {"model": "a", "fit": "letterbox"}}),
        ('pose = { model = "a" }\n', {"pose": {"model": "a", "fit": "letterbox"}}),
        ('pose.fit = "stretch"\n[mqtt]\nport = 1\n', {"pose": {"fit": "letterbox"}, "mqtt": {"port": 1}}),
        ("[ 'pose' ]\n\"fit\" = 'stretch'\n", {"pose": {"fit": "letterbox"}}),
        ("[pose]\nregion = [\n  0, 0,\n# fit = 1\n  1, 1]", {"pose": {"region": [0, 0, 1, 1], "fit": "letterbox"}}),
    ],
)
def test_every_way_of_writing_a_section_works(text: str, expected: object) -> None:
    assert tomllib.loads(change(text, "pose.fit", "letterbox")) == expected


def test_line_ends_of_windows_stay() -> None:
    text = MINE.replace("\n", "\r\n")
    for key, value in [("pose.max_people", 2), ("pose.fit", "letterbox")]:
        changed = change(text, key, value)
        assert changed.count("\r\n") == changed.count("\n")


@pytest.mark.parametrize("text", ["pose = 3\n", "[[pose]]\n"])
def test_a_form_that_cannot_be_changed_is_left_to_a_person(text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be changed in the form this file is written in"):
        change(text, "pose.fit", "letterbox")


def test_an_edit_that_would_change_anything_else_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    for result in ('[pose]\nfit = "stretch"\n', "[pose"):
        monkeypatch.setattr("edge.config.rewrite._with", lambda *_, result=result: result)
        with pytest.raises(ValueError, match="change it with an editor"):
            change(MINE, "pose.fit", "letterbox")
