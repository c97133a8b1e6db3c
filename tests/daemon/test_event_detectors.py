"""What is news in results: states on change, events under one id."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import pytest

from edge.config.sections import Settings
from edge.daemon.event_detectors import QUIET_S, EventDetectors
from edge.messages.payload import Header, event_payload
from edge.tasks.action.settings import ActionSettings
from edge.tasks.common.category_result import CategoryResult
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.settings import TrackingSettings
from edge.tasks.common.tracker_parameters import presence_parameters
from edge.tasks.payload import state_payload
from edge.tasks.pose.result import PoseResult
from edge.tasks.pose.settings import PoseSettings
from edge.types import NS_PER_S, Settled, TaskState
from tests.mqtt.samples import EIGHT_O_CLOCK, RUN_ID, check
from tests.support import make_frame

if TYPE_CHECKING:
    from edge.types import Event, TaskName

MODELS: dict[TaskName, str] = {"pose": "movenet-lightning", "classification": "mobilenet-v2", "action": "movinet-a0"}
HEADER = Header("pi", RUN_ID, 1, replace(EIGHT_O_CLOCK, monotonic_ns=1000 * NS_PER_S))


@dataclass
class Told:
    """A sink that remembers, and holds each message against its schema."""

    states: list[TaskState] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def put_state(self, state: TaskState) -> None:
        check(f"state/{state.task}", state_payload(state, HEADER))
        self.states.append(state)

    def put_event(self, event: Event) -> None:
        check("event", event_payload(event, HEADER))
        self.events.append(event)

    def counts(self) -> list[int | None]:
        return [state.sight.number for state in self.states if state.task == "pose"]

    def labels(self) -> list[str | None]:
        return [state.sight.name for state in self.states if state.task != "pose"]

    def story(self) -> list[tuple[str, object]]:
        return [(event.type, event.category_name or event.count) for event in self.events]


class Watch:
    """A detectors with a clock of its own; one result of a task a second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, settings: Settings | None = None, **models: str) -> None:
        self.settings = settings or Settings(TrackingSettings(presence_enter_s=0.0, presence_exit_s=0.0))
        self.board = Occupancy()
        self.board.tune(presence_parameters(self.settings))
        self.told = Told()
        chosen = {task: name for task, name in MODELS.items() if not models or task in models}
        self.detectors = EventDetectors(chosen | models, self.settings, self.board, self.told)
        self.second = 100.0
        monkeypatch.setattr("time.monotonic_ns", lambda: round(self.second * NS_PER_S))

    def people(self, count: int, **changes: Any) -> None:
        self.second += 1
        self.board.see(count, self.second)
        frame = make_frame(number=round(self.second), time_s=self.second)
        self.detectors.put(replace(PoseResult(frame, "movenet-lightning", "cpu", 5.0, ()), **changes))

    def label(self, name: str | None, task: Literal["classification", "action"] = "action", age_s: float = 0) -> None:
        self.second += 1
        settled = Settled(name, round((self.second - age_s) * NS_PER_S)) if name else None
        frame = make_frame(number=round(self.second), time_s=self.second)
        self.detectors.put(CategoryResult(task, frame, MODELS[task], "cpu", 5.0, (), settled))

    def wait(self, seconds: float) -> None:
        self.second += seconds
        self.detectors.look()


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


def test_a_run_begins_by_replacing_what_an_earlier_one_said(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch, pose="movenet-lightning")
    watch.detectors.start()

    assert watch.told.states == [
        TaskState("pose", frame=None, model="movenet-lightning", backend=None),
        TaskState("classification", frame=None, model=None, backend=None),
        TaskState("action", frame=None, model=None, backend=None),
        TaskState("hands", frame=None, model=None, backend=None),
        TaskState("face", frame=None, model=None, backend=None),
    ]


def test_a_count_is_told_once_with_the_frame_that_changed_it(watch: Watch) -> None:
    for count in (0, 0, 1, 1, 2, 2, 0, 0):
        watch.people(count)

    assert watch.told.counts() == [0, 1, 2, 0]
    assert [state.frame and state.frame.number for state in watch.told.states] == [101, 103, 105, 107]


