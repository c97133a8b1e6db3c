"""``edge run`` as a process of its own, against a real broker."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest

from edge.cli.main import main
from tests.broker import PATIENCE_S, Subscriber, free_port, wait_until
from tests.cli.processes import broker_settings, running, toy_settings
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
            for message in subscriber.wait_for(f"/{stream}", 5):
                check(stream, message.json())
        for message in subscriber.wait_for("/stats", 2):
            check("stats", message.json())

        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE_S) == 0
        subscriber.wait_for_payload("availability", b"offline")
        assert subscriber.seen("/stats")[-1].json()["tasks"]["pose"]["results"] > 0
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_killed_daemon_is_called_offline_by_its_last_will(tmp_path: Path, broker: Broker) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    with Subscriber(broker, "edge/test/#") as subscriber, running(keys, tmp_path / "log") as process:
        subscriber.wait_for("/pose", 3)

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
            message = subscriber.wait_for("/pose")[-1].json()
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
            for message in subscriber.wait_for(f"/{stream}", 5):
                check(stream, message.json())
        person = subscriber.seen("/pose")[-1].json()["people"][0]

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
