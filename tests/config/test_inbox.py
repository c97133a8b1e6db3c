"""What a laptop and a card can do to the inbox; the command itself is tested by tests/cli/test_config_inbox.py."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config.edit import edited
from edge.config.file_text import LARGEST_BYTES, Source
from edge.config.inbox import empty
from edge.config.load import combine, load
from edge.errors import ConfigError, EdgeError
from edge.mqtt.settings import MqttSettings
from edge.settings import SCHEMA
from edge.tasks.action.settings import ActionSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

KILL_COUNT = int(os.environ.get("EDGE_KILL_COUNT", "10"))


class Card:
    """A boot partition and the folder of the configuration, both ordinary folders."""

    def __init__(self, folder: Path) -> None:
        self.boot, self.etc = folder / "boot", folder / "etc"
        self.boot.mkdir()
        self.etc.mkdir()
        self.inbox, self.config = self.boot / "edge.toml", self.etc / "edge.toml"

    def empty(self) -> None:
        empty(SCHEMA, self.inbox, self.config)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.boot.iterdir())

    def errors(self) -> str:
        return (self.boot / "edge.toml.errors.txt").read_bytes().decode("utf-8-sig")


@pytest.fixture
def card(tmp_path: Path) -> Card:
    return Card(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        '\ufeff[pose]\r\nfit = "stretch"\r\n'.encode(),
        '[pose]\r\nfit = "stretch" # ä\r\n'.encode("utf-16"),
        '\ufeff[pose]\nfit = "stretch"'.encode("utf-16-be"),
    ],
    ids=["utf-8 with byte order mark", "utf-16", "utf-16 the other way round"],
)
def test_what_notepad_writes_is_understood(content: bytes, card: Card) -> None:
    card.inbox.write_bytes(content)
    card.empty()
    assert card.config.read_text() == '[pose]\nfit = "stretch"\n'
    assert card.names() == ["edge.toml.applied"]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"# nothing yet\r\n"])
def test_a_file_without_keys_changes_nothing_and_is_put_away(content: bytes, card: Card) -> None:
    card.config.write_text("# mine\n")
    card.inbox.write_bytes(content)
    card.empty()
    assert card.config.read_text() == "# mine\n"
    assert card.names() == ["edge.toml.applied"]


def test_an_applied_file_of_earlier_is_replaced(card: Card) -> None:
    (card.boot / "edge.toml.applied").write_text("old")
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    card.empty()
    assert (card.boot / "edge.toml.applied").read_text() == "[mqtt]\nport = 1884\n"


def test_the_ending_that_windows_hides_does_not_matter(card: Card) -> None:
    (card.boot / "edge.toml.txt").write_text("[mqtt]\nport = 1884\n")
    card.empty()
    assert load(SCHEMA, card.config).settings[MqttSettings].port == 1884
    assert card.names() == ["edge.toml.applied"]


def test_two_files_are_one_too_many(card: Card) -> None:
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    (card.boot / "edge.toml.txt").write_text("[mqtt]\nport = 1885\n")
    with pytest.raises(ConfigError, match=r"edge\.toml\.txt, too; keep one of the two"):
        card.empty()
    assert "edge.toml: there is edge.toml.txt, too; keep one of the two" in card.errors()
    assert not card.config.exists()


def test_paths_start_from_the_card_and_home_stays_home(card: Card) -> None:
    card.inbox.write_text(
        '[camera]\nsource = "video:walk.mp4"\n[mqtt]\npassword_file = "/etc/secret"\n'
        '[pose]\nmodel = "movenet-thunder"\n[action]\nlabels = "~/labels.txt"\n[classification]\nmodel = "~/a.tflite"\n'
    )
    card.empty()
    text = card.config.read_text()
    assert f'source = "video:{card.boot}/walk.mp4"' in text
    assert 'password_file = "/etc/secret"' in text
    assert 'model = "movenet-thunder"' in text
    assert 'labels = "~/labels.txt"' in text
    assert 'model = "~/a.tflite"' in text


@pytest.mark.parametrize(
    ("theirs", "mine", "line"),
    [
        ("[poze]\n", "", "edge.toml:1: [poze]: unknown section (did you mean [pose]?)"),
        ("[pose]\nfit = strech\n", "", "edge.toml:2: is not TOML; text needs quotes"),
        ("[pose]\nfit = 'ä'\n", "", 'edge.toml:2: pose.fit = "ä": must be letterbox or stretch'),
        (
            '\n[action]\nallow = ["squat"]\n',
            '[action]\ndeny = ["run"]\n',
            'edge.toml:3 and {etc}/edge.toml:2: action.deny = ["run"]: cannot be used with action.allow',
        ),
        ("[tracking]\nlabel_exit = 0.99\n", "", "edge.toml:2: tracking.label_exit = 0.99: must not be above"),
    ],
)
def test_what_is_wrong_is_told_on_the_card_by_its_own_lines(theirs: str, mine: str, line: str, card: Card) -> None:
    card.config.write_text(mine)
    card.inbox.write_text(theirs)
    with pytest.raises(ConfigError):
        card.empty()
    assert line.format(etc=card.etc) in card.errors()
    assert ("lies on the device itself" in card.errors()) == bool(mine)
    assert card.config.read_text() == mine
    assert card.names() == ["edge.toml", "edge.toml.errors.txt"]


def test_the_errors_are_text_for_windows(card: Card) -> None:
    card.inbox.write_bytes(b"[pose]\r\nfit = 'k\xe4se'\r\n")
    with pytest.raises(ConfigError):
        card.empty()
    content = (card.boot / "edge.toml.errors.txt").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfedge.toml cannot be used:\r\n\r\nedge.toml:2: is not UTF-8 text")
    assert content.count(b"\n") == content.count(b"\r\n")


def test_what_only_goes_with_the_configuration_is_right(card: Card) -> None:
    card.config.write_text("[mqtt]\ntls = true\n")
    card.inbox.write_text('[mqtt]\nca_file = "/etc/ca.pem"\n')
    card.empty()
    assert load(SCHEMA, card.config).settings[MqttSettings].ca_file == "/etc/ca.pem"


def test_comments_and_order_of_the_person_stay(card: Card) -> None:
    card.config.write_text("# mine\n[mqtt] # the hall\nhost = 'pi' # do not touch\n\n[pose]\nfit = 'stretch'\n")
    card.inbox.write_text("[mqtt]\nport = 1884\nhost = 'nas'\n")
    card.empty()
    assert card.config.read_text() == (
        "# mine\n[mqtt] # the hall\nhost = \"nas\" # do not touch\nport = 1884\n\n[pose]\nfit = 'stretch'\n"
    )


def test_errors_of_earlier_go_once_all_is_right(card: Card) -> None:
    card.inbox.write_text("[poze]\n")
    with pytest.raises(ConfigError):
        card.empty()
    card.inbox.write_text("[pose]\n")
    card.empty()
    assert card.names() == ["edge.toml.applied"]


def test_errors_of_a_file_that_was_taken_away_go_too(card: Card) -> None:
    (card.boot / "edge.toml.errors.txt").write_text("edge.toml cannot be used")
    card.empty()
    assert card.names() == []


def test_a_wrong_value_there_is_repaired_in_its_place(card: Card) -> None:
    card.config.write_text("# mine\n[mqtt]\nport = 0\n")
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    card.empty()
    assert card.config.read_text() == "# mine\n[mqtt]\nport = 1884\n"
    assert not (card.etc / "edge.toml.broken").exists()


@pytest.mark.parametrize(
    ("old", "kept"),
    [
        (b'[mqtt]\nhost = "nas"\nprot = 1\n[pose]\nfit = stretch\n', {"mqtt.host": "nas"}),
        (b'[pose]\nfit = "strech"\n[camera]\nsource = "video:a.mp4"\n', {"camera.source": "video:{etc}/a.mp4"}),
        (b'[mqtt\nhost = "nas"\n', {}),
        (b"\xff\xff", {}),
    ],
)
def test_a_broken_configuration_is_kept_aside_and_what_is_right_of_it_stays(
    old: bytes, kept: Mapping[str, str], card: Card
) -> None:
    card.config.write_bytes(old)
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    card.empty()
    loaded = load(SCHEMA, card.config)
    assert {key for key, origin in loaded.origins.items() if origin != "default"} == {*kept, "mqtt.port"}
    for key, value in kept.items():
        assert SCHEMA.value_of(loaded.settings, key) == value.format(etc=card.etc)
    assert (card.etc / "edge.toml.broken").read_bytes() == old
    assert card.names() == ["edge.toml.applied"]


@pytest.mark.parametrize("size", [LARGEST_BYTES + 1, 1 << 40])
def test_a_huge_file_in_the_place_of_the_configuration_is_not_copied(size: int, card: Card) -> None:
    with card.config.open("wb") as file:
        file.truncate(size)
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    with pytest.raises(EdgeError, match=r"etc/edge\.toml: cannot be read \(more than 262,144 bytes\); put it aside"):
        card.empty()
    assert card.config.stat().st_size == size
    assert "put it aside" in card.errors()
    assert [path.name for path in card.etc.iterdir()] == ["edge.toml"]


def test_a_pipe_in_the_place_of_the_configuration_is_told(card: Card) -> None:
    os.mkfifo(card.config)
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    with pytest.raises(EdgeError, match=r"etc/edge\.toml: cannot be read \(not a file, but a pipe.*\); put it aside"):
        card.empty()


def test_a_conflict_of_the_device_alone_can_be_mended_from_the_card(card: Card) -> None:
    card.config.write_text('[action]\nallow = ["squat"]\ndeny = ["run"]\n')
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    with pytest.raises(ConfigError, match=r"etc/edge\.toml:3: action\.deny"):
        card.empty()
    card.inbox.write_text("[mqtt]\nport = 1884\n[action]\ndeny = []\n")
    card.empty()
    assert load(SCHEMA, card.config).settings[ActionSettings].allow == ("squat",)


def test_a_missing_folder_for_the_configuration_is_told_on_the_card(card: Card) -> None:
    card.etc.rmdir()
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    with pytest.raises(EdgeError, match="create the folder"):
        card.empty()
    assert "create the folder" in card.errors()


def test_a_folder_in_the_place_of_the_configuration_is_told(card: Card) -> None:
    card.config.mkdir()
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    with pytest.raises(EdgeError, match=r"etc/edge\.toml: cannot be read .*; put it aside"):
        card.empty()
    assert "put it aside" in card.errors()


def test_a_folder_in_the_inbox_is_no_file(card: Card) -> None:
    card.inbox.mkdir()
    with pytest.raises(ConfigError, match="is not a file"):
        card.empty()


def test_only_the_renaming_may_fail(card: Card) -> None:
    (card.boot / "edge.toml.applied").mkdir()
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    for _ in range(2):
        with pytest.raises(EdgeError, match=r"merged into .*, but it cannot be renamed .*; rename or remove it"):
            card.empty()
        assert card.config.read_text() == "[mqtt]\nport = 1884\n"


def test_errors_that_cannot_be_written_are_said_beside_the_others(card: Card) -> None:
    (card.boot / "edge.toml.errors.txt").mkdir()
    card.inbox.write_text("[poze]\n")
    with pytest.raises(ConfigError, match=r"(?s)unknown section.*errors\.txt: cannot be written"):
        card.empty()


def test_errors_that_cannot_be_removed_are_said(card: Card) -> None:
    (card.boot / "edge.toml.errors.txt").mkdir()
    with pytest.raises(EdgeError, match=r"edge\.toml\.errors\.txt: cannot be removed"):
        card.empty()


def test_a_folder_shared_by_a_group_makes_the_file_its_group_s(card: Card) -> None:
    card.etc.chmod(0o2775)
    if os.geteuid() == 0:
        os.chown(card.etc, 0, 34)
        card.etc.chmod(0o2775)
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    card.config.write_text("")
    card.config.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(card.config, 0, 0)
    card.empty()
    state = card.config.stat()
    assert state.st_gid == card.etc.stat().st_gid
    assert stat.S_IMODE(state.st_mode) == 0o660


def test_a_new_file_in_a_shared_folder_may_be_read_by_all_and_written_by_the_group(card: Card) -> None:
    card.etc.chmod(0o2775)
    card.inbox.write_text("[mqtt]\nport = 1884\n")
    old = os.umask(0o022)
    try:
        card.empty()
    finally:
        os.umask(old)
    assert stat.S_IMODE(card.config.stat().st_mode) == 0o664


_EMPTY_FOREVER = """
import itertools, sys
from pathlib import Path
from edge.config.inbox import empty
inbox, config = map(Path, sys.argv[1:])
print("ready", flush=True)
for number in itertools.count(1):
    config.with_name("next").write_text(f"[mqtt]\\nusername = '{number:0>5000}'\\nport = 1884\\n")
    config.with_name("next").replace(inbox)
    empty(inbox, config)
