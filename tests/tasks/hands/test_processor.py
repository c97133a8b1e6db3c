"""Hands from frames to messages, events and pictures; the models are toys that see two hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from edge.config.sections import Settings
from edge.daemon.build import build_processor
from edge.messages.payload import Header
from edge.overlay.canvas import Canvas
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.hands import discovery, events, words
from edge.tasks.hands.metrics import Metrics
from edge.tasks.hands.painter import Painter
from edge.tasks.hands.result import Gesture, Hand, Handedness, HandsResult
from edge.tasks.hands.settings import HandsSettings
from edge.tasks.payload import result_payload, state_payload
from edge.types import Box, Settled, Sight, TaskState
from tests.mqtt.samples import EIGHT_O_CLOCK, RUN_ID, check
from tests.support import make_frame
from tests.tasks.hands.samples import seen_hand
from tests.tasks.hands.toys import hand_bundle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.types import ImageArray

HEADER = Header("pi", RUN_ID, 1, EIGHT_O_CLOCK)
WHITE, BLACK = np.full((480, 480, 3), 200, np.uint8), np.zeros((480, 480, 3), np.uint8)
LEFT_AND_RIGHT = ((48, 96), (144, 96))


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Sees a hand in either half, where it is not black."""
    return hand_bundle(tmp_path, LEFT_AND_RIGHT)


def results(
    bundle: Path, images: Sequence[ImageArray], segments: Sequence[int] = (), **keys: Any
) -> list[HandsResult | None]:
    settings = Settings(HandsSettings(model=str(bundle), gestures=False, **keys))
    processor = build_processor("hands", settings, running=("hands",), still=False)
    found = []
    for number, image in enumerate(images):
        segment = segments[number] if segments else 0
        result = processor.process(make_frame(image, number=number, time_s=number / 10, segment=segment))
        assert result is None or isinstance(result, HandsResult)
        found.append(result)
    return found


def ids(found: Sequence[HandsResult | None]) -> list[list[int]]:
    return [[hand.id for hand in result.hands] if result else [] for result in found]


def hand(identity: int = 1, x: float = 0.5, gesture: str = "", side: str = "Right", size: float = 0.2) -> Hand:
    points = seen_hand(x, size=size).points
    handedness = Handedness("Left" if side == "Left" else "Right", 0.87654)
    told = Gesture(gesture, 0.75) if gesture else None
    return Hand(identity, 0.98765, handedness, Box(x - 0.05, 0.4, 0.1, 0.2), points, points * 0.1, told)


def made_up(*hands: Hand, count: int | None = None, settled: str = "", number: int = 0) -> HandsResult:
    frame = make_frame(number=number, time_s=number / 10)
    return HandsResult(
        frame, "mediapipe-hands-lite", "cpu", 5.0, hands, count, Settled(settled, 0) if settled else None
    )


def test_a_bundle_runs_and_its_results_are_messages(bundle: Path) -> None:
    (result,) = results(bundle, [WHITE])

    assert result
    message = result_payload(result, HEADER)
    check("hands", message)
    assert [one["id"] for one in message["hands"]] == [1, 2]
    assert all(one["box"]["y"] < one["keypoints"][0]["y"] for one in message["hands"]), "the wrist is below"
    assert words.found(result)[0].startswith("hand 1 right 0.90 around x ")


@pytest.mark.parametrize(("region", "middle"), [((0, 0, 0.5, 1), 0.25), ((0.5, 0, 0.5, 1), 0.75)])
def test_hands_are_looked_for_in_the_region_alone(tmp_path: Path, region: tuple[float, ...], middle: float) -> None:
    """The toy sees one in the middle of whatever it is shown."""
    (result,) = results(hand_bundle(tmp_path), [WHITE], region=region)

    assert result
    (one,) = result.hands
    assert one.box.x + one.box.width / 2 == pytest.approx(middle, abs=0.03)


def test_no_more_than_asked_for(bundle: Path) -> None:
    assert ids(results(bundle, [WHITE] * 3, max_hands=1)) == [[1]] * 3


def test_another_segment_has_other_hands(bundle: Path) -> None:
    found = results(bundle, [WHITE] * 12, [0] * 6 + [1] * 6)

    assert ids(found) == [[1, 2]] * 6 + [[3, 4]] * 6
    counts = [result and result.count for result in found]
    assert (counts[5], counts[6:9], counts[11]) == (2, [None] * 3, 2)


def test_begun_anew_the_next_hand_is_the_first(bundle: Path) -> None:
    settings = Settings(HandsSettings(model=str(bundle), gestures=False))
    processor = build_processor("hands", settings, running=("hands",), still=False)
    for number in range(2):
        processor.restart()
        result = processor.process(make_frame(WHITE, number=number, time_s=number / 10))
        assert isinstance(result, HandsResult)
        assert ids([result]) == [[1, 2]]


def test_how_many_there_are_is_believed_after_a_moment(bundle: Path) -> None:
    counts = [result and result.count for result in results(bundle, [WHITE] * 6 + [BLACK] * 14)]

    assert counts[:3] == [None] * 3
    assert (counts[5], counts[-1]) == (2, 0)


