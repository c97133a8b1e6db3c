"""Train the starter classification model, from rendering to evaluation.

Writes starter-classification.tflite (int8), starter-classification-float.tflite, log.jsonl and evaluation.json into
the output folder. Rendered pictures stay there and are used again.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bench.seeds import TRAINING, VALIDATION
from bench.starter.classification import judge, show
from models.training.classification.export import export
from models.training.classification.pictures import SCENES_PER_CHUNK, Renderer
from models.training.classification.train import Course, Epoch, train
from models.training.common.command import read_options
from models.training.common.run import Run, prepare

if TYPE_CHECKING:
    from models.training.classification.pictures import Pictures
    from models.training.common.command import Options

_SEED = 4


@dataclass(frozen=True, slots=True)
class Setting:
    """How much of everything: courses of training, scenes to check and quantise with, scenes to measure on."""

    courses: tuple[Course, ...]
    checked_scenes: int
    measured_scenes: int

    @property
    def trained_scenes(self) -> range:
        """The seeds of the scenes that the epochs ask for."""
        chunks = max(epoch.chunks for course in self.courses for epoch in course.epochs)
        return TRAINING[: chunks * SCENES_PER_CHUNK]


FULL = Setting(
    courses=(
        Course(
            1.5e-3,
            (
                *(Epoch(64, 80, 32, 52 + 4 * number) for number in range(6)),
                *(Epoch(96, 80, 32, 80) for _ in range(8)),
                *(Epoch(128, 50, 32, 80) for _ in range(3)),
            ),
        ),
        Course(1e-4, (Epoch(128, 60, 16, 80),)),
    ),
    checked_scenes=50,
    measured_scenes=300,
)
SMOKE = Setting(courses=(Course(1e-3, (Epoch(64, 2, 8, 1),)),), checked_scenes=4, measured_scenes=6)


def main() -> int:
    """Run the recipe; 0 when it came to its end."""
    options = read_options("classification", __doc__ or "")
    setting = SMOKE if options.smoke else FULL
    run = Run(options.output, _SEED, resume=options.resume)
    prepare(run.seed, options.threads)
    model, samples = _trained(run, setting, options)
    small, whole = export(model, samples, options.output)
    # Other scenes than those whose accuracy was logged while training, and than those that judge in the end.
    begin = setting.checked_scenes
    reports = judge([small, whole], VALIDATION[begin : begin + setting.measured_scenes])
    show(reports)
    written = json.dumps([asdict(report) for report in reports], indent=2) + "\n"
    (options.output / "evaluation.json").write_text(written)
    return 0


def _trained(run: Run, setting: Setting, options: Options) -> tuple[Any, Pictures]:
    """The trained model, and the pictures that checked it."""
    checked = VALIDATION[: setting.checked_scenes]
    with (
        Renderer(options.output / "validation", checked, options.threads) as checks,
        Renderer(options.output / "pictures", setting.trained_scenes, options.threads) as renderer,
    ):
        samples = checks.first(len(checked))
        return train(run, setting.courses, renderer, samples), samples


if __name__ == "__main__":
    sys.exit(main())