"""


def test_a_power_cut_at_any_instant_leaves_all_or_nothing_and_the_next_start_goes_on(card: Card) -> None:
    card.config.write_text("# mine\n[mqtt]\nusername = '0'\nport = 1884\n")
    chance = random.Random(7)  # noqa: S311  not for secrets
    for _ in range(KILL_COUNT):
        command = [sys.executable, "-c", _EMPTY_FOREVER, str(card.inbox), str(card.config)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(chance.uniform(0, 0.05))
            writer.send_signal(signal.SIGKILL)
        assert card.config.read_text().startswith("# mine\n[mqtt]\nusername = ")
        assert load(SCHEMA, card.config).settings[MqttSettings].username.isdecimal()
        waiting = load(SCHEMA, card.inbox).settings[MqttSettings].username if card.inbox.exists() else None
        card.empty()
        assert not card.inbox.exists()
        assert waiting in {None, load(SCHEMA, card.config).settings[MqttSettings].username}


_VALUES: dict[str, st.SearchStrategy[object]] = {
    "pose.fit": st.sampled_from(["letterbox", "stretch"]),
    "pose.score_threshold": st.floats(1e-6, 1),
    "mqtt.port": st.integers(1, 65535),
    "mqtt.username": st.text(st.characters(exclude_categories=["C"]), max_size=20),
    "mqtt.discovery": st.booleans(),
    "action.allow": st.lists(st.sampled_from(["squat", "run", "jump"])),
    "action.deny": st.lists(st.sampled_from(["squat", "run", "jump"])),
}
_some_keys = st.fixed_dictionaries({}, optional=_VALUES)


def _text(values: Mapping[str, object]) -> str | None:
    """A file with these values; None where they contradict each other."""
    try:
        return edited(SCHEMA, Source("made", Path("/"), ""), values)[0]
    except ConfigError:
        return None


@pytest.mark.no_cover
@given(mine=_some_keys, theirs=_some_keys)
def test_the_card_counts_where_it_says_something_and_all_else_is_as_before(
    mine: Mapping[str, object], theirs: Mapping[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    before, on_the_card = _text(mine), _text(theirs)
    if before is None or on_the_card is None:
        return
    card = Card(tmp_path_factory.mktemp("card"))
    card.config.write_text(before)
    card.inbox.write_text(on_the_card)
    expected = _text({**mine, **theirs})
    if expected is None:
        with pytest.raises(ConfigError):
            card.empty()
        assert card.config.read_text() == before
    else:
        card.empty()
        assert load(SCHEMA, card.config).settings == combine(SCHEMA, Source("made", Path("/"), expected)).settings
