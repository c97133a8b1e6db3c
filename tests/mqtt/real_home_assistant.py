"""A real Home Assistant in a folder of its own, connected to a broker, looked into from outside."""

from __future__ import annotations

import json
import subprocess
import time
from itertools import groupby
from typing import TYPE_CHECKING, Any, Self

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.broker import Broker

_CONFIGURATION = "homeassistant:\nprobe:\nlogger:\n  default: warning\n"
_MANIFEST = {"domain": "probe", "name": "Probe", "version": "1.0.0", "documentation": "", "codeowners": []}
_PROBE = '''
"""Writes the states of all entities into a file once a second, each change at once, and does what another file says."""

import json
import os
from datetime import timedelta

from homeassistant.helpers.event import async_track_time_interval


async def async_setup(hass, config):
    path = hass.config.path("states.json")

    def write(states):
        with open(path + ".new", "w") as file:
            json.dump(states, file, default=str)
        os.replace(path + ".new", path)

    def orders():
        try:
            with open(hass.config.path("orders.json")) as file:
                found = json.load(file)
        except FileNotFoundError:
            return []
        os.remove(hass.config.path("orders.json"))
        return found

    async def look(_now):
        for domain, service, data in await hass.async_add_executor_job(orders):
            await hass.services.async_call(domain, service, data)
        states = {one.entity_id: {"state": one.state, **one.attributes} for one in hass.states.async_all()}
        await hass.async_add_executor_job(write, states)

    def changed(event):
        new = event.data["new_state"]
        with open(hass.config.path("history"), "a") as file:
            print(event.data["entity_id"], "gone" if new is None else new.state, file=file)

    hass.bus.async_listen("state_changed", changed)
    async_track_time_interval(hass, look, timedelta(seconds=1))
    return True
'''


class HomeAssistant:
    """Runs the program ``hass`` inside the block; entered once it is connected to the broker."""

    patience_s = 180.0
    """Its first start takes a minute."""

    def __init__(self, program: str, folder: Path, broker: Broker) -> None:
        self._program = program
        self._folder = folder
        self._log = folder / "log"
        self._write("configuration.yaml", _CONFIGURATION)
        self._write("custom_components/probe/manifest.json", json.dumps(_MANIFEST))
        self._write("custom_components/probe/__init__.py", _PROBE)
        self._write(".storage/core.config_entries", json.dumps(_entries(broker)))

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            command = [self._program, "--config", str(self._folder)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline_s = time.monotonic() + self.patience_s
        while not self.states():
            if time.monotonic() > deadline_s or self._process.poll() is not None:
                pytest.fail(f"Home Assistant has not started:\n{self._log.read_text()}")
            time.sleep(0.5)
        return self

    def __exit__(self, *_details: object) -> None:
        self._process.terminate()
        self._process.wait(60)

    def states(self) -> dict[str, dict[str, Any]]:
        """State and attributes by entity; empty before the first look."""
        path = self._folder / "states.json"
        found: dict[str, dict[str, Any]] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def state(self, entity: str) -> str | None:
        """The state of an entity; None where there is no such entity."""
        found = self.states().get(entity)
        return None if found is None else str(found["state"])

    def history(self, entity: str) -> list[str]:
        """The states that an entity has had, in order, without repetitions."""
        path = self._folder / "history"
        lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
        return [state for state, _ in groupby(state for name, state in lines if name == entity)]

    def call(self, domain: str, service: str, **data: Any) -> None:
        """Have it call one of its services, as a person would with a switch."""
        self._write("orders.new", json.dumps([[domain, service, data]]))
        (self._folder / "orders.new").rename(self._folder / "orders.json")

    def complaints(self) -> list[str]:
        """What it has logged about MQTT, but for what it says of empty messages by which it forgets a device itself."""
        lines = [line for line in self._log.read_text().splitlines() if "components.mqtt" in line]
        return [line for line in lines if "No device components to cleanup" not in line]

    def _write(self, name: str, text: str) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _entries(broker: Broker) -> dict[str, Any]:
    """Home Assistant's own record of integrations, with MQTT set up as a person would have done it."""
    moment = "2025-01-01T00:00:00+00:00"
    entry = {
        "created_at": moment,
        "data": {"broker": broker.host, "port": broker.port},
        "disabled_by": None,
        "discovery_keys": {},
        "domain": "mqtt",
        "entry_id": "01JGGGGGGGGGGGGGGGGGGGGGGG",
        "minor_version": 2,
        "modified_at": moment,
        "options": {},
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "source": "user",
        "title": "MQTT",
        "unique_id": None,
        "version": 1,
    }
    return {"version": 1, "minor_version": 4, "key": "core.config_entries", "data": {"entries": [entry]}}
