"""``edge models``: the catalogue, and the models that are on this machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import DownloadColumn, TimeRemainingColumn, TransferSpeedColumn

from edge.base.machine_files import THIS_MACHINE
from edge.cli.command import actions_of
from edge.cli.config_file import load_config
from edge.cli.progress import progress_bar
from edge.cli.say import complain, say, say_json
from edge.errors import ConfigError, EdgeError
from edge.runtime.edgetpu.devices import find_edgetpus
from edge.runtime.store.download import Downloader
from edge.runtime.store.owner import become_owner
from edge.runtime.store.pull import Puller
from edge.runtime.store.recognise import import_files
from edge.runtime.store.store import change_command, open_store, pull_command
from edge.tasks.common.model_choice import needed_models

if TYPE_CHECKING:
    from edge.cli.command import AddCommand
    from edge.runtime.catalog import CatalogModel, ModelFile
    from edge.runtime.store.store import Store

_MODEL_SUFFIXES = (".tflite", ".task")
_HASHES = {
    "verified": "verified",
    "stated": "stated by several public sources, not yet verified by this project",
    "none": "not known; recorded at the first download",
    "bundled": "not pinned; the file comes with Edge",
}
_EPILOG = """\
try:
  edge models pull
  edge models pull --all --mirror /media/usb/models
  edge models import ~/Downloads
