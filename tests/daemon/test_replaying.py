"""What a recorder notes is what a replay gives back: results of the recording, and what is not known of others."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.camera.settings import CameraSettings
from edge.cli.main import main
from edge.config.sections import Settings
from edge.daemon.build import build_processor, enabled_tasks
from edge.daemon.configured_camera import ConfiguredCamera
from edge.daemon.observation_recorder import ObservationRecorder, RecordedProcessor
from edge.daemon.pipeline import Pipeline
from edge.daemon.replaying import Replay
from edge.messages.clock import Instant
from edge.messages.payload import Header
from edge.settings import SCHEMA
from edge.tasks.action.settings import ActionSettings
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.category_result import CategoryResult
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.settings import InferenceSettings, TrackingSettings
from edge.tasks.hands.result import HandsResult
from edge.tasks.hands.settings import HandsSettings
from edge.tasks.payload import result_payload
from edge.tasks.pose.result import Pose, PoseResult
from edge.tasks.pose.settings import PoseSettings
from edge.trace.reader import TraceReader
from edge.trace.records import FrameRecord, TraceHeader
from edge.trace.writer import TraceWriter
from tests.support import ROOT
from tests.tasks.pose.blazepose.bundles import bundle_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from edge.types import Frame, Result
    from tests.support import SharedData

    Said = dict[str, list[Any]]

STARTER = ROOT / "models" / "starter"
SETTINGS = Settings(
    CameraSettings(source="synthetic:tour", width=320, height=240, fps=10.0, realtime=False),
    InferenceSettings(threads=1),
    PoseSettings(model=f"{STARTER}/starter-pose.tflite", region=(0.1, 0.0, 0.8, 1.0)),
    ClassificationSettings(model=f"{STARTER}/starter-classification.tflite", max_rate_hz=5.0, rotate=90),
    ActionSettings(model=f"{STARTER}/starter-action.tflite", gate="person", gate_hold_s=0.3),
)
pytestmark = pytest.mark.long

GESTURE_FILES = ("gesture/gesture_embedder", "gesture/canned_gesture_classifier")
FRAMES, RATED = 80, 40
"""Eight seconds of the tour: an empty room, then somebody comes. And how many come at 5 Hz."""


class Sink:
    def __init__(self) -> None:
        self.results: list[Result] = []

    def put(self, result: Result) -> None:
        self.results.append(result)


def record(path: Path, settings: Settings, frames: int = FRAMES, *, only_skeletons: bool = False) -> list[Result]:
    """The daemon's way of the data, threads and all, with a trace; what it said live."""
    tasks, board, sink = enabled_tasks(settings), Occupancy(), Sink()
    recorders = {task: ObservationRecorder(task, only_skeletons=only_skeletons) for task in tasks}
    built = {
        task: build_processor(task, settings, running=tasks, still=False, occupancy=board, recorder=recorder)
        for task, recorder in recorders.items()
    }
    traced = tuple(recorders[task].traced(built[task].model.name) for task in tasks)
    with TraceWriter(path, TraceHeader("0.1.0", "test", "run", 0, 0, traced, settings), SCHEMA) as writer:

        def on_frame(frame: Frame) -> None:
            times = frame.timestamp_ns, frame.captured_ns
            writer.write(FrameRecord(frame.number, frame.segment, *times, frame.width, frame.height))

        recorded = [RecordedProcessor(built[task], recorders[task], writer.write) for task in tasks]
        pipeline = Pipeline(
            ConfiguredCamera(settings[CameraSettings]), recorded, [sink], max_frames=frames, on_frame=on_frame
        )
        pipeline.start()
        pipeline.join()
    return sink.results


def replay(path: Path, settings: Settings | None = None) -> tuple[list[Result], Replay]:
    with TraceReader(path, SCHEMA) as trace:
        replayed = Replay(trace.header, settings or trace.header.settings)
        results = [replayed.feed(frame, record) for frame, record in trace]
    return [result for result in results if result is not None], replayed


