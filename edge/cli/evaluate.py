"""``edge evaluate``: how good models are on labelled data."""

from __future__ import annotations

from contextlib import closing, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import MofNCompleteColumn, TimeRemainingColumn

from edge.base.text import printable
from edge.base.threads import tune_process
from edge.cli.command import orderly_sigterm
from edge.cli.config_file import config_file, load_config
from edge.cli.progress import progress_bar
from edge.cli.say import complain, say, say_json
from edge.config.words import toml_text
from edge.daemon.asked_edgetpus import asked_edgetpus
from edge.daemon.build import build_alone
from edge.daemon.log import set_up_logging
from edge.errors import ModelError
from edge.evaluate.card import check_card, write_card
from edge.evaluate.dataset import read_dataset
from edge.evaluate.evaluator import Evaluator
from edge.evaluate.measured import Report
from edge.evaluate.plot import check_plot, save_plot
from edge.evaluate.report_fields import as_fields
from edge.evaluate.tables import tables
from edge.settings import LogSettings
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence

    from edge.cli.command import AddCommand
    from edge.config.sections import Settings
    from edge.evaluate.dataset import DataSet
    from edge.evaluate.measured import Measured
    from edge.types import TaskName


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    names = tuple(name for name, task in tasks().items() if task.can_be_evaluated)
    parser = add_command(
        parents=[common],
        description="Measure how good models are where the truth is known, with the field's own metrics: "
        "docs/evaluation.md has their definitions. Data is a JSON file in COCO's format for keypoints, a CSV with the "
        "columns file and label, or a folder with a folder for each class; with a column group the figures of each "
        "group are compared. What cannot be read is named and the rest is measured; exit status 1 then.",
    )
    parser.add_argument("task", choices=names, metavar="TASK", help=f"one of {', '.join(names)}")
    parser.add_argument("dataset", type=Path, metavar="DATASET", help="JSON, CSV or folder")
    parser.add_argument(
        "--model",
        nargs="+",
        action="extend",
        default=[],
        metavar="M",
        help="names or paths of models to compare (default: the key TASK.model)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, see docs/evaluation.md")
    parser.add_argument(
        "--card",
        type=Path,
        metavar="FILE",
        help="write the figures into this model card (.md), in the place of those of the same task and data; a new "
        "one gets all headings of a card",
    )
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw the figures as bars (.png, .svg, .pdf); needs matplotlib"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and report; 1 where something could not be measured.

    Raises:
        ConfigError: wrong usage. InputError: the data cannot be used. ModelError: a model cannot be used.
    """
    set_up_logging(load_config(arguments).settings[LogSettings])
    tune_process()
    if arguments.card:
        check_card(arguments.card)
    if arguments.plot:
        check_plot(arguments.plot)
    dataset = read_dataset(arguments.dataset, tasks()[arguments.task].evaluation.TRUTHS)
    with orderly_sigterm():
        report = _report(arguments, dataset)
    if arguments.json:
        say_json(as_fields(report))
    else:
        _print(report)
    for problem in report.problems:
        complain(problem)
    if arguments.card:
        write_card(arguments.card, report, _command(arguments))
    if arguments.plot:
        save_plot(arguments.plot, report)
    return 1 if report.problems else 0


def _report(arguments: argparse.Namespace, dataset: DataSet) -> Report:
    """All models; what is measured of one is not lost where another cannot be used.

    Raises:
        ModelError: none can be used.
    """
    measured: list[Measured] = []
    problems = list(dataset.problems)
    failure: ModelError | None = None
    for model in dict.fromkeys(arguments.model or [None]):
        chosen = {"model": model} if model else {}
        try:
            found, left_out = _judge(arguments.task, dataset, partial(_settings, arguments, chosen))
        except ModelError as error:
            failure = failure or error
            problems.append(str(error))
            continue
        measured += _told_apart(found, model, measured)
        problems += left_out
    if failure and not measured:
        raise failure
    unique = tuple(dict.fromkeys(problems))
    return Report(arguments.task, dataset.name, str(arguments.dataset), len(dataset.entries), tuple(measured), unique)


def _told_apart(found: Sequence[Measured], given: str | None, others: Sequence[Measured]) -> list[Measured]:
    """With the path that was given for a name where another model has the same name."""
    taken = {one.model for one in others}
    return [replace(one, model=given) if given and one.model in taken else one for one in found]


def _judge(
    task: TaskName, dataset: DataSet, settings_with: Callable[[Mapping[str, object]], Settings]
) -> tuple[list[Measured], list[str]]:
    settings = settings_with({})
    edgetpus = asked_edgetpus(task, settings)
    name = printable(Path(settings[tasks()[task].section].model).name)
    with (
        closing(edgetpus) if edgetpus else nullcontext(),
        progress_bar(MofNCompleteColumn, TimeRemainingColumn) as progress,
    ):
        bar = progress.add_task(name)
        evaluator = Evaluator(task, lambda: progress.advance(bar))
        progress.update(bar, total=len(dataset.entries) * len(evaluator.modes))
        return evaluator.judge(
            dataset.entries,
            lambda mode: build_alone(task, settings_with(mode.keys), still=mode.still, edgetpus=edgetpus),
        )


def _settings(arguments: argparse.Namespace, chosen: Mapping[str, object], keys: Mapping[str, object]) -> Settings:
    """The configuration with the model that is wanted, and no other in its place, and with those keys."""
    overrides = [f"{arguments.task}.{key}={toml_text(value)}" for key, value in {**chosen, **keys}.items()]
    return load_config(arguments, [*overrides, "inference.fallback_to_starter=false"]).settings


def _command(arguments: argparse.Namespace) -> list[str]:
    """What measures the same again; paths as they were given."""
    sets = [word for override in arguments.overrides for word in ("--set", override)]
    models = ["--model", *arguments.model] if arguments.model else []
    file = config_file(arguments)  # also one that was not named
    config = ["--config", str(file)] if file else []
    return ["edge", "evaluate", arguments.task, str(arguments.dataset), *models, *config, *sets]


def _print(report: Report) -> None:
    console = Console(highlight=False)
    say(f"{report.task}, {report.dataset}: {report.entries} files")
    for table in tables(report):
        say("")
        console.print(table)