def test_a_rate_leaves_frames_out(bundle: Path) -> None:
    """Of another segment the first is seen."""
    found = results(bundle, [WHITE] * 8, [0] * 5 + [1] * 3, max_rate_hz=5)

    assert [number for number, result in enumerate(found) if result] == [0, 2, 4, 5, 7]


def test_a_gesture_and_a_count_are_an_event_and_a_state() -> None:
    for count, settled, sight in (
        (None, "", Sight(None, None)),
        (0, "", Sight(None, 0)),
        (2, "victory", Sight("victory", 2)),
    ):
        result = made_up(count=count, settled=settled)
        assert events.sight(result, Occupancy()) == sight
        state = TaskState("hands", result.frame.info, "mediapipe-hands-lite", "cpu", sight, events.since_ns(result))
        check("state/hands", state_payload(state, HEADER))
    assert events.since_ns(made_up(settled="victory", number=5)) == 0
    assert events.since_ns(made_up(number=5)) == 500_000_000


def test_home_assistant_is_shown_counts_and_gestures() -> None:
    shown = discovery.entities("edge/pi/")

    assert set(shown) == {"hands", "gesture", "gesture_event"}
    assert {shown[name]["state_topic"] for name in ("hands", "gesture")} == {"edge/pi/state/hands"}
    assert set(discovery.triggers("edge/pi/")) == {"gesture_began", "gesture_ended"}


def test_hands_are_drawn_where_they_are_and_nowhere_else() -> None:
    image = np.zeros((480, 640, 3), np.uint8)

    assert Painter().paint(Canvas.whole(image), made_up(hand(x=0.7)), 7) == 7

    points = np.round(hand(x=0.7).keypoints[:, :2] * (640, 480)).astype(int)
    assert all(image[y, x].any() for x, y in points)
    left, top = points.min(axis=0) - 12
    right, bottom = points.max(axis=0) + 12
    image[top - 60 : bottom, left - 60 : right + 60] = 0  # with the tag above
    assert not image.any()


def test_fingers_have_colours_of_their_own() -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    one = hand(size=1.0)

    Painter().paint(Canvas.whole(image), made_up(one), 0)

    middles = [(one.keypoints[tip] + one.keypoints[tip - 1]) / 2 for tip in (4, 8, 12, 16, 20)]
    assert len({tuple(image[round(y * 480), round(x * 640)].tolist()) for x, y, _ in middles}) == 5


def test_the_tag_says_the_gesture() -> None:
    pictures = [np.zeros((480, 640, 3), np.uint8) for _ in range(3)]
    for image, one in zip(pictures, (hand(), hand(gesture="victory"), hand(side="Left")), strict=True):
        Painter().paint(Canvas.whole(image), made_up(one), 0)

    assert (pictures[0] != pictures[1]).any()
    assert (pictures[0] != pictures[2]).any()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1e9])
def test_nothing_is_drawn_of_places_that_are_none(wrong: float) -> None:
    odd, image = hand(), np.zeros((48, 64, 3), np.uint8)
    odd.keypoints[7] = wrong

    Painter().paint(Canvas.whole(image), made_up(odd), 0)

    assert not image.any()


def test_how_steady_they_are_is_told_in_palms() -> None:
    """Every other frame all landmarks are a tenth of the palm to the right; once it is the other hand."""
    metrics, palm = Metrics(), 72 / 224 * 0.2 * 480
    for number in range(11):
        one = hand(side="Left" if number == 10 else "Right", x=0.5 + (number % 2) * palm / 10 / 640)
        metrics.take(made_up(one, settled="victory" if number > 4 else "", number=number))
    metrics.take(made_up(number=11))

    rows = dict(metrics.rows())
    assert (rows["results"], rows["with a hand"], rows["hands (ids)"]) == ("12", "92%", "1")
    assert float(rows["jitter, palms"]) == pytest.approx(0.1, rel=0.5)
    assert float(rows["other side/min"]) == pytest.approx(60 / 1.1, rel=0.15)
    assert float(rows["settled gesture, changes/min"]) == pytest.approx(2 * 60 / 1.1, rel=0.15)


@pytest.mark.parametrize(
    ("state", "result", "said"),
    [
        ({}, {}, "-"),
        ({"count": 0}, {}, "no hand"),
        ({"count": 1}, {}, "1 hand"),
        ({"count": 3}, {"hands": []}, "3 hands"),
        ({"count": 1, "settled": {"category_name": "victory"}}, {}, "1 hand: victory"),
        ({}, {"hands": [{}, {}]}, "2 hands"),
        ({"count": None}, {}, "not known"),
    ],
)
def test_a_terminal_is_told_how_many_there_are(state: dict[str, Any], result: dict[str, Any], said: str) -> None:
    assert words.now(state, result) == said


def test_a_terminal_is_told_where_they_are() -> None:
    message = result_payload(made_up(hand(1, 0.25), hand(2, gesture="victory", side="Left")), HEADER)

    assert words.newest(message) == "hand 1 (right), hand 2 (left, victory)"
    assert words.best(message) == "Right 88%"
    assert next(line.plain for line in words.lines(message)).startswith("hand 1  score 0.99  x 0.25 y 0.50")
    assert [line.plain for line in words.lines({"hands": []})] == ["no hand"]
    assert words.summary(made_up(hand())) == "1 hand"
