from __future__ import annotations

import json
from dataclasses import replace

import pytest

from edge.messages.clock import Instant
from edge.messages.payload import Header, event_payload, stats_payload
from edge.tasks.payload import result_payload, state_payload
from edge.tracking.keypoints import COCO_17
from tests.mqtt.samples import (
    EIGHT_O_CLOCK,
    EVENT_ID,
    RUN_ID,
    category_result,
    check,
    fallback_event,
    governed_event,
    label_event,
    label_state,
    people_event,
    people_state,
    pose_result,
    stats,
)

HEADER = Header("pi-9f3c", RUN_ID, 812, EIGHT_O_CLOCK)
HEAD = {"device": "pi-9f3c", "run_id": RUN_ID, "seq": 812, "published_at": "2026-05-01T08:00:00.041Z"}
STREAM = HEAD | {
    "captured_at": "2026-05-01T08:00:00.003Z",
    "latency_ms": 38.0,
    "frame": {"number": 12, "width": 640, "height": 480},
}


def test_a_pose_message_is_just_this() -> None:
    payload = result_payload(pose_result(), HEADER)
    keypoints = payload["people"][0].pop("keypoints")
    assert payload == STREAM | {
        "schema": "edge/pose/1",
        "model": "movenet-lightning",
        "backend": "cpu",
        "people": [{"id": 3, "score": 0.712, "box": {"x": 0.3123, "y": 0.125, "width": 0.27, "height": 0.8}}],
    }
    assert [point["name"] for point in keypoints] == list(COCO_17.names)
    assert keypoints[1] == {"name": "left_eye", "x": 0.08, "y": 0.06, "score": 0.1}


def test_nobody_there_is_an_empty_list() -> None:
    assert result_payload(pose_result(people=0), HEADER)["people"] == []


@pytest.mark.parametrize("task", ["classification", "action"])
def test_a_category_message_is_just_this(task: str) -> None:
    payload = result_payload(category_result("classification" if task == "classification" else "action"), HEADER)
    assert payload == STREAM | {
        "schema": f"edge/{task}/1",
        "model": "movinet-a0",
        "backend": "edgetpu",
        "categories": [
            {"index": 204, "score": 0.812, "category_name": "squat", "display_name": "Squats"},
            {"index": 7, "score": 0.1, "category_name": "yoga", "display_name": "Yoga"},
        ],
        "settled": {"category_name": "squat", "since": "2026-05-01T07:59:57.041Z"},
    }


def test_nothing_settled_is_null() -> None:
    assert result_payload(category_result(settled=False), HEADER)["settled"] is None


def test_a_state_of_pose_is_just_this() -> None:
    assert state_payload(people_state(), HEADER) == STREAM | {
        "schema": "edge/state/pose/1",
        "model": "movenet-lightning",
        "backend": "cpu",
        "present": True,
        "count": 2,
    }


def test_a_state_that_no_frame_made_has_none() -> None:
    payload = state_payload(people_state(None), HEADER)
    no_frame = {"captured_at": None, "latency_ms": None, "frame": None, "backend": None}
    assert payload == HEAD | no_frame | {
        "schema": "edge/state/pose/1",
        "model": "movenet-lightning",
        "present": None,
        "count": None,
    }


@pytest.mark.parametrize("task", ["classification", "action"])
def test_a_state_of_a_label_is_just_this(task: str) -> None:
    payload = state_payload(label_state("classification" if task == "classification" else "action"), HEADER)
    assert payload == STREAM | {
        "schema": f"edge/state/{task}/1",
        "model": "movinet-a0",
        "backend": "edgetpu",
        "settled": {"category_name": "squat", "since": "2026-05-01T07:59:57.041Z"},
    }


def test_an_event_of_a_label_is_just_this() -> None:
    assert event_payload(label_event(), HEADER) == STREAM | {
        "schema": "edge/event/1",
        "id": EVENT_ID,
        "type": "start",
        "what": "action",
        "category_name": "squat",
        "since": "2026-05-01T07:59:57.041Z",
        "task": "action",
        "model": "movinet-a0",
        "backend": "cpu",
    }


def test_an_event_of_people_has_their_count_and_an_end_its_reason() -> None:
    payload = event_payload(people_event("end", 0, "unseen"), HEADER)
    assert (payload["what"], payload["count"], payload["reason"], payload["frame"]) == ("person", 0, "unseen", None)
    assert "category_name" not in payload


