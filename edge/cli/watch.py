"""``edge watch``: what the appliances on a broker say, live."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live

from edge.cli.command import orderly_sigterm, port, seconds
from edge.cli.config_file import load_config
from edge.cli.say import complain
from edge.daemon.device_id import device_id
from edge.errors import ConfigError
from edge.messages.clock import Instant
from edge.mqtt.broker_address import read_address, topic_prefix
from edge.mqtt.client import Client
from edge.mqtt.settings import MqttSettings
from edge.settings import DeviceSettings
from edge.watch.absence import SILENCE_S, absence, others_at
from edge.watch.devices import Devices
from edge.watch.json_lines import line_of
from edge.watch.screen import render

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import RenderableType

    from edge.cli.command import AddCommand
    from edge.config.sections import Settings
    from edge.mqtt.broker_address import Address
    from edge.mqtt.message import Received

_REFRESHES_HZ = 4
_LOOK_S = 0.5


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Show live what appliances publish: this one, those named, or all on the broker. The broker and "
        "the credentials are those of the configuration ([mqtt]). Ends on Ctrl-C.",
    )
    parser.add_argument("devices", nargs="*", metavar="DEVICE", help="ids of devices (default: this one)")
    parser.add_argument("--all", action="store_true", help="every device on the broker; the default with --host")
    parser.add_argument("--host", metavar="H", help="host name or address of the broker (default: mqtt.host)")
    parser.add_argument("--port", type=port, metavar="P", help="TCP port of the broker (default: mqtt.port)")
    parser.add_argument("--json", action="store_true", help="print each message as a line of JSON, for pipes")
    parser.add_argument("--seconds", type=seconds, metavar="S", help="stop after so many seconds")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Watch until Ctrl-C or the end of the time.

    Raises:
        EdgeError: the broker cannot be used, or a setting is wrong.
    """
    console = Console()
    if not (arguments.json or console.is_terminal):
        raise ConfigError("edge watch draws on a terminal, and this is none; give --json for lines of JSON")
    settings = _chosen(load_config(arguments).settings, arguments)
    names = _names(settings, arguments)
    with orderly_sigterm():
        if arguments.json:
            _print_lines(settings, names, arguments.seconds)
        else:
            _show(settings, names, arguments.seconds, console)
    return 0


def _chosen(settings: Settings, arguments: argparse.Namespace) -> Settings:
    mqtt = replace(
        settings[MqttSettings],
        host=arguments.host or settings[MqttSettings].host,
        port=arguments.port or settings[MqttSettings].port,
    )
    return settings.having(mqtt)


def _names(settings: Settings, arguments: argparse.Namespace) -> list[str]:
    """The devices that are asked for; empty for all."""
    if arguments.all or (arguments.host and not arguments.devices):
        return []
    return arguments.devices or [device_id(settings[DeviceSettings].id)]


def _topics(base: str, names: Sequence[str]) -> list[str]:
    return [f"{topic_prefix(base, name)}#" for name in names] or [f"{base}/+/#"]


@contextmanager
def _listening(address: Address, topics: Sequence[str], take: Callable[[Received], object]) -> Iterator[Client]:
    """A client that has subscribed, and goes on when the broker comes back."""
    with Client(address, "watch", take, reconnects=True) as client:
        for topic in topics:
            client.subscribe(topic)
        yield client


def _print_lines(settings: Settings, names: Sequence[str], seconds: float | None) -> None:
    base, is_closed, silent = settings[MqttSettings].base_topic, threading.Event(), set(names)

    def write(received: Received) -> None:
        silent.discard(received.topic.removeprefix(f"{base}/").partition("/")[0])
        try:
            print(line_of(received.topic, received.payload, Instant.now()), flush=True)  # noqa: T201
        except BrokenPipeError:
            is_closed.set()

    address = read_address(settings[MqttSettings])
    with _listening(address, _topics(base, names), write) as client:
        first_s = min(seconds or SILENCE_S, SILENCE_S)
        if not is_closed.wait(first_s) and silent:
            print(f"edge: {absence(sorted(silent), others_at(address, base))}", file=sys.stderr)  # noqa: T201
        _tell_until(is_closed, client, float("inf") if seconds is None else seconds - first_s)
    if is_closed.is_set():  # whoever read along has gone, as in ``edge watch --json | head``
        raise BrokenPipeError


def _tell_until(is_over: threading.Event, client: Client, longest_s: float) -> None:
    """Wait, and say on stderr when the connection is lost: nobody sees that in lines that do not come."""
    until_s, told = time.monotonic() + longest_s, ""
    while (left_s := until_s - time.monotonic()) > 0 and not is_over.wait(min(left_s, _LOOK_S)):
        if client.notice != told and (told := client.notice):
            complain(told)


def _show(settings: Settings, names: Sequence[str], seconds: float | None, console: Console) -> None:
    base = settings[MqttSettings].base_topic
    devices, address, others = Devices(base), read_address(settings[MqttSettings]), list[str]()

    def take(received: Received) -> None:
        devices.take(received.topic, received.payload, time.monotonic())

    with _listening(address, _topics(base, names), take) as client:
        began_s = time.monotonic()

        def screen() -> RenderableType:
            now_s = time.monotonic()
            reports = devices.reports(now_s)
            silent = sorted(set(names) - {device.name for device in reports})
            lacks = absence(silent, others) if silent and now_s > began_s + SILENCE_S else ""
            return render(reports, " ".join(filter(None, (client.notice, lacks))))

        with Live(get_renderable=screen, console=console, refresh_per_second=_REFRESHES_HZ):
            forever, first_s = threading.Event(), min(seconds or SILENCE_S, SILENCE_S)
            forever.wait(first_s)
            if set(names) - {device.name for device in devices.reports(time.monotonic())}:
                others += others_at(address, base)
            forever.wait(None if seconds is None else seconds - first_s)
