"""A real Home Assistant, a real broker and ``edge run`` on the built-in scene: killed, cut off and started again.

Only where ``EDGE_HASS`` names Home Assistant's program. With ``-s`` each test prints what it has seen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.broker import Broker, Subscriber
from tests.mqtt.driven_home_assistant import DrivenHomeAssistant
from tests.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.broker import Place

HASS = os.environ.get("EDGE_HASS", "")
BLUEPRINTS = Path(__file__).parents[2] / "deploy" / "homeassistant"
PRESENCE = "binary_sensor.kitchen_presence"
AUTOMATIONS = {
    "came": ("person", "start"),
    "left": ("person", "end"),
    "began": ("action", "start"),
    "blueprint-came": ("person", "start"),
    "blueprint-left": ("person", "end"),
}
"""What each is to fire on."""
A_TURN_S = 180.0
"""Somebody comes and leaves every 22 seconds, on an idle machine."""
SETTINGS = """
[device]
id = "kitchen"
area = "Scullery"
[camera]
source = "synthetic:fall"   # somebody comes, falls, gets up and leaves
loop = true
fps = 10
[mqtt]
host = "{broker.host}"
port = {broker.port}
control = true
snapshot = true
[health]
stats_interval_s = 2
"""

pytestmark = [
    pytest.mark.skipif(not HASS, reason="needs Home Assistant: set EDGE_HASS to its program, see docs/contributing.md"),
    pytest.mark.timeout(900),
]


class Appliance:
    """``edge run`` with a file of its own."""

    def __init__(self, folder: Path, broker: Place) -> None:
        self.file = folder / "edge.toml"
        self.file.write_text(SETTINGS.format(broker=broker))
        self._log = folder / "edge.log"

    def start(self) -> None:
        command = [sys.executable, "-m", "edge.cli.entry", "run", "--config", str(self.file)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stderr=log)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Home:
    """All that runs, and since when."""

    def __init__(self, folder: Path, broker: Broker, proxy: Proxy, assistant: DrivenHomeAssistant) -> None:
        self.broker = broker
        self.assistant = assistant
        self.proxy = proxy
        self.appliance = Appliance(folder, proxy)
        self.since = datetime.now(UTC)

    def shows(self, entity: str, *states: str) -> None:
        until(lambda: self.assistant.state(entity) in states, f"{entity} is {' or '.join(states)}")

    def history(self, what: str) -> list[str]:
        """The states of Presence since a person was first seen, printed."""
        time.sleep(2)  # the recorder writes once a second
        found = self.assistant.history(PRESENCE, self.since)
        say(f"\n{what}: {' -> '.join(found)}")
        return found

    def device(self) -> str:
        """Home Assistant's name for the appliance."""
        return self.assistant.rendered(f"{{{{ device_id('{PRESENCE}') }}}}")


def say(*words: object, sep: str = " ") -> None:
    """What a person wants to see who runs this."""
    sys.stdout.write(sep.join(map(str, words)) + "\n")


def until(condition: Callable[[], object], what: str) -> None:
    deadline_s = time.monotonic() + A_TURN_S
    while not condition():
        assert time.monotonic() < deadline_s, f"waited {A_TURN_S:g} s in vain: {what}"
        time.sleep(0.1)


@pytest.fixture
def home(tmp_path: Path, broker: Broker) -> Iterator[Home]:
    assistant = DrivenHomeAssistant(HASS, tmp_path / "home-assistant", broker)
    shutil.copytree(BLUEPRINTS, assistant.folder / "blueprints" / "automation" / "edge")
    with Proxy(broker) as proxy:
        found = Home(tmp_path, broker, proxy, assistant)
        found.appliance.start()
        try:
            with assistant:
                found.shows(PRESENCE, "on", "off")
                yield found
        finally:
            found.appliance.kill()


