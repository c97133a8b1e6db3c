"""Models, media, traces and archives with damage: a result or a sentence, never a traceback, never much memory."""

from __future__ import annotations

import gzip
import os
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.cli.toys import action_model, clip_file, colour_model, picture_file, pose_model, red_dot
from tests.mutants import MOST_MIB, Outcome, mutated, tried
from tests.runtime.store.samples import model_bytes, tar_gz
from tests.support import ROOT
from tests.tflite import append_files, colour_classifier, metadata_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

MODELS = int(os.environ.get("EDGE_MUTATED_MODELS", "14"))
MEDIA = int(os.environ.get("EDGE_MUTATED_MEDIA", "10"))
TRACES = int(os.environ.get("EDGE_MUTATED_TRACES", "6"))
SEED = 20_26


def mutants(folder: Path, originals: Sequence[Path], count: int) -> list[Path]:
    """Of each file about as many."""
    random = Random(SEED)  # noqa: S311
    folder.mkdir()
    made = []
    for number in range(count):
        original = originals[number % len(originals)]
        made.append(folder / f"{number}{original.suffix}")
        made[-1].write_bytes(mutated(original.read_bytes(), random))
    return made


def judge(outcomes: Mapping[Path, Outcome], record: Callable[[str, object], None], *, crashes: int = 0) -> None:
    """So many may be ended by a signal. Some have to give results, or what is looked at is something else."""
    bad = {path.name: found for path, found in outcomes.items() if found.status not in {0, 1, 2}}
    signals = {name: found for name, found in bad.items() if found.status < 0}
    peak_mib = max(found.peak_mib for found in outcomes.values())
    kinds = Counter(found.status for found in outcomes.values())
    record("outcome", f"{kinds[0]} gave results, {kinds[1] + kinds[2]} a sentence, {len(signals)} ended by a signal")
    record("memory", f"at most {peak_mib} MiB")
    assert [found.said for found in outcomes.values() if "Traceback" in found.said] == []
    assert bad.keys() == signals.keys()
    assert all(found.said for found in outcomes.values() if found.status in {1, 2})
    assert kinds[0]
    assert peak_mib < MOST_MIB
    assert len(signals) <= crashes, signals


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The defaults, whatever this machine has."""
    (tmp_path / "edge.toml").touch()
    return tmp_path / "edge.toml"


def infer(config: Path, task: str, model: Path, given: Path) -> list[str]:
    return ["infer", "--config", str(config), "--model", str(model), task, str(given)]


def test_models_with_damage(tmp_path: Path, config: Path, record_property: Callable[[str, object], None]) -> None:
    """LiteRT looks through a model before it takes it, but not at every number in it: one of a hundred may end it."""
    labelled = metadata_bytes({"": "labels.txt"}, normalization=(127.0, 128.0))
    stated = append_files(colour_classifier(tmp_path / "stated.tflite", metadata=labelled), {"labels.txt": "r\ng\nb"})
    tasks = {
        pose_model(tmp_path): "pose",
        colour_model(tmp_path): "classification",
        stated: "classification",
        action_model(tmp_path): "action",
        ROOT / "models/starter/starter-pose.tflite": "pose",
        ROOT / "models/starter/starter-classification.tflite": "classification",
        ROOT / "models/starter/starter-action.tflite": "action",
    }
    originals = list(tasks)
    made = mutants(tmp_path / "mutants", originals, MODELS)
    picture, clip = picture_file(tmp_path / "p.png", red_dot()), clip_file(tmp_path / "c.mp4", 5)
    commands = []
    for number, path in enumerate(made):
        task = tasks[originals[number % len(originals)]]
        commands.append(infer(config, task, path, clip if task == "action" else picture))

    judge(dict(zip(made, tried(commands), strict=True)), record_property, crashes=max(1, MODELS // 100))


def test_media_with_damage(tmp_path: Path, config: Path, record_property: Callable[[str, object], None]) -> None:
    suffixes = ("jpg", "png", "bmp", "webp", "tiff")
    pictures = [picture_file(tmp_path / f"p.{suffix}", red_dot()) for suffix in suffixes]
    cases = sorted((ROOT / "tests/cases").glob("*/*"))
    media = [path for path in cases if path.suffix in {".mp4", ".mov", ".gif", ".heic", ".mkv", ".avi", ".jpg", ".png"}]
    made = mutants(tmp_path / "mutants", [*pictures, clip_file(tmp_path / "c.mp4", 10), *media], MEDIA)
    model = pose_model(tmp_path)

    outcomes = tried([infer(config, "pose", model, path) for path in made])

    judge(dict(zip(made, outcomes, strict=True)), record_property)


def test_traces_and_archives_with_damage(
    tmp_path: Path, config: Path, record_property: Callable[[str, object], None]
) -> None:
    model, trace = pose_model(tmp_path), tmp_path / "walk.jsonl"
    clip = clip_file(tmp_path / "c.mp4", 30)
    settings = {
        "pose.model": model,
        "camera.source": f"video:{clip}",
        "classification.enabled": "false",
        "action.enabled": "false",
    }
    given = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    (recorded,) = tried([["record", "--config", str(config), *given, "--output", str(trace)]])
    assert recorded.status == 0, recorded.said
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(tar_gz({"README": b"hello", "1.tflite": model_bytes()}))
    plain = tmp_path / "plain.tar"
    plain.write_bytes(gzip.decompress(archive.read_bytes()))
    made = mutants(tmp_path / "mutants", [trace, archive, plain], TRACES)
    for path in made:
        if path.suffix == ".tar":  # damage inside, where the gzip around it is sound
            path.write_bytes(gzip.compress(path.read_bytes()))

    commands = [["replay", str(path)] if path.suffix == ".jsonl" else ["take-out", str(path)] for path in made]

    judge(dict(zip(made, tried(commands), strict=True)), record_property)