def test_an_event_of_a_fallback_says_what_is_done_about_it_and_why() -> None:
    payload = event_payload(fallback_event("update", "restart", "it did not answer within 104 ms"), HEADER)
    assert (payload["what"], payload["task"], payload["backend"]) == ("fallback", "pose", "cpu")
    assert (payload["step"], payload["why"]) == ("restart", "it did not answer within 104 ms")
    assert payload["frame"] is None


def test_an_event_of_a_task_that_is_held_back_says_how_far_and_why() -> None:
    payload = event_payload(governed_event(), HEADER)
    assert (payload["what"], payload["level"], payload["rate_hz"]) == ("governed", 1, 15.0)
    assert payload["why"] == "the processor is hot"
    check("event", payload)
    end = event_payload(governed_event("end", 0, None), HEADER)
    assert (end["level"], "rate_hz" in end) == (0, False)
    check("event", end)


def test_a_stats_message_is_just_this() -> None:
    assert stats_payload(stats(), HEADER) == HEAD | {
        "schema": "edge/stats/1",
        "version": "0.1.0",
        "uptime_s": 61.23,
        "tasks": {
            "pose": {
                "model": "starter-pose",
                "fallback_for": "movenet-lightning",
                "backend": "cpu",
                "rate_hz": 14.99,
                "frames": 900,
                "results": 450,
                "dropped": 450,
                "inference_ms": {"p50": 20.12, "p95": 25.0, "p99": 31.0},
                "latency_ms": None,
                "paused": False,
                "error": None,
                "backend_reason": "no EdgeTPU is attached",
                "restarts": 2,
                "edgetpu_failed": False,
            }
        },
        "camera": {"source": "video:clip.mp4", "state": "running", "fps": 29.97, "frames": 900, "error": None},
        "mqtt": {
            "connected": True,
            "published": 449,
            "dropped": 1,
            "reconnects": 0,
            "events_waiting": 2,
            "events_dropped": 1,
            "trouble": None,
        },
        "memory_mb": 210.5,
        "load": 1.25,
        "temperature_c": None,
        "throttled": False,
        "config_error": None,
        "update_error": None,
        "score_thresholds": {"pose": 0.25},
        "monitor": {
            "state": "showing",
            "fps": 14.99,
            "latency_ms": {"p50": 40.12, "p95": 52.0, "p99": 60.0},
            "error": None,
        },
        "edgetpus": [
            {
                "device": "pci:0",
                "path": "/sys/class/apex/apex_0",
                "state": "ready",
                "rate_hz": 29.99,
                "temperature_c": 51.23,
                "restarts": 2,
                "error": None,
            }
        ],
        "governor": {
            "level": 2,
            "reasons": ["temperature"],
            "idle": False,
            "rates_hz": {"pose": 15.0},
            "models": {"pose": "movenet-lightning"},
        },
    }


def test_a_message_of_each_kind_keeps_to_its_schema() -> None:
    check("pose", result_payload(pose_result(people=2), HEADER))
    check("classification", result_payload(category_result("classification"), HEADER))
    check("action", result_payload(category_result("action", settled=False), HEADER))
    check("state/pose", state_payload(people_state(), HEADER))
    check("state/pose", state_payload(replace(people_state(None), model=None), HEADER))
    check("state/classification", state_payload(label_state("classification"), HEADER))
    check("state/action", state_payload(label_state(name=None, frame=None), HEADER))
    check("event", event_payload(label_event("end", "over"), HEADER))
    check("event", event_payload(people_event("update", 3), HEADER))
    check("event", event_payload(people_event("end", 0, "unseen"), HEADER))
    check("event", event_payload(fallback_event(), HEADER))
    check("event", event_payload(fallback_event("end", "ready", ""), HEADER))
    check("stats", stats_payload(stats(), HEADER))
    check("stats", stats_payload(replace(stats(), temperature_c=61.5, throttled=None), HEADER))


def test_a_person_takes_little_more_than_a_kilobyte() -> None:
    assert len(json.dumps(result_payload(pose_result(), HEADER), separators=(",", ":"))) < 1500


def test_a_header_made_now_says_now() -> None:
    before, moment, after = Instant.now(), Instant.now(), Instant.now()
    assert before.monotonic_ns <= moment.monotonic_ns <= after.monotonic_ns
    assert moment.rfc3339_of(moment.monotonic_ns) == moment.rfc3339()
    assert moment.ms_since(before.monotonic_ns) >= 0