"""


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command and its own subcommands."""
    parser = add_command(
        description="The models Edge knows by name, and those that are on this machine.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = actions_of(parser, common)
    listing = add("list", _list, "list the models of the catalogue and which are on this machine")
    info = add("info", _info, "print all that is known of a model")
    pull = add("pull", _pull, "download models; an interrupted download goes on where it ended")
    importing = add("import", _import, "copy models from files and folders, recognised by their content")
    add("verify", _verify, "read every model on this machine and compare it with its hash")
    removing = add("remove", _remove, "remove models from this machine; a task that needs one runs its starter model")
    removing.add_argument("names", metavar="NAME", nargs="+", help="a model, e.g. movenet-thunder")
    for action in (listing, info):
        action.add_argument("--json", action="store_true", help="print JSON")
    info.add_argument("--card", action="store_true", help="print its model card: use, data, figures, limits")
    info.add_argument("name", metavar="NAME", help="a model, e.g. movenet-lightning")
    pull.add_argument(
        "names", metavar="NAME", nargs="*", help="a model, e.g. movenet-lightning; without one, all that the tasks need"
    )
    pull.add_argument("--all", action="store_true", help="every model of the catalogue")
    pull.add_argument(
        "--edgetpu",
        action="store_true",
        help="also the file compiled for the EdgeTPU, where there is one; needless where a Coral is attached",
    )
    pull.add_argument(
        "--mirror", default="", metavar="URL_OR_FOLDER", help="look there, by file name, instead of at the publisher"
    )
    importing.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a file, or a folder with all below it")


def _list(arguments: argparse.Namespace) -> int:
    store = open_store()
    models = list(store.catalog.models.values())
    if arguments.json:
        return _print_json([_described(store, model) for model in models])
    say(f"{'NAME':<28}{'TASK':<16}{'HERE':<14}{'SIZE':>9}  LICENCE")
    for model in models:
        here = " ".join(_place(file) for file in model.files if store.has(model, file)) or "-"
        say(f"{model.name:<28}{model.task:<16}{here:<14}{_size(store, model, model.files[0]):>9}  {model.license}")
    say(f"\nin {store.folder}")
    return 0


def _info(arguments: argparse.Namespace) -> int:
    store = open_store()
    model = store.catalog.model(arguments.name)
    if arguments.json:
        card_text = {"card_text": model.card_text or None} if arguments.card else {}
        return _print_json({**_described(store, model), **card_text})
    if arguments.card:
        return _print_card(model)
    height, width = model.input_px
    (mean,), (std,) = model.normalization.mean, model.normalization.std
    say(f"{model.name}: {model.summary}\n")
    say(f"task      {model.task}")
    say(f"precision {model.precision}")
    say(f"input     {f'{width} x {height}' if width else 'any size'}, (pixel - {mean:g}) / {std:g}")
    say(f"labels    {model.labels or 'none'}")
    say(f"accuracy  {model.accuracy or 'none published'}")
    say(f"licence   {model.license}")
    say(f"card      {model.card_location}")
    for file in model.files:
        say(f"\n{file.variant}: {_size(store, model, file)}")
        source = "bundled: it comes with Edge" if file.bundled else file.url
        say(f"  from    {source}{f' ({file.member} in it)' if file.member else ''}")
        say(f"  sha256  {_hash(store, model, file)}")
        say(f"  {_whereabouts(store, model, file)}")
    return 0


def _pull(arguments: argparse.Namespace) -> int:
    """Pull each file; one that cannot be had is named, and the others are done."""
    if arguments.names and arguments.all:
        raise ConfigError("edge models pull: give the names of models, or --all")
    named = arguments.names or (() if arguments.all else needed_models(load_config(arguments).settings))
    store = open_store()
    become_owner(store.folder)
    names = store.catalog.models if arguments.all else dict.fromkeys(named)
    has_edgetpu = bool(find_edgetpus(THIS_MACHINE))
    models = {model.name: model for name in names for model in store.catalog.with_parts(name)}
    wanted = [(model, file) for model in models.values() for file in _files(model, arguments, has_edgetpu=has_edgetpu)]
    puller = Puller(store, Downloader(tell=complain), arguments.mirror)
    failed = False
    for model, file in wanted:
        if not store.has(model, file) and not file.bundled:
            size = f", {_size(store, model, file)}" if file.size_bytes else ""
            complain(f"{model.name}: fetching it{size}")
        try:
            _pull_one(puller, model, file)
        except EdgeError as error:
            failed = True
            complain(f"{model.name}: {error}")
    if failed and not arguments.mirror:
        complain(
            f"without a network: fetch them elsewhere, bring the files here, then: {change_command('import FOLDER')}"
        )
    return 1 if failed else 0


def _pull_one(puller: Puller, model: CatalogModel, file: ModelFile) -> None:
    figures = (DownloadColumn, TransferSpeedColumn, TimeRemainingColumn)
    with progress_bar(*figures) as progress:
        bar = progress.add_task(model.stored_name(file), total=None)
        pulled = puller.pull(model, file, lambda here, total: progress.update(bar, completed=here, total=total or None))
    note = ""
    if pulled.is_new and not file.sha256:
        note = " (the catalogue knows no SHA-256 of it; that of these bytes is recorded)"
    state = "bundled with Edge, nothing to pull" if file.bundled else "pulled" if pulled.is_new else "already here"
    say(f"{pulled.path}: {state}{note}")


def _import(arguments: argparse.Namespace) -> int:
    store = open_store()
    become_owner(store.folder)
    known, other, failed = 0, 0, 0
    for found in import_files(store, arguments.paths):
        if found.problem:
            failed += 1
            complain(str(found.problem))
        elif found.model is not None and found.file is not None:
            known += 1
            state = "imported" if found.is_new else "already here"
            say(f"{found.path}: {found.model.name} ({found.file.variant}), {state}")
        elif found.path.suffix in _MODEL_SUFFIXES:
            other += 1
            say(f"{found.path}: no model of the catalogue; use it by its path")
    say(f"{known} of the catalogue, {other} other model files; the store is {store.folder}")
    return 0 if known and not failed else 1


def _remove(arguments: argparse.Namespace) -> int:
    """Remove all files of each model; one that cannot be removed is named, and the others are done."""
    store = open_store()
    models = [store.catalog.model(name) for name in dict.fromkeys(arguments.names)]
    become_owner(store.folder)
    failed = False
    for model in models:
        here = [file for file in model.files if not file.bundled and store.has(model, file)]
        if not here:
            failed = True
            why = "comes with Edge and stays" if model.files[0].bundled else f"not in the model store {store.folder}"
            complain(f"{model.name}: {why}; nothing to remove")
            continue
        with store.changing():
            freed_bytes = sum(store.remove(model, file) for file in here)
        say(
            f"{model.name}: removed, {freed_bytes / 1e6:.1f} MB free; get it again with: {pull_command(model, here[0])}"
        )
    return 1 if failed else 0


def _verify(_arguments: argparse.Namespace) -> int:
    store = open_store()
    here = [(model, file) for model, file in store.catalog.files() if store.has(model, file)]
    broken = False
    for model, file in here:
        problem = store.problem(model, file)
        broken = broken or bool(problem)
        again = "install Edge again" if file.bundled else f"fetch it again with: {pull_command(model, file)}"
        sound = "sound, bundled" if file.bundled else "sound"
        say(f"{store.path(model, file)}: {f'{problem}; {again}' if problem else sound}")
    if all(file.bundled for _, file in here):
        say(f"no models in {store.folder}; get one with: {change_command('pull movenet-lightning')}")
    return 1 if broken else 0


def _files(model: CatalogModel, arguments: argparse.Namespace, *, has_edgetpu: bool) -> list[ModelFile]:
    """The CPU variant always: it takes over when the EdgeTPU fails."""
    files = [file for file in model.files if file.variant == "cpu" or arguments.edgetpu or has_edgetpu]
    if arguments.edgetpu and not arguments.all and len(files) == 1:
        why = f"no file of {model.name} for the EdgeTPU is published"
        if arguments.names:
            raise ConfigError(f"edge models pull: {why}; leave out --edgetpu")
        complain(f"{why}; the CPU runs it")
    return files


def _size(store: Store, model: CatalogModel, file: ModelFile) -> str:
    size_bytes = store.path(model, file).stat().st_size if store.has(model, file) else file.size_bytes
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes else "?"


def _place(file: ModelFile) -> str:
    return "bundled" if file.bundled else file.variant


def _whereabouts(store: Store, model: CatalogModel, file: ModelFile) -> str:
    if store.has(model, file):
        return f"here    {store.path(model, file)}"
    return "not here; install Edge again" if file.bundled else f"not here; get it with: {pull_command(model, file)}"


def _hash(store: Store, model: CatalogModel, file: ModelFile) -> str:
    if file.bundled:
        return _HASHES["bundled"]
    if file.sha256:
        return f"{file.sha256} ({_HASHES[file.hash]})"
    record = store.provenance(model, file)
    if record is not None:
        return f"{record.sha256} (of the file pulled from {record.origin})"
    return _HASHES["none"] + (f"; git id {file.git_blob}" if file.git_blob else "")


def _described(store: Store, model: CatalogModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "task": model.task,
        "summary": model.summary,
        "precision": model.precision,
        "input_px": list(model.input_px),
        "normalization": {"mean": model.normalization.mean[0], "std": model.normalization.std[0]},
        "labels": model.labels,
        "accuracy": model.accuracy or None,
        "license": model.license,
        "card": model.card_location,
        "files": {file.variant: _described_file(store, model, file) for file in model.files},
    }


def _described_file(store: Store, model: CatalogModel, file: ModelFile) -> dict[str, Any]:
    return {
        "bundled": bool(file.bundled),
        "url": file.url or None,
        "member": file.member or None,
        "size_bytes": file.size_bytes or None,
        "sha256": file.sha256 or None,
        "hash": file.hash,
        "path": str(store.path(model, file)) if store.has(model, file) else None,
    }


def _print_card(model: CatalogModel) -> int:
    if model.card_text:
        sys.stdout.write(model.card_text)
    else:
        say(f"the card of {model.name} is its publisher's: {model.card}")
    return 0


def _print_json(value: object) -> int:
    say_json(value)
    return 0
