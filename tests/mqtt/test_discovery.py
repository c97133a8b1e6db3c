"""What Home Assistant is told, held against its published rules and against real messages."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from edge.config.values import checked
from edge.messages.payload import Header, event_payload, stats_payload
from edge.messages.request import COMMANDS, read_request
from edge.mqtt.discovery import DeviceDescription, announcement, discovery_payload, discovery_topic, status_topic
from edge.settings import SCHEMA
from edge.tasks.payload import state_payload
from edge.tasks.registry import tasks
from edge.tasks.schema import load_schema
from edge.types import GovernorStats, Percentiles
from tests.mqtt.home_assistant import UNKNOWN, command, mistakes, rendered
from tests.mqtt.samples import (
    EIGHT_O_CLOCK,
    EVENT_ID,
    RUN_ID,
    check,
    label_event,
    label_state,
    people_event,
    people_state,
    stats,
)
from tests.support import TASK_NAMES

if TYPE_CHECKING:
    from edge.types import TaskName

THRESHOLDS = tuple(name for name, task in tasks().items() if task.has_key("score_threshold"))
MODELS = {task: (f"starter-{task}", f"other-{task}") for task in TASK_NAMES}
DEVICE = DeviceDescription(
    "kitchen", "edge/kitchen/", "0.1.0", TASK_NAMES, MODELS, stats_interval_s=10.0, controls=True, snapshots=True
)
HEADER = Header("kitchen", RUN_ID, 1, EIGHT_O_CLOCK)


def components(**changes: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = discovery_payload(replace(DEVICE, **changes))["components"]
    return found


def shown(name: str, message: dict[str, Any]) -> str:
    """The state that a component takes from a message on its topic."""
    component = components()[name]
    topic = message["schema"].removeprefix("edge/").removesuffix("/1")
    assert component["state_topic"] == f"edge/kitchen/{topic}"
    return rendered(component["value_template"], message)


def people(count: int | None) -> dict[str, Any]:
    return state_payload(people_state(count), HEADER)


@pytest.mark.parametrize("controls", [True, False])
@pytest.mark.parametrize("tasks", [TASK_NAMES, ("pose",), ("classification", "action"), ()])
def test_the_message_keeps_to_home_assistants_rules(tasks: tuple[TaskName, ...], controls: bool) -> None:
    topic = discovery_topic("homeassistant", "kitchen")
    assert topic == "homeassistant/device/kitchen/config"
    assert mistakes(topic, discovery_payload(replace(DEVICE, tasks=tasks, controls=controls))) == []


def test_the_checker_finds_mistakes() -> None:
    payload = discovery_payload(DEVICE)
    payload["components"]["people"] |= {"state_class": "often", "unique_id": "edge_kitchen_presence", "colour": "red"}
    payload["components"]["pose_rate"]["unit_of_measurement"] = "fps"
    del payload["components"]["person_event"]["event_types"]
    del payload["device"]["identifiers"]
    assert sorted(mistakes("homeassistant/device/a b/config", payload)) == [
        "edge_kitchen_presence is not unique",
        "illegal topic homeassistant/device/a b/config",
        "people: state_class often",
        "people: unknown key colour",
        "person_event: no event_types",
        "pose_rate: unit fps with device_class frequency",
        "the device has no identifier",
    ]


def test_a_device_is_named_as_in_its_topics_and_available_as_it_says() -> None:
    payload = discovery_payload(DEVICE)
    assert payload["device"]["name"] == "kitchen"
    assert payload["device"]["sw_version"] == "0.1.0"
    assert payload["availability"] == [{"topic": "edge/kitchen/availability"}]
    assert status_topic("homeassistant") == "homeassistant/status"


def test_tasks_that_are_switched_off_are_removed() -> None:
    everything, some = components(), components(tasks=["pose"])
    assert everything.keys() == some.keys()
    removed = {name for name, component in some.items() if component.keys() == {"platform"}}
    assert removed == {
        name for name in everything if name.startswith(("classification", "action", "hands", "gesture", "face"))
    }
    assert {"person_came", "person_left"} <= everything.keys() - removed
    assert all(some[name] == everything[name] for name in everything.keys() - removed)


def test_there_are_no_controls_where_no_requests_are_taken() -> None:
    with_controls, without = components(), components(controls=False)
    removed = {name for name, component in without.items() if component.keys() == {"platform"}}
    of_tasks = {f"{task}_{control}" for task in TASK_NAMES for control in ("running", "model_choice")}
    of_tasks |= {f"{task}_threshold" for task in THRESHOLDS}
    assert removed == of_tasks | {"restart", "snapshot", "take_snapshot"}
    assert [without[name] for name in without if "command_topic" in without[name]] == []
    assert with_controls.keys() == without.keys()


@pytest.mark.parametrize("task", TASK_NAMES)
def test_a_switch_has_a_task_rest_and_go_on(task: TaskName) -> None:
    switch = components()[f"{task}_running"]
    request_command = switch["command_topic"].removeprefix("edge/kitchen/request/")
    assert request_command in COMMANDS
    for payload, paused in (("payload_off", True), ("payload_on", False)):
        check("request", json.loads(switch[payload]))
        request = read_request(request_command, switch[payload].encode())
        assert (request.text("task"), request.flag("paused", default=not paused)) == (task, paused)


def test_a_switch_shows_whether_a_task_rests() -> None:
    rests = replace(stats(), tasks={"pose": replace(stats().tasks["pose"], paused=True)})
    assert shown("pose_running", stats_payload(rests, HEADER)) == "OFF"
    assert shown("pose_running", stats_payload(stats(), HEADER)) == "ON"


@pytest.mark.parametrize("task", THRESHOLDS)
def test_a_number_sets_the_threshold_of_a_task_within_its_bounds(task: TaskName) -> None:
    number, key = components()[f"{task}_threshold"], SCHEMA.keys[f"{task}.score_threshold"]
    request_command = number["command_topic"].removeprefix("edge/kitchen/request/")
    assert request_command in COMMANDS
    for value in (0, 0.35, 1):
        text = command(number["command_template"], value)
        check("request", json.loads(text))
        request = read_request(request_command, text.encode())
        assert (request.text("key"), request.argument("value")) == (key.path, value)
        assert checked(key, request.argument("value")) == value
    assert (number["min"], number["max"]) == (key.details.low, key.details.high)
    assert key.details.remote


@pytest.mark.parametrize("task", TASK_NAMES)
def test_a_model_is_chosen_by_its_name(task: TaskName) -> None:
    choice = components()[f"{task}_model_choice"]
    assert choice["options"] == [f"starter-{task}", f"other-{task}"]
    text = command(choice["command_template"], f"other-{task}")
    check("request", json.loads(text))
    request = read_request(choice["command_topic"].removeprefix("edge/kitchen/request/"), text.encode())
    assert (request.text("key"), request.text("value")) == (f"{task}.model", f"other-{task}")
    assert SCHEMA.keys[f"{task}.model"].details.remote


def test_the_choice_shows_the_model_that_runs_unless_it_is_none_to_choose() -> None:
    own = replace(stats(), tasks={"pose": replace(stats().tasks["pose"], model="my-own-file")})
    assert shown("pose_model_choice", stats_payload(stats(), HEADER)) == "starter-pose"
    assert shown("pose_model_choice", stats_payload(own, HEADER)) == UNKNOWN
    assert shown("action_model_choice", stats_payload(stats(), HEADER)) == UNKNOWN


def test_a_number_shows_the_threshold_in_force() -> None:
    assert shown("pose_threshold", stats_payload(stats(), HEADER)) == "0.25"
    assert shown("action_threshold", stats_payload(stats(), HEADER)) == UNKNOWN


def test_identities_do_not_depend_on_what_is_switched_on() -> None:
    some, everything = (
        {component["unique_id"] for component in found.values() if "unique_id" in component}
        for found in (components(tasks=["pose"]), components())
    )
    assert some < everything


@pytest.mark.parametrize(("count", "presence"), [(0, "OFF"), (1, "ON"), (3, "ON"), (None, UNKNOWN)])
def test_people_and_presence(count: int | None, presence: str) -> None:
    assert shown("people", people(count)) == str(count)
    assert shown("presence", people(count)) == presence


def test_the_settled_label() -> None:
    squat, nothing = (state_payload(label_state(name=name), HEADER) for name in ("squat", None))
    assert shown("action", squat) == "squat"
    assert shown("action", nothing) == UNKNOWN
    since = components()["action"]["json_attributes_template"]
    assert json.loads(rendered(since, squat)) == {"since": "2026-05-01T07:59:57.041Z"}
    assert json.loads(rendered(since, nothing)) == {"since": None}


def test_the_label_of_classification() -> None:
    assert shown("classification", state_payload(label_state("classification", name="macaw"), HEADER)) == "macaw"


def test_each_event_reaches_its_own_entity_only() -> None:
    squat, somebody = (event_payload(event, HEADER) for event in (label_event(), people_event("end", 0, "over")))
    assert json.loads(shown("action_event", squat)) == {
        "event_type": "start",
        "id": EVENT_ID,
        "since": "2026-05-01T07:59:57.041Z",
        "category_name": "squat",
        "reason": None,
    }
    assert json.loads(shown("person_event", somebody)) == {
        "event_type": "end",
        "id": EVENT_ID,
        "since": "2026-05-01T07:59:57.041Z",
        "count": 0,
        "reason": "over",
    }
    assert shown("classification_event", squat) == shown("person_event", squat) == shown("action_event", somebody) == ""


def test_every_kind_of_event_is_declared() -> None:
    types = {event_payload(label_event(kind), HEADER)["type"] for kind in ("start", "update", "end")}
    assert set(components()["action_event"]["event_types"]) == types


def test_diagnostics() -> None:
    message = stats_payload(stats(), HEADER)
    expected = {
        "pose_rate": "14.99",
        "pose_latency": UNKNOWN,
        "pose_backend": "cpu",
        "pose_model": "starter-pose",
        "pose_edgetpu": "OFF",
        "classification_edgetpu": "OFF",
        "action_rate": UNKNOWN,
        "action_latency": UNKNOWN,
        "temperature": UNKNOWN,
        "version": "0.1.0",
        "camera": "running",
        "throttled": "OFF",
        "held_back": "ON",
        "configuration": "OFF",
    }
    assert {name: shown(name, message) for name in expected} == expected


def test_diagnostics_that_say_something_else() -> None:
    task = replace(stats().tasks["pose"], latency_ms=Percentiles(41.234, 50.0, 60.0), edgetpu_failed=True)
    other = replace(stats(), tasks={"pose": task}, temperature_c=61.5, throttled=True, config_error="edge.toml:3: no")
    message = stats_payload(other, HEADER)
    names = ("pose_latency", "temperature", "throttled", "configuration", "pose_edgetpu")
    assert [shown(name, message) for name in names] == ["41.23", "61.5", "ON", "ON", "ON"]
    assert shown("throttled", stats_payload(replace(stats(), throttled=None), HEADER)) == UNKNOWN
    assert shown("held_back", stats_payload(replace(stats(), governor=None), HEADER)) == "OFF"
    calm = GovernorStats(0, (), idle=True, rates_hz={"pose": 2.0}, models={})
    assert shown("held_back", stats_payload(replace(stats(), governor=calm), HEADER)) == "OFF"


def test_no_edgetpu_is_announced_of_a_task_that_uses_none() -> None:
    assert "action_edgetpu" not in components()
    assert components()["pose_edgetpu"]["device_class"] == "problem"


def test_only_what_is_sent_regularly_expires() -> None:
    expiring = {
        name: component["expire_after"] for name, component in components().items() if "expire_after" in component
    }
    assert set(expiring.values()) == {31}
    diagnostics = {name for name, one in components().items() if one.get("entity_category") == "diagnostic"}
    assert diagnostics == expiring.keys()


def test_what_an_entity_may_show_is_what_the_schemas_allow() -> None:
    schema = load_schema("stats")["properties"]
    assert components()["camera"]["options"] == schema["camera"]["properties"]["state"]["enum"]
    assert (
        components()["pose_backend"]["options"]
        == schema["tasks"]["additionalProperties"]["properties"]["backend"]["enum"]
    )


def test_pictures_are_there_only_where_they_may_be_requested() -> None:
    without = components(snapshots=False)
    assert {name for name, one in without.items() if one.keys() == {"platform"}} == {"snapshot", "take_snapshot"}
    assert components()["snapshot"]["image_topic"] == "edge/kitchen/snapshot"


@pytest.mark.parametrize("name", ["restart", "take_snapshot"])
def test_a_button_is_a_request(name: str) -> None:
    button = components()[name]
    request_command = button["command_topic"].removeprefix("edge/kitchen/request/")
    assert request_command in COMMANDS
    assert read_request(request_command, button["payload_press"].encode()).arguments == {}


def fired(event: dict[str, Any]) -> set[str]:
    """The triggers that a message sets off."""
    triggers = {name: one for name, one in components().items() if one["platform"] == "device_automation"}
    assert {one["topic"] for one in triggers.values()} == {"edge/kitchen/event"}
    return {name for name, one in triggers.items() if rendered(one["value_template"], event) == one["payload"]}


def test_triggers_fire_on_what_begins_and_on_what_was_seen_to_end() -> None:
    assert fired(event_payload(people_event("start", 1), HEADER)) == {"person_came"}
    assert fired(event_payload(people_event("end", 0, "over"), HEADER)) == {"person_left"}
    assert fired(event_payload(label_event("start"), HEADER)) == {"action_began"}
    assert fired(event_payload(label_event("end", "over"), HEADER)) == {"action_ended"}


def test_no_trigger_fires_where_nothing_was_seen_to_happen() -> None:
    assert fired(event_payload(people_event("update", 2), HEADER)) == set()
    assert fired(event_payload(people_event("end", 0, "unseen"), HEADER)) == set()
    assert fired(event_payload(label_event("end", "unseen"), HEADER)) == set()


def test_no_two_triggers_are_taken_for_one() -> None:
    named = [(one["type"], one["subtype"]) for one in components().values() if one["platform"] == "device_automation"]
    assert len(set(named)) == len(named) == 2 * len(TASK_NAMES)


def test_what_changes_all_the_time_is_recorded_only_where_somebody_wants_it() -> None:
    off = {name for name, one in components().items() if not one.get("enabled_by_default", True)}
    assert off == {f"{task}_{figure}" for task in TASK_NAMES for figure in ("rate", "latency")}


def test_a_board_says_its_serial_number_where_it_has_one() -> None:
    assert discovery_payload(replace(DEVICE, serial_number="10000000abcdef01"))["device"]["serial_number"]
    assert "serial_number" not in discovery_payload(DEVICE)["device"]


@pytest.mark.parametrize("area", ["Kitchen", "Wohnzimmer Süd", "Kids' room 2", "廊下"])
def test_an_area_is_suggested_where_one_is_set(area: str) -> None:
    device = replace(DEVICE, area=area)
    assert discovery_payload(device)["device"]["suggested_area"] == area
    assert json.loads(announcement(device, "homeassistant", wanted=True).payload)["device"]["suggested_area"] == area
    assert "suggested_area" not in discovery_payload(DEVICE)["device"]
    assert mistakes("homeassistant/device/kitchen/config", discovery_payload(device)) == []
