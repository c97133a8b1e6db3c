"""A real Home Assistant as its user has it: onboarded, with MQTT set up, driven by its own REST and websocket APIs."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from tests.broker import free_port

if TYPE_CHECKING:
    from datetime import datetime

    from tests.broker import Broker

_CONFIGURATION = """
http:
  server_host: 127.0.0.1
  server_port: {port}
homeassistant:
config:
recorder:
  commit_interval: 1
history:
logbook:
automation: !include automations.yaml
logger:
  default: warning
"""
_CLIENT = "http://127.0.0.1/"
_PERSON = {"name": "Edge", "username": "edge", "password": "nobody else", "language": "en"}
_START_S = 300.0
_HOURS = 24 * 365
_ASK = """
import asyncio, json, sys
import aiohttp

async def main(url, token, message):
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as link:
        await link.receive_json()
        await link.send_json({"type": "auth", "access_token": token})
        await link.receive_json()
        await link.send_json({"id": 1, **json.loads(message)})
        print(json.dumps(await link.receive_json()))

asyncio.run(main(*sys.argv[1:]))
"""


class DrivenHomeAssistant:
    """Runs the program ``hass`` inside the block, in a folder that a blueprint may be put into before."""

    def __init__(self, program: str, folder: Path, broker: Broker) -> None:
        self._program = program
        self.folder = folder
        self._broker = broker
        self._port = free_port()
        self._token = ""
        folder.mkdir(parents=True)
        (folder / "configuration.yaml").write_text(_CONFIGURATION.format(port=self._port))
        (folder / "automations.yaml").write_text("[]\n")

    def __enter__(self) -> Self:
        self.start()
        self._onboard()
        self._set_up_mqtt()
        return self

    def __exit__(self, *_details: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it is up."""
        with (self.folder / "log").open("ab") as log:
            command = [self._program, "--config", str(self.folder)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline_s = time.monotonic() + _START_S
        while not self._is_up():
            if time.monotonic() > deadline_s or self._process.poll() is not None:
                pytest.fail(f"Home Assistant has not started:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop it in peace."""
        self._process.terminate()
        self._process.wait(120)

    def states(self) -> dict[str, dict[str, Any]]:
        """State, attributes and times by entity."""
        return {one["entity_id"]: one for one in self.get("/api/states")}

    def state(self, entity: str) -> str | None:
        """The state of an entity; None where there is no such entity."""
        found = self.states().get(entity)
        return None if found is None else str(found["state"])

    def history(self, entity: str, since: datetime) -> list[str]:
        """The states that its recorder has of an entity, in order, without repetitions."""
        found = self.get(f"/api/history/period/{_quoted(since)}?filter_entity_id={entity}&significant_changes_only=0")
        return [state for state, _ in groupby(row["state"] for row in found[0])] if found else []

    def logbook(self, since: datetime) -> list[dict[str, Any]]:
        """The rows of its logbook."""
        rows: list[dict[str, Any]] = self.get(f"/api/logbook/{_quoted(since)}")
        return rows

    def call(self, domain: str, service: str, **data: Any) -> None:
        """Have it call one of its services, as a person would with a switch."""
        self.post(f"/api/services/{domain}/{service}", data)

    def rendered(self, template: str) -> str:
        """What it makes of a template."""
        return self._request("/api/template", {"template": template}).decode()

    def ask(self, command: str, **data: Any) -> Any:
        """The result of a command of the websocket API."""
        url = f"http://127.0.0.1:{self._port}/api/websocket"
        python = Path(self._program).with_name("python")
        message = json.dumps({"type": command, **data})
        said = subprocess.run([python, "-c", _ASK, url, self._token, message], capture_output=True, check=True)
        answer = json.loads(said.stdout)
        assert answer["success"], answer
        return answer["result"]

    def automate(self, name: str, **configuration: Any) -> str:
        """Save an automation as its editor does; its entity."""
        self.post(f"/api/config/automation/config/{name}", {"alias": name, **configuration})
        return f"automation.{name}"

    def complaints(self) -> list[str]:
        """What it has logged about MQTT and automations."""
        lines = (self.folder / "log").read_text().splitlines()
        return [line for line in lines if "components.mqtt" in line or "components.automation" in line]

    def get(self, path: str) -> Any:
        return json.loads(self._request(path))

    def post(self, path: str, data: Any) -> Any:
        return json.loads(self._request(path, data))

    def picture(self, entity: str) -> bytes:
        """What an image entity shows."""
        return self._request(f"/api/image_proxy/{entity}")

    def _request(self, path: str, data: Any = None) -> bytes:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        body = None if data is None else json.dumps(data).encode()
        url = f"http://127.0.0.1:{self._port}{path}"
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer:
            content: bytes = answer.read()
        return content

    def _is_up(self) -> bool:
        try:
            return not self._token or self.get("/api/config")["state"] == "RUNNING"
        except (OSError, urllib.error.URLError):
            return False

    def _onboard(self) -> None:
        deadline_s = time.monotonic() + _START_S
        while True:
            try:
                code = self.post("/api/onboarding/users", {"client_id": _CLIENT, **_PERSON})["auth_code"]
                break
            except OSError:
                if time.monotonic() > deadline_s or self._process.poll() is not None:
                    pytest.fail((self.folder / "log").read_text())
                time.sleep(1)
        form = {"client_id": _CLIENT, "grant_type": "authorization_code", "code": code}
        url = f"http://127.0.0.1:{self._port}/auth/token"
        with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode()) as answer:
            self._token = json.load(answer)["access_token"]

    def _set_up_mqtt(self) -> None:
        flow = self.post("/api/config/config_entries/flow", {"handler": "mqtt"})
        where = {"broker": self._broker.host, "port": self._broker.port}
        done = self.post(f"/api/config/config_entries/flow/{flow['flow_id']}", where)
        assert done["type"] == "create_entry", done


def _quoted(since: datetime) -> str:
    return urllib.parse.quote(since.isoformat())
