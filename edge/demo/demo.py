"""The demo from beginning to end."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.base.text import printable_lines
from edge.camera.settings import CameraSettings
from edge.config.store import ConfigStore
from edge.daemon.build import enabled_tasks
from edge.daemon.daemon import run_daemon
from edge.demo.broker import embedded_broker
from edge.demo.gallery import Gallery
from edge.demo.overrides import PREFIX, necessities, suggestions
from edge.demo.scenario import Scenario
from edge.demo.sheet import COLUMNS, ROWS, draw_sheet
from edge.demo.show import live_screen, plain_lines
from edge.demo.status import DemoStatus, newest_frame
from edge.demo.summary import print_summary, verdict
from edge.demo.topic_statistics import TopicStatistics
from edge.demo.video_recorder import VideoRecorder
from edge.demo.view import render
from edge.errors import ConfigError, EdgeError
from edge.mqtt.broker_address import read_address
from edge.mqtt.client import Client
from edge.mqtt.settings import MqttSettings
from edge.overlay.image_writer import save_image
from edge.settings import SCHEMA, DeviceSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from rich.console import Console

    from edge.config.sections import Settings
    from edge.demo.broker import RunningBroker
    from edge.demo.overrides import ModelChoice
    from edge.mqtt.message import Received

VIDEO = "demo.mp4"
SHEET = "contact-sheet.png"
_END_S, _STEP_S = 2.0, 0.05


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What a person may choose; ``config`` and ``overrides`` as for every command.

    ``is_live``: a live screen in the terminal; ``window``: what an attached monitor would show, on the desktop.
    """

    output: Path
    seconds: float
    scene: str
    models: ModelChoice
    is_live: bool
    window: bool
    config: Path | None
    overrides: tuple[str, ...]


def run_demo(options: DemoOptions, console: Console) -> None:
    """Run the appliance on the built-in scene, show it, record it, and say how it went.

    Must be called from the main thread. Ends after its time, or at SIGINT or SIGTERM, each time with the summary.

    Raises:
        EdgeError: a part could not start or failed, no message of a task came, or one was not as its schema says.
    """
    scenario, statistics = Scenario(options.scene), TopicStatistics(PREFIX)
    folder = _folder(options.output)
    with embedded_broker() as broker:
        console.print(printable_lines(_opening(options, broker)), highlight=False, markup=False, soft_wrap=True)
        config_store, settings = _configured(options, broker)
        tasks = enabled_tasks(settings)
        only_skeletons = settings[DeviceSettings].only_skeletons
        gallery = Gallery(only_skeletons=only_skeletons)
        recorder = VideoRecorder(folder / VIDEO, gallery, lead=tasks[0], only_skeletons=only_skeletons)
        with _listening(settings, statistics) as client, recorder:
            with _shown(options, console, _Progress(scenario, statistics, settings[CameraSettings].fps), broker):
                run_daemon(config_store, seconds=options.seconds, sinks=[recorder], window=options.window)
            _wait_for_the_end(statistics)
            unheard = client.notice
    topics = statistics.reports(time.monotonic())
    print_summary(console, topics, _written(recorder, gallery, scenario, folder))
    problems = [*verdict(topics, tasks), *filter(None, [unheard])]
    if problems:
        raise EdgeError("\n".join(problems))


@contextmanager
def _listening(settings: Settings, statistics: TopicStatistics) -> Iterator[Client]:
    """Have all that the appliance says counted; nothing else is known of it."""

    def take(received: Received) -> None:
        statistics.take(received.topic, received.payload, time.monotonic())

    with Client(read_address(settings[MqttSettings]), "demo", take) as client:
        client.subscribe(f"{PREFIX}#")
        yield client


def _wait_for_the_end(statistics: TopicStatistics) -> None:
    """Wait until the appliance has said ``offline``, the last of its messages."""
    deadline_s = time.monotonic() + _END_S
    while time.monotonic() < deadline_s:
        report = statistics.reports(time.monotonic()).get("availability")
        if report is not None and report.latest == "offline":
            return
        time.sleep(_STEP_S)


def _written(recorder: VideoRecorder, gallery: Gallery, scenario: Scenario, folder: Path) -> list[Path]:
    """Draw the contact sheet; the files there are now."""
    pictures = gallery.choose(COLUMNS * ROWS, scenario)
    if not pictures:
        return []
    save_image(folder / SHEET, draw_sheet(pictures, scenario))
    return [recorder.path, folder / SHEET]


def _opening(options: DemoOptions, broker: RunningBroker) -> str:
    return (
        f"The appliance on the built-in scene '{options.scene}', {options.models} models, {broker.name} on port "
        f"{broker.port}.\n{options.seconds:g} seconds; Ctrl-C ends it at once, with the files and the summary."
    )


class _Progress:
    """How the demo is doing, as often as somebody asks."""

    def __init__(self, scenario: Scenario, statistics: TopicStatistics, fps: float) -> None:
        self._scenario = scenario
        self._statistics = statistics
        self._fps = fps
        self._started_s = time.monotonic()

    def status(self) -> DemoStatus:
        now_s = time.monotonic()
        topics = self._statistics.reports(now_s)
        number = newest_frame(topics)
        shows = "" if number is None else self._scenario.caption(number / self._fps)
        return DemoStatus(now_s - self._started_s, shows, topics)


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--output {path}: the folder cannot be made ({error.strerror})") from error
    return path


def _configured(options: DemoOptions, broker: RunningBroker) -> tuple[ConfigStore, Settings]:
    """The configuration under what the demo suggests, under what a person sets, under what the demo needs."""
    overrides = (*suggestions(options.models), *options.overrides, *necessities(options.scene, broker))
    config_store = ConfigStore(SCHEMA, options.config, overrides, state=None)
    return config_store, config_store.load().settings


def _shown(
    options: DemoOptions, console: Console, progress: _Progress, broker: RunningBroker
) -> AbstractContextManager[None]:
    if not options.is_live:
        return plain_lines(console, progress.status)
    hint = f"listen along: mosquitto_sub -p {broker.port} -t 'edge/#' -v     Ctrl-C: end now"
    return live_screen(console, lambda: render(progress.status(), options.seconds, options.scene, hint))
