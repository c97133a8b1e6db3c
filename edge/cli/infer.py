"""``edge infer``: one task over pictures and videos."""

from __future__ import annotations

import sys
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.terminal import width_of, wrapped
from edge.base.text import printable
from edge.base.threads import tune_process
from edge.cli.annotated import open_annotated
from edge.cli.command import orderly_sigterm
from edge.cli.config_file import load_config
from edge.cli.inputs import expand_inputs
from edge.cli.outputs import output_paths
from edge.cli.result_lines import JsonLines, TextLines
from edge.daemon.asked_edgetpus import asked_edgetpus
from edge.daemon.build import build_alone
from edge.daemon.device_id import device_id
from edge.daemon.device_notices import DeviceNotices
from edge.daemon.log import set_up_logging
from edge.errors import InputError, ModelMissingError, ModelOutputError
from edge.settings import DeviceSettings, LogSettings
from edge.tasks.common.model_choice import starter_of
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from edge.cli.command import AddCommand
    from edge.cli.inputs import Input
    from edge.cli.result_lines import Lines
    from edge.config.sections import Settings
    from edge.runtime.edgetpu.pool import EdgeTpus
    from edge.tasks.common.processor import Processor
    from edge.types import TaskName


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Run one task over pictures, folders of pictures, or videos. One line a picture, one line a result "
        "of a video; an input that cannot be read is named and the others are done. What a file is, its content says, "
        "not its name.",
    )
    parser.add_argument("task", choices=tuple(tasks()), metavar="TASK", help=f"one of {', '.join(tasks())}")
    parser.add_argument("inputs", nargs="+", type=Path, metavar="INPUT", help="picture, folder of pictures, or video")
    parser.add_argument("--model", metavar="M", help="name or path of the model (default: the key TASK.model)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, as the MQTT message")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write the annotated picture (.png, .jpg) or video (.mp4); for several inputs a folder, in which walk.jpg "
        "becomes walk.png, or walk.jpg.png where two inputs would become walk.png; on black where device.privacy is "
        "skeleton",
    )
    parser.add_argument(
        "--running-mode",
        choices=("auto", "image", "stream"),
        default="auto",
        help="image: pictures are averaged when shrunk; stream: sampled as live frames are (default: by the input)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the task over all inputs; 1 if any of them failed.

    Raises:
        ConfigError: wrong usage. ModelError: the model cannot be used.
    """
    settings = _settings(arguments)
    set_up_logging(settings[LogSettings])
    tune_process()
    inputs = expand_inputs(arguments.inputs)
    failed = not inputs.is_complete
    outputs = output_paths(arguments.output, inputs.all)
    lines = JsonLines(sys.stdout, device_id(settings[DeviceSettings].id)) if arguments.json else TextLines(sys.stdout)
    edgetpus = asked_edgetpus(arguments.task, settings)
    processor_for = _processors(arguments.task, settings, arguments.running_mode, edgetpus)
    with orderly_sigterm(), closing(edgetpus) if edgetpus else nullcontext():
        for one, output in zip(inputs.all, outputs, strict=True):
            try:
                _infer(one, processor_for(one), lines, output, settings)
            except (InputError, ModelOutputError) as error:
                failed = True
                where = f"{one.path}: " if isinstance(error, ModelOutputError) else ""
                print(wrapped(printable(f"edge: {where}{error}"), width_of(sys.stderr)), file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


def _infer(one: Input, processor: Processor, lines: Lines, output: Path | None, settings: Settings) -> None:
    """Every frame through the processor; the annotated one to the output, with the latest result on it.

    Raises:
        InputError: it cannot be read, or nothing came of it. ModelOutputError: a frame had no result; of a video the
            others were done.
    """
    latest, lost = None, list[str]()
    processor.restart()  # nothing is carried over from one input to the next
    only_skeletons = settings[DeviceSettings].only_skeletons
    with (
        one.open() as frames,
        open_annotated(output, is_video=one.is_video, only_skeletons=only_skeletons) as annotate,
    ):
        for frame in frames:
            try:
                result = processor.process(frame)
            except ModelOutputError as error:
                if not one.is_video:
                    raise
                lost.append(str(error))
                result = None
            if result is not None:
                latest = result
                lines.write(one, result)
            annotate(frame, latest)
    if lost:
        raise ModelOutputError(f"{len(lost)} frames had no result: {lost[0]}")
    if latest is None:
        raise InputError(f"{one.path}: no result; {_reason_for_nothing(processor.task, settings)}")


def _reason_for_nothing(task: TaskName, settings: Settings) -> str:
    """Why none of an input's frames gave a result, the first of which is always due."""
    return tasks()[task].processing.why_nothing(settings) or "it has no frame that can be read"


def _settings(arguments: argparse.Namespace) -> Settings:
    """The configuration; a model that is named right here is the one that is wanted, and no other."""
    chosen = []
    if arguments.model is not None:
        chosen = [f"{arguments.task}.model={arguments.model}", "inference.fallback_to_starter=false"]
    return load_config(arguments, chosen).settings


def _processors(
    task: TaskName, settings: Settings, mode: str, edgetpus: EdgeTpus | None
) -> Callable[[Input], Processor]:
    """The processor for an input; each running mode loads the model once.

    A starter model does not answer in the place of another here: what it says of a photograph is nonsense.
    """
    loaded: dict[bool, Processor] = {}
    notices = DeviceNotices()
    strict = settings.having(replace(settings[InferenceSettings], fallback_to_starter=False))

    def processor_for(one: Input) -> Processor:
        still = mode == "image" or (mode == "auto" and not one.is_video)
        if still not in loaded:
            try:
                loaded[still] = build_alone(task, strict, still=still, edgetpus=edgetpus)
                notices.tell(settings, {task: loaded[still].model}, is_attached=False)
            except ModelMissingError as error:
                starter = starter_of(task)
                if not (starter and settings[InferenceSettings].fallback_to_starter):  # none is named that nobody wants
                    raise
                starter = f"--model {starter} is the one that comes with Edge and knows the built-in scene only"
                raise ModelMissingError(f"{error}; {starter}") from None
        return loaded[still]

    return processor_for
