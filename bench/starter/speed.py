"""What one ``invoke()`` of each starter model costs beside the model it stands in for.

Both files of a pair take turns in one process, with one thread, so that both see the same machine. Real models that are
not in EDGE_TEST_DATA are left out, and that is said.

    python -m bench.starter.speed [--rounds N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from edge.runtime.interpreter import TfliteModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
STARTER = Path("models/starter")
PAIRS: Mapping[str, Path] = {
    "starter-pose": DATA / "models/movenet/movenet_single_pose_lightning_ptq.tflite",
    "starter-classification": DATA / "models/efficientnet_lite0/flowers5_tflclassify_int8.tflite",
    "starter-action": DATA / "models/movinet/movinet_a0_stream_int8.tflite",
}
_WARM_UP = 10


def invoke_ms(paths: Sequence[Path], rounds: int = 200) -> list[float]:
    """The median time of one ``invoke()`` of each file with one thread, in ms; the files take turns."""
    models = [TfliteModel(path, threads=1) for path in paths]
    times_ms: list[list[float]] = [[] for _ in models]
    for _ in range(_WARM_UP + rounds):
        for model, found in zip(models, times_ms, strict=True):
            begin_ns = time.perf_counter_ns()
            model.invoke()
            found.append((time.perf_counter_ns() - begin_ns) / 1e6)
    return [statistics.median(found[_WARM_UP:]) for found in times_ms]


def main() -> None:
    """Measure every pair and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300, help="how often each file is invoked (300)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the times here")
    arguments = parser.parse_args()
    table = Table("starter model", "ms", "real model", "ms", "ratio")
    found: dict[str, dict[str, float]] = {}
    for name, real in PAIRS.items():
        if not real.is_file():
            table.add_row(name, "", f"{real} is missing", "", "")
            continue
        own_ms, real_ms = invoke_ms((STARTER / f"{name}.tflite", real), arguments.rounds)
        found[name] = {"starter_ms": own_ms, "real_ms": real_ms}
        table.add_row(name, f"{own_ms:.2f}", real.stem, f"{real_ms:.2f}", f"{own_ms / real_ms:.2f}")
    Console().print(table)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