def test_presence_is_never_that_of_a_run_that_is_gone(home: Home) -> None:
    home.shows(PRESENCE, "off")
    home.shows(PRESENCE, "on")
    home.appliance.kill()
    home.shows(PRESENCE, "unavailable")
    home.appliance.start()
    home.shows(PRESENCE, "on")
    killed = home.history("Edge killed while somebody was there, and started")
    assert killed[killed.index("unavailable", killed.index("on")) :] == ["unavailable", "unknown", "off", "on"]

    home.proxy.shut()
    home.shows(PRESENCE, "unavailable")
    time.sleep(15)  # by then the room is empty, or nearly
    with Subscriber(home.broker, "edge/kitchen/#") as subscriber:
        home.proxy.open()
        subscriber.wait_for_payload("availability", b"online")
        sent = list(takewhile(lambda message: message.payload != b"online", subscriber.seen()))
    fresh = [message.json()["present"] for message in sent if message.topic.endswith("state/pose")][-1]
    home.shows(PRESENCE, "on", "off")
    cut = home.history("the link of Edge cut while somebody was there")[len(killed) :]
    assert cut[:2] == ["unavailable", {True: "on", False: "off", None: "unknown"}[fresh]]

    home.shows(PRESENCE, "off")
    home.shows(PRESENCE, "on")
    before = len(home.history("somebody there again"))
    home.appliance.kill()
    home.shows(PRESENCE, "unavailable")
    home.assistant.stop()
    home.assistant.start()
    home.shows(PRESENCE, "unavailable")
    home.appliance.start()
    home.shows(PRESENCE, "on")
    away = home.history("Edge killed while somebody was there, Home Assistant started anew, then Edge")
    assert away[before:] == ["unavailable", "unknown", "off", "on"]
    assert home.assistant.complaints() == []


def fires(topic: str) -> list[dict[str, Any]]:
    """An action that says which event has set it off."""
    return [{"action": "mqtt.publish", "data": {"topic": topic, "payload": "{{ trigger.payload_json.id }}"}}]


class Firings:
    """Which events there were, and which of them automations have fired on."""

    def __init__(self, broker: Broker) -> None:
        self.subscriber = Subscriber(broker)

    def events(self, what: str, kind: str) -> list[str]:
        """Those that automations are to fire on, by their ids."""
        said = [message.json() for message in self.subscriber.seen("/event")]
        return [
            one["id"] for one in said if (one["what"], one["type"]) == (what, kind) and one.get("reason") != "unseen"
        ]

    def fired(self, automation: str) -> list[str]:
        return [message.payload.decode() for message in self.subscriber.seen(f"fired/{automation}")]

    def settle(self, what: str, *, some_lost: bool = False) -> None:
        """Fails where an automation has not fired exactly once on each event, but for those before it was there."""
        until(lambda: all(self.fired(one)[-1:] == self.events(*AUTOMATIONS[one])[-1:] for one in AUTOMATIONS), what)
        time.sleep(3)  # one too many would come now
        seen = {one: (self.fired(one), self.events(*event)) for one, event in AUTOMATIONS.items()}
        say(f"\n{what}:", {one: f"{len(events)} events, fired {len(fired)}" for one, (fired, events) in seen.items()})
        for fired, events in seen.values():
            first = events.index(fired[0]) if some_lost and fired else 0
            assert fired == events[first : first + len(fired)]  # one that has come just now may be under way


def automate(home: Home) -> None:
    """Three automations of a person's own, and one of each blueprint."""
    device = home.device()
    listed = home.assistant.ask("device_automation/trigger/list", device_id=device)
    ours = {(one["type"], one["subtype"]): one for one in listed if one["domain"] == "mqtt"}
    say("\ntriggers:", sorted(ours))
    for name, trigger in (("came", "Somebody"), ("left", "Somebody"), ("began", "Action")):
        chosen = {key: ours[name, trigger][key] for key in ("domain", "device_id", "type", "subtype")}
        home.assistant.automate(name, triggers=[{"trigger": "device", **chosen}], actions=fires(f"fired/{name}"))
    given = {"appliance": device, "on_came": fires("fired/blueprint-came"), "on_left": fires("fired/blueprint-left")}
    home.assistant.automate("blueprint", use_blueprint={"path": "edge/edge_somebody_came.yaml", "input": given})
    words = {"path": "edge/edge_logbook.yaml", "input": {"appliance": device}}
    home.assistant.automate("words", use_blueprint=words)
    for name in ("came", "left", "began", "blueprint", "words"):
        home.shows(f"automation.{name}", "on")