def test_people_are_one_event_from_the_first_to_the_last(watch: Watch) -> None:
    for count in (0, 1, 2, 2, 1, 0, 3):
        watch.people(count)

    assert watch.told.story() == [("start", 1), ("update", 2), ("update", 1), ("end", 0), ("start", 3)]
    *first, second = watch.told.events
    assert len({event.id for event in first}) == 1
    assert second.id > first[0].id
    assert {event.since_ns for event in first} == {102 * NS_PER_S}
    assert [event.reason for event in first] == [None, None, None, "over"]
    assert {(event.what, event.task) for event in watch.told.events} == {("person", "pose")}


def test_a_label_is_told_with_the_time_it_settled(watch: Watch) -> None:
    watch.label(None)
    watch.label("wave", age_s=0)
    watch.label("wave", age_s=1.001)  # the same moment, but for rounding
    watch.label("clap", age_s=0.5)
    watch.label(None)

    assert watch.told.labels() == [None, "wave", "clap", None]
    assert watch.told.story() == [("start", "wave"), ("end", "wave"), ("start", "clap"), ("end", "clap")]
    assert [event.since_ns for event in watch.told.events] == [102 * NS_PER_S] * 2 + [round(103.5 * NS_PER_S)] * 2


def test_tasks_are_watched_apart(watch: Watch) -> None:
    watch.label("cat", "classification")
    watch.label("wave", "action")
    watch.people(1)

    assert [(event.what, event.type) for event in watch.told.events] == [
        ("classification", "start"),
        ("action", "start"),
        ("person", "start"),
    ]


def test_what_lasts_is_said_again_once_a_minute(watch: Watch) -> None:
    for _ in range(130):
        watch.people(1)

    assert watch.told.counts() == [1]
    assert watch.told.story() == [("start", 1), ("update", 1), ("update", 1)]


def test_another_model_or_backend_is_told_but_is_no_event(watch: Watch) -> None:
    watch.people(1)
    watch.people(1, model="movenet-thunder")
    watch.people(1, model="movenet-thunder", backend="edgetpu")

    assert [(state.model, state.backend) for state in watch.told.states] == [
        ("movenet-lightning", "cpu"),
        ("movenet-thunder", "cpu"),
        ("movenet-thunder", "edgetpu"),
    ]
    assert watch.told.story() == [("start", 1)]


def test_without_results_nothing_is_known_any_more(watch: Watch) -> None:
    watch.people(1)
    watch.wait(QUIET_S - 0.5)
    assert watch.told.counts() == [1]

    watch.wait(1.0)
    watch.wait(1.0)

    assert watch.told.counts() == [1, None]
    assert watch.told.states[-1].frame is None
    assert watch.told.story() == [("start", 1), ("end", 0)]
    assert (watch.told.events[-1].reason, watch.told.events[-1].frame) == ("unseen", None)

    watch.people(1)
    assert watch.told.counts() == [1, None, 1]
    assert watch.told.events[-1].id != watch.told.events[0].id


def test_a_task_with_a_slow_rate_has_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch, Settings(PoseSettings(max_rate_hz=0.1)))
    watch.label("wave")
    watch.people(1)
    watch.wait(29)
    assert [event.type for event in watch.told.events] == ["start", "end"], "only the action's"

    watch.wait(2)
    assert watch.told.counts()[-1] is None


def test_rates_are_tuned(watch: Watch) -> None:
    watch.detectors.tune(Settings(ActionSettings(rate_hz=0.5)))
    watch.label("wave")
    watch.wait(QUIET_S + 0.5)
    assert watch.told.labels() == ["wave"]
    watch.wait(1)
    assert watch.told.labels() == ["wave", None]


def test_a_stop_ends_what_goes_on_once(watch: Watch) -> None:
    watch.people(2)
    watch.label("wave")
    watch.label(None, "classification")

    watch.detectors.stop()
    watch.detectors.stop()

    assert [(event.type, event.reason) for event in watch.told.events][2:] == [("end", "unseen")] * 2
    assert {state.frame for state in watch.told.states[-3:]} == {None}
    assert watch.told.counts()[-1] is None


def test_a_new_segment_begins_with_nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch, Settings(TrackingSettings(presence_enter_s=2.0)))
    for _ in range(4):
        watch.people(1)
    watch.board.forget()
    watch.people(1)

    assert watch.told.counts() == [None, 1, None]
    assert watch.told.story() == [("start", 1), ("end", 0)]
