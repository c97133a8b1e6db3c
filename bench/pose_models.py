"""Every pose model of the test data: how near it comes to the truth, how much it shakes, and what it costs.

Mean OKS over the people of the COCO photographs in EDGE_TEST_DATA (else ../shared) of whom at least 8 keypoints are
known, each in the square of 1.25 times the box; of several people found the one with the best mean score counts, and
nobody found is 0. *Shaking* is how far the
keypoints scored above 0.4 are from their mean while noise of 3 levels changes a still picture, as a share of what is
looked at, beside the step (``quantum``) that the tracker is told. Times are medians with one thread; *decoder* is the
time in which PoseNet's answer becomes people, in the same run.

    python -m bench.pose_models [--model PATH …] [--turns N]
"""

from __future__ import annotations

import argparse
import statistics
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.starter.people import SHARED, Case, photographed_people, square_around
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.pose.models import open_pose_model
from edge.tasks.pose.posenet.model import PoseNet
from edge.tracking.geometry import oks
from edge.types import Frame

if TYPE_CHECKING:
    from edge.tasks.pose.movenet import MoveNet
    from edge.types import FloatArray, ImageArray

    PoseModel = MoveNet | PoseNet

MODELS = (
    "movenet/movenet_singlepose_thunder_int8",
    "movenet/movenet_singlepose_thunder_f16",
    "movenet/movenet_single_pose_lightning_ptq",
    "movenet/movenet_singlepose_lightning_f16",
    "movenet/movenet_multipose_lightning_dyn_f16",
    "posenet/posenet_mobilenet_v1_075_353_481_quant_nodecoder",
    "posenet/posenet_mobilenet_v1_075_257x257_stride16_f16",
)
STARTER = Path(__file__).parents[1] / "models/starter/starter-pose.tflite"
_NOISE, _NOISY_PEOPLE, _NOISY_LOOKS = 3.0, 6, 12
_SURE = 0.4
_KNOWN_FROM = 8


def known_people() -> list[Case]:
    """Those of the photographs of whom at least 8 keypoints are known."""
    return [case for case in photographed_people() if (case.keypoints[:, 2] > 0).sum() >= _KNOWN_FROM]


def mean_oks(task: PoseModel, cases: list[Case]) -> float:
    """Mean OKS, 0..1, of the surest person found around each."""
    return statistics.fmean(_oks(task, case) for case in cases)


def _oks(task: PoseModel, case: Case) -> float:
    found = _surest(task, case, case.image)
    if found is None:
        return 0.0
    pixels = found * np.array((*case.image.shape[:2], 1), np.float32)
    pixels[:, 2] = 1
    return oks(case.keypoints, pixels, case.box.width * case.box.height, min_score=1)


def _surest(task: PoseModel, case: Case, image: ImageArray) -> FloatArray | None:
    people = task.observe(Frame(0, image, 0, 0), Look(square_around(case))).values
    return people[people[:, :, 2].mean(axis=1).argmax()] if len(people) else None


def shaking(task: PoseModel, cases: list[Case]) -> float:
    """The median over people of the root mean square by which noise moves sure keypoints, as a share of the look."""
    random = np.random.default_rng(1)
    return statistics.median(
        [one for case in islice(cases, _NOISY_PEOPLE) if (one := _shaking(task, case, random)) is not None]
    )


def _shaking(task: PoseModel, case: Case, random: np.random.Generator) -> float | None:
    looks = []
    for _ in range(_NOISY_LOOKS):
        noisy = case.image + random.normal(0, _NOISE, case.image.shape)
        looks.append(_surest(task, case, np.clip(noisy, 0, 255).astype(np.uint8)))
    seen = np.array([look for look in looks if look is not None])
    if len(seen) < _NOISY_LOOKS:
        return None
    sure, square = seen[:, :, 2].mean(axis=0) > _SURE, square_around(case)
    shares = seen[:, sure, :2] / np.array((square.height, square.width))
    return float(np.sqrt(shares.var(axis=0).mean())) if sure.any() else None


def times_ms(task: PoseModel, case: Case, turns: int) -> tuple[float, float]:
    """The medians of an invoke and of a decoder of PoseNet (0 where there is none), taking turns."""
    invokes, decodings, frame = [], [], Frame(0, case.image, 0, 0)
    for _ in range(turns):
        invokes.append(task.observe(frame, Look()).inference_ms)
        begin_ns = time.perf_counter_ns()
        if isinstance(task, PoseNet):
            task.decoded()
        decodings.append((time.perf_counter_ns() - begin_ns) / 1e6)
    return statistics.median(invokes), statistics.median(decodings)


def row(path: Path, cases: list[Case], turns: int) -> tuple[str, ...]:
    """What is measured of one model."""
    task = open_pose_model(path, TfliteModel, still=False, long_side_px=256)
    invoke_ms, decode_ms = times_ms(task, cases[0], turns)
    decoder = f"{decode_ms:.2f} ({decode_ms / invoke_ms:.1%})" if isinstance(task, PoseNet) else ""
    figures = (mean_oks(task, cases), shaking(task, cases), task.traits.quantum)
    return path.stem, f"{figures[0]:.3f}", f"{figures[1]:.4f}", f"{figures[2]:.4f}", f"{invoke_ms:.1f}", decoder


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = [*(SHARED / "models" / f"{name}.tflite" for name in MODELS), STARTER]
    parser.add_argument("--model", type=Path, action="append", help="these instead of those of the test data")
    parser.add_argument("--turns", type=int, default=30, help="how often each is timed (30)")
    arguments = parser.parse_args()
    cases = known_people()
    table = Table("model", "OKS", "shaking", "quantum", "invoke ms", "decoder ms", title=f"{len(cases)} people of COCO")
    for path in arguments.model or known:
        if path.is_file():
            table.add_row(*row(path, cases, arguments.turns))
    Console().print(table)


if __name__ == "__main__":
    main()