def test_automations_fire_once_on_each_event_and_on_no_restart(home: Home) -> None:
    automate(home)
    with (firings := Firings(home.broker)).subscriber:
        until(
            lambda: firings.fired("left") and firings.fired("came") and firings.fired("began"), "somebody came and left"
        )
        firings.settle("a turn of the scene")
        home.shows(PRESENCE, "on")
        home.appliance.kill()
        home.shows(PRESENCE, "unavailable")
        home.appliance.start()
        home.shows(PRESENCE, "on")
        firings.settle("Edge killed and started")
    home.assistant.stop()
    with (firings := Firings(home.broker)).subscriber:
        home.assistant.start()
        firings.settle("Home Assistant started anew", some_lost=True)
    home.broker.kill()
    home.shows(PRESENCE, "unavailable")
    home.broker.start()
    with (firings := Firings(home.broker)).subscriber:
        home.shows(PRESENCE, "on", "off")
        firings.settle("broker killed and started", some_lost=True)
    home.appliance.kill()
    with (firings := Firings(home.broker)).subscriber:
        home.appliance.file.write_text(home.appliance.file.read_text().replace("synthetic:fall", "synthetic:gym"))
        home.appliance.start()
        until(lambda: firings.fired("came"), "somebody is there from the beginning")
        firings.settle("Edge killed and started where somebody is there already")
    said = [row for row in home.assistant.logbook(home.since) if row.get("entity_id", "").startswith("event.")]
    say(
        "\nlogbook:",
        *(f"{row['entity_id']}: {row.get('message') or row.get('state')}" for row in said[:12]),
        sep="\n  ",
    )
    words = {row.get("message") for row in said}
    assert {"somebody came", "the last one has left", "lie began", "empty_room ended"} <= words


def test_pictures_buttons_and_models(home: Home) -> None:
    assert home.assistant.rendered(f"{{{{ area_name('{home.device()}') }}}}") == "Scullery"
    off = {one["entity_id"] for one in home.assistant.ask("config/entity_registry/list") if one["disabled_by"]}
    say("\ndisabled:", sorted(off))
    assert off == {
        f"sensor.kitchen_{task}_{figure}"
        for task in ("pose", "classification", "action")
        for figure in ("rate", "latency")
    }
    choices = {task: f"select.kitchen_{task}_model_choice" for task in ("pose", "classification", "action")}
    for task, entity in choices.items():
        home.shows(entity, f"starter-{task}")
        assert home.assistant.states()[entity]["attributes"]["options"] == [f"starter-{task}"]

    assert home.assistant.state("image.kitchen_snapshot") == "unknown"
    home.assistant.call("button", "press", entity_id="button.kitchen_take_snapshot")
    until(lambda: home.assistant.state("image.kitchen_snapshot") != "unknown", "a picture")
    assert home.assistant.picture("image.kitchen_snapshot").startswith(b"\xff\xd8\xff")

    home.assistant.call("select", "select_option", entity_id=choices["pose"], option="starter-pose")
    until(lambda: 'model = "starter-pose"' in home.appliance.file.read_text(), "the model stands in the file")
    with Subscriber(home.broker, "edge/kitchen/stats") as subscriber:
        run = subscriber.wait_for("stats")[0].json()["run_id"]
        home.assistant.call("button", "press", entity_id="button.kitchen_restart")
        until(lambda: subscriber.seen("stats")[-1].json()["run_id"] != run, "another run")
    home.shows(PRESENCE, "on", "off")
    assert home.assistant.complaints() == []
