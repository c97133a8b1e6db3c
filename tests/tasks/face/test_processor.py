"""Faces from frames to messages, events and pictures; the model is a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from edge.config.sections import Settings
from edge.daemon.build import build_processor
from edge.errors import ModelError
from edge.messages.payload import Header
from edge.overlay.canvas import Canvas
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.face import discovery, events, words
from edge.tasks.face.metrics import Metrics
from edge.tasks.face.painter import Painter
from edge.tasks.face.result import Face, FaceResult
from edge.tasks.face.settings import FaceSettings
from edge.tasks.payload import result_payload, state_payload
from edge.types import Box, Sight, TaskState
from tests.mqtt.samples import EIGHT_O_CLOCK, RUN_ID, check
from tests.support import make_frame, picture
from tests.tasks.face.bundles import bundle_of
from tests.tasks.face.meshes import mesh_at
from tests.tasks.face.toys import DETECTOR_PX, FACE_PX, face_bundle, toy_mesh

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import ImageArray
    from tests.support import SharedData

HEADER = Header("pi", RUN_ID, 1, EIGHT_O_CLOCK)


def results(bundle: Path, images: list[ImageArray], fps: float = 10, **keys: Any) -> list[FaceResult]:
    settings = Settings(FaceSettings(model=str(bundle), **keys))
    processor = build_processor("face", settings, running=("face",), still=False)
    found = []
    for number, image in enumerate(images):
        result = processor.process(make_frame(image, number=number, time_s=number / fps))
        assert isinstance(result, FaceResult)
        found.append(result)
    return found


def made_up(*faces: Face, count: int | None = None, mesh: bool = False) -> FaceResult:
    return FaceResult(make_frame(), "mediapipe-face", "cpu", 5.0, faces, count, mesh)


def face(identity: int = 1, x: float = 0.5) -> Face:
    return Face(identity, 0.98765, Box(0.4, 0.4, 0.2, 0.2), mesh_at(x, 0.5))


@pytest.fixture
def portrait(shared: SharedData) -> ImageArray:
    return picture(shared.path("media/hand_face/portrait.jpg"))


def test_a_bundle_runs_and_its_results_are_messages(shared: SharedData, tmp_path: Path, portrait: ImageArray) -> None:
    bundle = bundle_of(shared, tmp_path / "faces.task")

    for publish in ("key_points", "mesh"):
        (result,) = results(bundle, [portrait], publish=publish)
        message = result_payload(result, HEADER)
        check("face", message)
        (found,) = message["faces"]
        assert ("mesh" in found) == (publish == "mesh")
        assert found["key_points"][2]["name"] == "nose_tip"
        assert found["box"]["x"] < found["key_points"][2]["x"] < found["box"]["x"] + found["box"]["width"]
    assert len(found["mesh"]) == 468
    assert words.found(result) == ["face 1 score 1.00 around x 0.49 y 0.22"]


@pytest.mark.parametrize("points", [468, 478])
def test_a_model_that_says_all_points_at_once_is_read_as_it_is(tmp_path: Path, points: int) -> None:
    images = [np.full((480, 480, 3), 200, np.uint8)] * 3

    *_, result = results(face_bundle(tmp_path, points), images, publish="mesh")

    (found,) = result.faces
    share = 1.5 * FACE_PX / DETECTOR_PX
    wanted = toy_mesh(points) * share + np.array([(1 - share) / 2, (1 - share) / 2, 0])
    np.testing.assert_allclose(found.mesh, wanted, atol=1e-4)
    message = result_payload(result, HEADER)
    check("face", message)
    assert len(message["faces"][0]["mesh"]) == points


def test_how_many_there_are_is_believed_after_a_moment(
    shared: SharedData, tmp_path: Path, portrait: ImageArray
) -> None:
    empty = np.zeros_like(portrait)
    images = [portrait] * 6 + [empty] * 14 + [portrait] * 6

    found = results(bundle_of(shared, tmp_path / "faces.task"), images)

    counts = [result.count for result in found]
    assert counts[:3] == [None, None, None]
    assert (counts[5], counts[14], counts[19], counts[25]) == (1, 1, 0, 1)
    ids = [one.id for result in found for one in result.faces]
    assert ids == [1] * 6 + [2] * 6  # away for longer than tracking.max_gap_s


def test_a_still_face_does_not_shake(shared: SharedData, tmp_path: Path, portrait: ImageArray) -> None:
    rng = np.random.default_rng(1)
    noisy = [np.clip(portrait + rng.normal(0, 6, portrait.shape), 0, 255).astype(np.uint8) for _ in range(20)]

    metrics = Metrics()
    for result in results(bundle_of(shared, tmp_path / "faces.task"), noisy, fps=20):
        metrics.take(result)

    rows = dict(metrics.rows())
    assert (rows["results"], rows["with a face"], rows["faces (ids)"]) == ("20", "100%", "1")
    assert float(rows["jitter, faces"]) < 0.002


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        ("face_detector.tflite", r"faces\.task: a bundle without face_detector\.tflite; it holds face_landmarks"),
        ("face_landmarks_detector.tflite", r"faces\.task: a bundle without face_landmarks_detector\.tflite"),
    ],
)
def test_a_bundle_without_a_member_is_told(shared: SharedData, tmp_path: Path, member: str, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        results(bundle_of(shared, tmp_path / "faces.task", leaving_out=member), [])


def test_half_a_bundle_is_told(shared: SharedData, tmp_path: Path) -> None:
    whole = bundle_of(shared, tmp_path / "faces.task").read_bytes()
    (tmp_path / "half.task").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match=r"half\.task: not a complete bundle of models .*; get it again$"):
        results(tmp_path / "half.task", [])


def test_a_bundle_has_the_short_range_alone(shared: SharedData, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"faces: no detector of the full range; set face\.range to short$"):
        results(bundle_of(shared, tmp_path / "faces.task"), [], range="full")


def test_a_count_is_an_event_and_a_state() -> None:
    for count, sight in ((None, Sight(None, None)), (0, Sight(None, 0)), (2, Sight("face", 2))):
        result = made_up(count=count)
        assert events.sight(result, Occupancy()) == sight
        state = TaskState("face", result.frame.info, "mediapipe-face", "cpu", sight, events.since_ns(result))
        check("state/face", state_payload(state, HEADER))


def test_home_assistant_is_shown_counts_and_never_who_it_is() -> None:
    shown = discovery.entities("edge/pi/")

    assert set(shown) == {"faces", "face_presence", "face_event"}
    assert {shown[name]["state_topic"] for name in ("faces", "face_presence")} == {"edge/pi/state/face"}
    assert set(discovery.triggers("edge/pi/")) == {"face_came", "face_left"}


@pytest.mark.parametrize("publishes_mesh", [True, False])
def test_faces_are_drawn_where_they_are_and_nowhere_else(*, publishes_mesh: bool) -> None:
    image = np.zeros((240, 320, 3), np.uint8)
    canvas = Canvas.whole(image)

    assert Painter().paint(canvas, made_up(face(), mesh=publishes_mesh), 7) == 7

    assert image[90:150, 128:192].any()
    image[90:150, 120:200] = 0
    assert not image.any()


def test_a_mesh_of_all_points_is_drawn_with_more_of_them() -> None:
    plain, whole = (np.zeros((480, 640, 3), np.uint8) for _ in range(2))
    Painter().paint(Canvas.whole(plain), made_up(face()), 0)
    Painter().paint(Canvas.whole(whole), made_up(face(), mesh=True), 0)
    assert np.count_nonzero(whole) > np.count_nonzero(plain)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1e9])
def test_nothing_is_drawn_of_places_that_are_none(wrong: float) -> None:
    odd, image = face(), np.zeros((48, 64, 3), np.uint8)
    odd.mesh[7] = wrong

    Painter().paint(Canvas.whole(image), made_up(odd), 0)

    assert not image.any()


@pytest.mark.parametrize(
    ("state", "result", "said"),
    [
        ({}, {}, "-"),
        ({"count": 0}, {}, "no face"),
        ({"count": 1}, {}, "1 face"),
        ({"count": 3}, {"faces": []}, "3 faces"),
        ({}, {"faces": [{}, {}]}, "2 faces"),
        ({"count": None}, {}, "not known"),
    ],
)
def test_a_terminal_is_told_how_many_there_are(state: dict[str, Any], result: dict[str, Any], said: str) -> None:
    assert words.now(state, result) == said


def test_a_terminal_is_told_where_they_are() -> None:
    message = result_payload(made_up(face(1, 0.25), face(2)), HEADER)

    assert words.newest(message) == "face 1 (0.99), face 2 (0.99)"
    assert next(line.plain for line in words.lines(message)).startswith("face 1  score 0.99  x 0.50 y 0.50")
    assert [line.plain for line in words.lines({"faces": []})] == ["no face"]
    assert words.summary(made_up(face())) == "1 face"
