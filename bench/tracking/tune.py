"""Choose the smoothing's settings: a random search on recorded observations of the seeds for tuning.

    python -m bench.tracking.tune [--model FILE] [--minutes M] [--seeds N]

Prints each setting that beats those before: jitter of still people down as far as it goes while lag stays below 30 ms
and the OKS of moving people does not fall below that of the raw model. Judging happens elsewhere, on other seeds and
with the model in the loop.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from bench.seeds import TRACKING_TUNING
from bench.tracking.clips import MOVING, STILL, scene_clips
from bench.tracking.loop import recorded, replay
from bench.tracking.methods import Ours, Raw
from bench.tracking.steadiness import figures
from edge.runtime.interpreter import TfliteModel
from edge.tasks.pose.movenet import MoveNet
from edge.tracking.person import PeopleParameters
from edge.tracking.smoothing import SmoothingParameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.tracking.methods import Method
    from bench.tracking.steadiness import Figures

STARTER = Path("models/starter/starter-pose.tflite")
CHOICES: dict[str, tuple[float, ...]] = {
    "min_cutoff_hz": (0.1, 0.2, 0.3, 0.5, 0.8),
    "beta": (8, 12, 20, 30),
    "derivative_cutoff_hz": (1, 1.5, 2, 3, 4),
    "noise_speed": (0.2, 0.25, 0.3, 0.4),
    "jump_speed": (0.6, 0.8, 1.2, 1.6),
    "trusted_score": (0.2, 0.3, 0.5),
    "still_speed": (0.1, 0.2, 0.3),
    "calm_speed": (0.15, 0.2, 0.25),
    "lively_speed": (0.35, 0.45, 0.6),
}
LONGEST_LAG_S = 0.03


def merit(found: Figures, raw: Figures) -> float:
    """Percent of jitter gone, less what is late or wrong."""
    late_s, wrong = max(0.0, found.lag_s - LONGEST_LAG_S), max(0.0, raw.oks_moving - found.oks_moving)
    return 100 * (1 - found.jitter / raw.jitter) - 2000 * late_s - 2000 * wrong


def main() -> None:
    """Search for a while."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=STARTER)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seeds", type=int, default=3, help="clips of each kind")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    task = MoveNet(arguments.model, TfliteModel)
    clips = scene_clips((*STILL, *MOVING), TRACKING_TUNING[: arguments.seeds])
    seen = {clip.name: recorded(clip, task) for clip in clips}

    def measured(make: Callable[[], Method]) -> Figures:
        return figures(clips, "30", lambda clip, kept: replay(clip, seen[clip.name][kept], make()))

    raw, rng, best = measured(Raw), np.random.default_rng(1), -np.inf
    chosen = SmoothingParameters()
    end_s = time.monotonic() + 60 * arguments.minutes
    while time.monotonic() < end_s:
        people = PeopleParameters(smoothing=chosen)
        found = measured(lambda people=people: Ours(people))  # type: ignore[misc]
        if (value := merit(found, raw)) > best:
            best = value
            print(
                f"{value:.1f}: jitter {found.jitter / raw.jitter - 1:+.0%}, lag {found.lag_s * 1000:.0f} ms,", end=" "
            )
            print(f"OKS of moving people {found.oks_moving - raw.oks_moving:+.3f}: {chosen}", flush=True)
        chosen = SmoothingParameters(**{name: float(rng.choice(values)) for name, values in CHOICES.items()})


if __name__ == "__main__":
    main()
