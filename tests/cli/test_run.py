"""``edge run`` as a process of its own, against a real broker."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from edge.cli.main import main
from tests.broker import PATIENCE_S, Subscriber, free_port, wait_until
from tests.cli.processes import broker_settings, running, toy_settings
from tests.mqtt.home_assistant import mistakes
from tests.mqtt.samples import check

if TYPE_CHECKING:
    from pathlib import Path

    from tests.broker import Broker
    from tests.support import SharedData

STREAMS = ("pose", "classification", "action")


def test_all_three_streams_arrive_and_hold_their_schemas(tmp_path: Path, broker: Broker) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    with Subscriber(broker, "edge/test/#") as subscriber, running(keys, tmp_path / "log") as process:
        subscriber.wait_for_payload("availability", b"online")
        for stream in STREAMS:
            for message in subscriber.wait_for(f"test/{stream}", 5):
                check(stream, message.json())
        for message in subscriber.wait_for("/stats", 2):
            check("stats", message.json())

        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE_S) == 0
        subscriber.wait_for_payload("availability", b"offline")
        assert subscriber.seen("/stats")[-1].json()["tasks"]["pose"]["results"] > 0
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_every_message_of_a_run_holds_its_schema_and_states_and_events_end_in_order(
    tmp_path: Path, broker: Broker
) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker), "tracking.label_window_s=0.1"]
    with Subscriber(broker) as subscriber, running(keys, tmp_path / "log") as process:
        subscriber.wait_for("test/stats", 2)
        wait_until(lambda: "start" in types(subscriber), "an event has started")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        subscriber.wait_for_payload("availability", b"offline")

        assert_as_promised(subscriber)
        assert_events_are_whole(subscriber)
        for stream in STREAMS:
            first, *_, last = (message.json() for message in subscriber.seen(f"test/state/{stream}"))
            # Nothing is known at first; where a result was quicker than the broker, that state was never sent.
            assert first["frame"] is None or first["seq"] > 1
            assert (last["frame"], last.get("settled"), last.get("count")) == (None, None, None)


def types(subscriber: Subscriber) -> list[str]:
    return [message.json()["type"] for message in subscriber.seen("test/event")]


def assert_as_promised(subscriber: Subscriber) -> None:
    """Each message is on a topic of the contract, as its schema says, with the QoS that goes with it."""
    for message in subscriber.seen():
        name = message.topic.removeprefix("edge/test/")
        if name == message.topic:
            assert mistakes(name, message.json()) == []
            continue
        check(name, message.payload.decode() if name == "availability" else message.json())
        assert message.qos == (1 if name.startswith(("availability", "state/", "event")) else 0), name


def assert_events_are_whole(subscriber: Subscriber) -> None:
    """Under each id there is one start, then updates, then one end."""
    told: dict[str, list[str]] = {}
    for message in subscriber.seen("test/event"):
        told.setdefault(message.json()["id"], []).append(message.json()["type"])
    assert told
    for types_of_one in told.values():
        assert (types_of_one[0], types_of_one[-1]) == ("start", "end")
        assert set(types_of_one[1:-1]) <= {"update"}


def test_the_next_run_replaces_what_a_killed_one_has_said(tmp_path: Path, broker: Broker) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    with Subscriber(broker, "edge/test/state/#") as subscriber, running(keys, tmp_path / "log") as process:
        subscriber.wait_for("test/state/action")
        process.kill()
        process.wait(PATIENCE_S)
        before = subscriber.seen()[0].json()["run_id"]
    with running([*keys, "action.enabled=false"], tmp_path / "log"), Subscriber(broker, "edge/test/#") as subscriber:
        wait_until(lambda: before not in runs_of_states(subscriber), "all states are of the new run")
        off = subscriber.seen("test/state/action")[-1].json()

    assert (off["model"], off["settled"]) == (None, None)


def runs_of_states(subscriber: Subscriber) -> set[str]:
    """The runs that the newest states of the tasks are of."""
    newest = [subscriber.wait_for(f"test/state/{task}")[-1] for task in STREAMS]
    return {message.json()["run_id"] for message in newest}


def test_the_first_stats_do_not_wait_for_a_whole_interval(tmp_path: Path, broker: Broker) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker), "health.stats_interval_s=3600"]
    with Subscriber(broker, "edge/test/#") as subscriber, running(keys, tmp_path / "log"):
        assert subscriber.wait_for("test/stats")[0].json()["uptime_s"] < 3600


def test_a_killed_daemon_is_called_offline_by_its_last_will(tmp_path: Path, broker: Broker) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    with Subscriber(broker, "edge/test/#") as subscriber, running(keys, tmp_path / "log") as process:
        subscriber.wait_for("test/pose", 3)

        process.kill()

        subscriber.wait_for_payload("availability", b"offline")


def test_a_broker_that_goes_and_comes_back_stops_nothing(tmp_path: Path, broker: Broker) -> None:
    """Frames go on being processed while nobody listens, and publishing resumes by itself."""
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    with running(keys, tmp_path / "log") as process:
        with Subscriber(broker, "edge/test/#") as subscriber:
            before = subscriber.wait_for("/stats", 2)[-1].json()
        broker.stop()
        time.sleep(1.5)
        broker.start()
        with Subscriber(broker, "edge/test/#") as subscriber:
            subscriber.wait_for_payload("availability", b"online")
            after = subscriber.wait_for("/stats", 3)[-1].json()
            message = subscriber.wait_for("test/pose")[-1].json()
        assert process.poll() is None

    seconds = after["uptime_s"] - before["uptime_s"]
    frames = after["camera"]["frames"] - before["camera"]["frames"]
    assert frames / seconds == pytest.approx(30, rel=0.1)
    assert after["tasks"]["pose"]["results"] > before["tasks"]["pose"]["results"]
    assert after["mqtt"]["reconnects"] == 1
    assert message["run_id"] == before["run_id"]
    assert message["seq"] > 20


def test_real_models_on_a_real_video(shared: SharedData, tmp_path: Path, broker: Broker) -> None:
    keys = [
        "device.id=test",
        f"camera.source=video:{shared.path('media/video_people/asl_walk.mkv')}",
        "camera.loop=true",
        "inference.threads=1",
        f"pose.model={shared.path('models/movenet/movenet_single_pose_lightning_ptq.tflite')}",
        f"classification.model={shared.path('models/mobilenet/mobilenet_v2_1.0_224_quant.tflite')}",
        f"action.model={shared.path('models/movinet/movinet_a0_stream_int8.tflite')}",
        f"action.labels={shared.path('labels/kinetics600_label_map.txt')}",
        *broker_settings(broker),
    ]
    with Subscriber(broker, "edge/test/#") as subscriber, running(keys, tmp_path / "log"):
        for stream in STREAMS:
            for message in subscriber.wait_for(f"test/{stream}", 5):
                check(stream, message.json())
        person = subscriber.seen("test/pose")[-1].json()["people"][0]

    assert person["score"] > 0.3


def test_a_file_played_to_its_end_ends_the_run_with_every_frame_answered(tmp_path: Path, broker: Broker) -> None:
    keys = [
        *toy_settings(tmp_path),
        "camera.loop=false",
        "camera.realtime=false",
        "classification.enabled=false",
        "action.enabled=false",
        "mqtt.max_rate_hz=1000",
        *broker_settings(broker),
    ]
    with Subscriber(broker, "edge/test/#") as subscriber, running(keys, tmp_path / "log") as process:
        assert process.wait(PATIENCE_S) == 0
        subscriber.wait_for_payload("availability", b"offline")
        stats = subscriber.seen("/stats")[-1].json()["tasks"]["pose"]

    assert (stats["frames"], stats["results"], stats["dropped"]) == (30, 30, 0)


def run_here(folder: Path, *keys: str) -> list[str]:
    return ["run", *(word for key in (*toy_settings(folder), *keys) for word in ("--set", key))]


def test_frames_and_seconds_bound_a_run(tmp_path: Path) -> None:
    command = run_here(tmp_path, "mqtt.enabled=false")

    assert main([*command, "--frames", "5"]) == 0
    assert main([*command, "--seconds", "0.2"]) == 0


def test_a_port_that_refuses_is_named_and_the_run_goes_on(tmp_path: Path) -> None:
    port = free_port()
    with running([*toy_settings(tmp_path), "mqtt.host=127.0.0.1", f"mqtt.port={port}"], tmp_path / "log") as process:
        wait_until(
            lambda: f"cannot reach the MQTT broker at 127.0.0.1:{port}" in (tmp_path / "log").read_text(),
            "the log names the broker",
        )
        assert process.poll() is None

        process.send_signal(signal.SIGINT)

        assert process.wait(PATIENCE_S) == 0


def test_no_task_at_all_is_a_wrong_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    off = [f"{task}.enabled=false" for task in STREAMS]

    assert main(run_here(tmp_path, *off)) == 2

    assert "no task is enabled" in capsys.readouterr().err


def test_a_video_that_is_none_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("not a video")

    assert main(run_here(tmp_path, f"camera.source=video:{text}", "mqtt.enabled=false")) == 1

    written = capsys.readouterr().err
    assert f"{text} is not a video" in written
    assert "Traceback" not in written
    assert "watchdog" not in [thread.name for thread in threading.enumerate()]
