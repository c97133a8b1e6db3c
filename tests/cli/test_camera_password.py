"""A whole session with a camera in the network: in nothing that comes out of it stands its password."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

from edge.cli.main import main
from tests.broker import PATIENCE_S, Subscriber, free_port, wait_until
from tests.camera.mjpeg_server import Behaviour, mjpeg_server
from tests.cli.processes import running
from tests.cli.toys import colour_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.broker import Broker

PASSWORD, TOKEN = "pass:word@hush", "token-hush"
ESCAPED = "pass%3Aword%40hush"


def in_address(_folder: Path, port: int) -> list[str]:
    return [f'source = "http://admin:{ESCAPED}@127.0.0.1:{port}/video?token={TOKEN}&fps=5"']


def in_file(folder: Path, port: int) -> list[str]:
    (folder / "password").write_text(f"{PASSWORD}\n")
    return [f'source = "http://admin@127.0.0.1:{port}/video?token={TOKEN}"', 'password_file = "password"']


def written(folder: Path, broker: Broker, camera: list[str], log_format: str) -> Path:
    """A configuration file of an appliance that tells as much as it can."""
    file = folder / "edge.toml"
    lines = [
        *("[device]", 'id = "test"', "[camera]", *camera, "[mqtt]", "control = true"),
        *(f'host = "{broker.host}"', f"port = {broker.port}"),
        *("[health]", "stats_interval_s = 0.2", "[log]", 'level = "debug"', f'format = "{log_format}"'),
        *("[classification]", f'model = "{colour_model(folder)}"'),
        *("[pose]", "enabled = false", "[action]", "enabled = false"),
    ]
    file.write_text("\n".join(lines))
    return file


@pytest.mark.parametrize(("camera", "log_format"), [(in_address, "text"), (in_file, "json")])
def test_a_running_appliance(
    tmp_path: Path, broker: Broker, camera: Callable[[Path, int], list[str]], log_format: str
) -> None:
    """It delivers, loses the camera, is refused, is asked from afar and stopped with Ctrl-C."""
    port, log = free_port(), tmp_path / "log"
    behaviour = Behaviour(user="admin", password=PASSWORD)
    file = written(tmp_path, broker, camera(tmp_path, port), log_format)
    with (
        Subscriber(broker) as subscriber,
        mjpeg_server(behaviour, port),
        running([], log, "--config", str(file)) as process,
    ):
        subscriber.wait_for("/classification")
        behaviour.password = "another"
        behaviour.going.clear()
        wait_until(lambda: b"(401)" in log.read_bytes(), "it is refused")
        request = {"schema": "edge/request/1", "transaction": "a", "arguments": {}}
        subscriber.publish("edge/test/request/config/get", json.dumps(request).encode())
        values = subscriber.wait_for("/response/config/get")[-1].json()["result"]["values"]
        trouble = [seen.json()["camera"] for seen in subscriber.wait_for("/stats")]
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)
        messages = b"\n".join(seen.payload for seen in subscriber.seen())
    assert_no_secret(messages.decode() + log.read_text())
    assert values["camera.source"] == trouble[-1]["source"]
    assert f"@127.0.0.1:{port}/video?token=***" in trouble[-1]["source"]
    assert b"homeassistant" in b"".join(seen.topic.encode() for seen in subscriber.seen())


def test_every_command(tmp_path: Path, broker: Broker, capfd: pytest.CaptureFixture[str]) -> None:
    trace, new = tmp_path / "trace.jsonl", tmp_path / "new.toml"
    with mjpeg_server(Behaviour(user="admin", password=PASSWORD)) as server:
        file = written(tmp_path, broker, in_address(tmp_path, server.port), "text")
        source = f"http://admin:{ESCAPED}@127.0.0.1:{server.port}/video?token={TOKEN}"
        for status, words in (
            (0, ["config", "show"]),
            (0, ["config", "show", "--json"]),
            (0, ["config", "get", "camera.source"]),
            (0, ["config", "get", "camera.source", "--json"]),
            (0, ["config", "diff"]),
            (0, ["config", "diff", "--json"]),
            (0, ["config", "explain", "camera.source"]),
            (0, ["config", "check"]),
            (0, ["record", "--frames", "3", "--output", str(trace)]),
            (0, ["config", "set", "camera.source", source, "--config", str(new)]),
            (2, ["config", "set", "camera.source", f"video:{source}", "--config", str(new)]),
            (0, ["config", "set", "mqtt.username", source, "--config", str(new)]),
            (1, ["infer", "classification", source]),
            (2, ["run", "--set", source]),
        ):
            given = [] if "--config" in words else ["--config", str(file)]
            assert main([*words, *given]) == status, words
            output = "".join(capfd.readouterr())
            assert_no_secret(output)
            assert output or words[0] == "record"
        with pytest.raises(SystemExit):
            main(["run", source])
    assert_no_secret("".join(capfd.readouterr()) + trace.read_text())
    assert "@127.0.0.1" in trace.read_text()


def assert_no_secret(output: str) -> None:
    for secret in (PASSWORD, ESCAPED, TOKEN, "hush"):
        assert secret not in output