def said(results: list[Result]) -> Said:
    """All that a result says, for each task; floats to the last bit."""
    found: Said = defaultdict(list)
    for result in results:
        exact: Any = result.inference_ms, result.frame.timestamp_ns, result.frame.segment
        if isinstance(result, PoseResult):
            exact += tuple((p.score, p.box, p.keypoints.tobytes(), p.seen, landmarks_of(p)) for p in result.people)
        elif isinstance(result, HandsResult):
            exact += tuple((h.keypoints.tobytes(), h.keypoints_3d.tobytes(), h.gesture) for h in result.hands)
        else:
            assert isinstance(result, CategoryResult)
            exact += (result.categories, result.settled, result.warming_up)
        found[result.task].append((exact, result_payload(result, Header("d", "r", 1, Instant(0, 0)))))
    return found


def landmarks_of(person: Pose) -> tuple[bytes, bytes] | None:
    found = person.landmarks
    return None if found is None else (found.points.tobytes(), found.world.tobytes())


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Result]]:
    path = tmp_path_factory.mktemp("recorded") / "t.jsonl"
    return path, record(path, SETTINGS)


def test_a_replay_says_what_was_said_live_to_the_last_bit(recorded: tuple[Path, list[Result]]) -> None:
    """Also the answers to whether anybody is there, which hang on how far pose was in its own thread."""
    path, live = recorded
    again, replayed = replay(path)

    assert said(again) == said(live)
    assert set(replayed.elsewhere.values()) == {0}
    assert set(replayed.unknown.values()) == {0}
    counts = {task: len(results) for task, results in said(live).items()}
    assert counts["pose"] == FRAMES
    assert counts["classification"] == RATED
    assert 0 < counts["action"] < RATED, "the gate was never closed or never open"
    assert len({message["people"][0]["id"] for _, message in said(live)["pose"] if message["people"]}) >= 1


def test_landmarks_are_those_of_the_recording_to_the_last_bit(shared: SharedData, tmp_path: Path) -> None:
    settings = Settings(
        CameraSettings(source=f"video:{shared.path('media/video_pose/pose_1.mp4')}", realtime=False),
        PoseSettings(model=str(bundle_of(shared, tmp_path / "lite.task"))),
        ClassificationSettings(enabled=False),
        ActionSettings(enabled=False),
    )

    live = record(tmp_path / "t.jsonl", settings, frames=20)
    again, _ = replay(tmp_path / "t.jsonl")

    assert said(again) == said(live)
    people = [person for result in live if isinstance(result, PoseResult) for person in result.people]
    assert len(people) > 10
    assert all(person.landmarks is not None for person in people)


