"""The stages of the recipe and how much of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from rich.console import Console

from bench.seeds import TRAINING, VALIDATION
from bench.starter.pose import measure, show
from models.training.pose.crops import around, crop
from models.training.pose.export import SIDE_PX, export, multipose
from models.training.pose.network import SMALL, TINY, Widths, build
from models.training.pose.pictures import Shard, draw_shards
from models.training.pose.train import Course, Trainer, train
from models.training.pose.validate import mean_oks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from models.training.common.run import Run
    from models.training.pose.pictures import Picture


@dataclass(frozen=True, slots=True)
class Settings:
    """How many scenes to draw to learn from and to validate with, how to learn, at what size the result works."""

    scenes: int
    validation_scenes: int
    widths: Widths
    course: Course
    inner_px: int
    judged_people: int


FULL = Settings(
    scenes=7200,
    inner_px=160,
    judged_people=600,
    validation_scenes=100,
    widths=SMALL,
    course=Course(
        sides_px=(128,) * 2 + (96,) * 7 + (128,) * 24 + (160,) * 18,
        batches=250,
        size=32,
        peak_rate=2e-3,
    ),
)
SMOKE = Settings(
    inner_px=96,
    judged_people=4,
    scenes=4,
    validation_scenes=2,
    widths=TINY,
    course=Course((64, 96), batches=3, size=4, peak_rate=1e-3),
)
_VALIDATED = 200


def make(run: Run, settings: Settings, *, processes: int) -> None:
    """Draw, train, convert, measure."""
    scenes = draw_shards(run.folder / "training", TRAINING[: settings.scenes], processes=processes)
    held_back = draw_shards(run.folder / "validation", VALIDATION[: settings.validation_scenes], processes=processes)
    pictures = _some(held_back)
    network = build(settings.widths)
    judged = build(settings.widths)
    trainer = Trainer(network, settings.course)

    def judge(side_px: int) -> dict[str, float]:
        return {"validation_oks": mean_oks(trainer.averaged(judged), pictures, side_px)}

    train(trainer, run, scenes, judge)
    finish(run, trainer.averaged(judged), settings, pictures)


def finish(run: Run, trained: Any, settings: Settings, pictures: Sequence[Picture]) -> None:
    """Write the model in floats and in integers, and measure both."""
    samples = [crop(picture, around(picture.people[0]), SIDE_PX).image for picture in pictures if picture.people]
    models = dict(
        zip(
            ("starter-pose-float", "starter-pose"),
            export(trained, settings.widths, settings.inner_px, samples),
            strict=True,
        )
    )
    paths = {name: run.folder / f"{name}.tflite" for name in models}
    for name, model in models.items():
        paths[name].write_bytes(model)
    (run.folder / "starter-multipose.tflite").write_bytes(multipose(models["starter-pose"]))
    rows = measure(paths, settings.judged_people)
    show(Console(), rows)
    found = {row.name: {"scene": row.scene, "coco": row.coco, "invoke_ms": row.times_ms} for row in rows}
    means = {name: {key: fmean(values) for key, values in row.items() if values} for name, row in found.items()}
    (run.folder / "evaluation.json").write_text(json.dumps(means, indent=2) + "\n")


def _some(paths: Sequence[Path]) -> list[Picture]:
    """Pictures spread evenly over some shards."""
    shards = [Shard(path) for path in paths]
    cards = [(shard, number) for shard in shards for number in range(len(shard))]
    step = max(1, len(cards) // _VALIDATED)
    return [shard[number] for shard, number in cards[::step]]
