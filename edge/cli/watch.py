"""``edge watch``: what the appliances on a broker say, live."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live

from edge.cli.command import orderly_sigterm, positive_integer, positive_number
from edge.cli.settings import load_config
from edge.daemon.identity import device_id
from edge.errors import ConfigError
from edge.mqtt.address import read_address, topic_prefix
from edge.mqtt.clock import Instant
from edge.watch.devices import Devices
from edge.watch.lines import line_of
from edge.watch.listener import Listener
from edge.watch.screen import render

if TYPE_CHECKING:
    import argparse

    from rich.console import RenderableType

    from edge.cli.command import AddCommand
    from edge.config.settings import Settings

_REFRESHES_HZ = 4


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
    parser.add_argument(
        "--port", type=positive_integer, metavar="P", help="TCP port of the broker (default: mqtt.port)"
    )
    parser.add_argument("--json", action="store_true", help="print each message as a line of JSON, for pipes")
    parser.add_argument("--seconds", type=positive_number, metavar="S", help="stop after so many seconds")
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
    topics = _topics(settings, arguments)
    with orderly_sigterm():
        if arguments.json:
            _print_lines(settings, topics, arguments.seconds)
        else:
            _show(settings, topics, arguments.seconds, console)
    return 0


def _chosen(settings: Settings, arguments: argparse.Namespace) -> Settings:
    mqtt = replace(settings.mqtt, host=arguments.host or settings.mqtt.host, port=arguments.port or settings.mqtt.port)
    return replace(settings, mqtt=mqtt)


def _topics(settings: Settings, arguments: argparse.Namespace) -> list[str]:
    base = settings.mqtt.base_topic
    if arguments.all or (arguments.host and not arguments.devices):
        return [f"{base}/+/#"]
    names = arguments.devices or [device_id(settings.device.id)]
    return [f"{topic_prefix(base, name)}#" for name in names]


def _print_lines(settings: Settings, topics: list[str], seconds: float | None) -> None:
    is_closed = threading.Event()

    def write(topic: str, payload: bytes) -> None:
        try:
            print(line_of(topic, payload, Instant.now()), flush=True)  # noqa: T201
        except BrokenPipeError:
            is_closed.set()

    with Listener(read_address(settings.mqtt), topics, write):
        is_closed.wait(seconds)
    if is_closed.is_set():  # whoever read along has gone, as in ``edge watch --json | head``
        raise BrokenPipeError


def _show(settings: Settings, topics: list[str], seconds: float | None, console: Console) -> None:
    devices = Devices(settings.mqtt.base_topic)

    def take(topic: str, payload: bytes) -> None:
        devices.take(topic, payload, time.monotonic())

    with Listener(read_address(settings.mqtt), topics, take) as listener:

        def screen() -> RenderableType:
            return render(devices.reports(time.monotonic()), listener.notice)

        with Live(get_renderable=screen, console=console, refresh_per_second=_REFRESHES_HZ):
            threading.Event().wait(seconds)