def test_hands_are_those_of_the_recording_to_the_last_bit(
    shared: SharedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    files = ("mediapipe/palm_detection_lite", "mediapipe/hand_landmark_lite", *GESTURE_FILES)
    assert main(["models", "import", *(str(shared.path(f"models/{file}.tflite")) for file in files)]) == 0
    settings = Settings(
        CameraSettings(source=f"video:{shared.path('media/video_hand/asl_hand.25fps.mp4')}", realtime=False),
        PoseSettings(enabled=False),
        ClassificationSettings(enabled=False),
        ActionSettings(enabled=False),
        HandsSettings(enabled=True),
    )

    live = record(tmp_path / "t.jsonl", settings, frames=40)
    again, _ = replay(tmp_path / "t.jsonl")

    assert said(again) == said(live)
    shown = [hand for result in live if isinstance(result, HandsResult) for hand in result.hands]
    assert len(shown) >= 30
    assert {hand.id for hand in shown} == {1}
    assert any(hand.gesture for hand in shown)


def test_several_people_seen_one_at_a_time_are_replayed_to_the_last_bit(tmp_path: Path) -> None:
    """Each has looks of their own, and newcomers are searched; frames come as fast as they are read, some are lost."""
    scene = replace(SETTINGS[CameraSettings], source="synthetic:crossing")
    settings = Settings(scene, SETTINGS[InferenceSettings], replace(SETTINGS[PoseSettings], region=(0, 0, 1, 1)))
    live = record(tmp_path / "t.jsonl", settings)

    again, replayed = replay(tmp_path / "t.jsonl")

    with TraceReader(tmp_path / "t.jsonl", SCHEMA) as trace:
        seen_of_pose = [seen for _, seen in trace if seen.task == "pose"]
    looks = [len(seen.looks) for seen in seen_of_pose]
    assert any(np.asarray(seen.side_inputs.get("clothes", 0)).any() for seen in seen_of_pose)
    assert said(again) == said(live)
    assert replayed.elsewhere["pose"] == 0
    assert max(len(message["people"]) for _, message in said(live)["pose"]) > 1
    assert len(set(looks)) > 2


@pytest.mark.parametrize("only_skeletons", [False, True])
def test_a_trace_without_clothes_has_all_results(tmp_path: Path, *, only_skeletons: bool) -> None:
    """One of an older Edge; or one that holds nothing of a picture, and says to the last bit what was recorded."""
    settings = Settings(
        replace(SETTINGS[CameraSettings], source="synthetic:crossing"),
        SETTINGS[InferenceSettings],
        PoseSettings(model=f"{STARTER}/starter-multipose.tflite"),
        ClassificationSettings(enabled=False),
        ActionSettings(enabled=False),
    )
    path, older = tmp_path / "t.jsonl", tmp_path / "older.jsonl"
    live = record(path, settings, 40, only_skeletons=only_skeletons)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    has_clothes = any(line.pop("clothes", None) for line in lines)
    older.write_text("".join(f"{json.dumps(line)}\n" for line in lines))

    again, replayed = replay(older)

    assert has_clothes is not only_skeletons
    assert len(again) == len(live) == 40
    assert replayed.unknown == {"pose": 0}
    assert not only_skeletons or said(again) == said(live)


def test_a_lower_rate_is_known_and_a_higher_one_is_not(recorded: tuple[Path, list[Result]]) -> None:
    path, _ = recorded
    lower = SETTINGS.having(replace(SETTINGS[PoseSettings], max_rate_hz=5.0))
    higher = SETTINGS.having(replace(SETTINGS[ClassificationSettings], max_rate_hz=0.0))

    results, replayed = replay(path, lower)
    assert len(said(results)["pose"]) == RATED
    assert replayed.unknown["pose"] == 0

    results, replayed = replay(path, higher)
    assert len(said(results)["classification"]) == RATED
    assert replayed.unknown["classification"] == FRAMES - RATED


def test_an_open_gate_asks_for_what_was_not_shown(recorded: tuple[Path, list[Result]]) -> None:
    path, live = recorded
    results, replayed = replay(path, SETTINGS.having(replace(SETTINGS[ActionSettings], gate="always")))

    assert len(said(results)["action"]) == len(said(live)["action"])
    assert len(said(results)["action"]) + replayed.unknown["action"] == RATED


def test_other_settings_of_pose_change_who_is_there(recorded: tuple[Path, list[Result]]) -> None:
    """Nobody is good enough any more, so the gate stays shut, whatever the answers were then."""
    path, _ = recorded
    results, replayed = replay(path, SETTINGS.having(replace(SETTINGS[PoseSettings], score_threshold=1.0)))

    assert said(results)["action"] == []
    assert not any(message["people"] for _, message in said(results)["pose"])
    assert 0 < replayed.far["pose"] <= replayed.elsewhere["pose"]


def test_without_smoothing_places_are_those_of_the_model(recorded: tuple[Path, list[Result]]) -> None:
    path, _ = recorded
    results, _ = replay(path, SETTINGS.having(TrackingSettings(smoothing=False)))

    with TraceReader(path, SCHEMA) as trace:
        raw = {
            r.frame: {np.asarray(look.observation.values)[0].tobytes() for look in r.looks}
            for _, r in trace
            if r.task == "pose"
        }
    shown = [r for r in results if isinstance(r, PoseResult) and r.people]
    assert shown
    assert all(person.keypoints.tobytes() in raw[r.frame.number] for r in shown for person in r.people)


def test_a_task_can_be_left_out(recorded: tuple[Path, list[Result]]) -> None:
    path, _ = recorded
    results, replayed = replay(path, SETTINGS.having(ClassificationSettings(enabled=False)))

    assert replayed.tasks == ("pose", "action")
    assert {result.task for result in results} == {"pose", "action"}
