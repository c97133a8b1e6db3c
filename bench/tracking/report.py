"""The parts of the report, each a table of what was measured and a verdict."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean, median
from typing import TYPE_CHECKING

from rich.table import Table

from bench.tracking import arms, real_clips
from bench.tracking.cost import clothes_cost, cost
from bench.tracking.crossing import crowd, judge, pictures
from bench.tracking.degrade import LEVELS
from bench.tracking.flicker import judge_labels
from bench.tracking.loop import recorded, replay
from bench.tracking.methods import Ours, Raw, Sample, Tfjs, TfjsConstants
from bench.tracking.steadiness import figures, judged
from edge.tracking.person import PeopleParameters
from edge.tracking.smoothing import SmoothingParameters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from bench.tracking.clips import Clip
    from bench.tracking.crossing import Verdict
    from bench.tracking.methods import Method
    from bench.tracking.rates import Rate
    from bench.tracking.steadiness import Figures
    from edge.tasks.pose.movenet import MoveNet

METHODS: dict[str, Callable[[], Method]] = {"raw": Raw, "sample": Sample, "tfjs": Tfjs, "ours": Ours}
SHAPES = ((640, 480), (1280, 720), (720, 1280))
PROMPTER = (0.3, 1.0, 3.0, 10.0, 30.0)
"""Factors of beta, and of the speed that may be gained, with which a filter is made slower or prompter."""


def steadiness(console: Console, clips: Sequence[Clip], task: MoveNet, rates: Sequence[Rate]) -> None:
    """Every method at every rate, the model in the loop."""
    table = Table(title="scene, model in the loop: unseen seeds")
    for column in ("fps", "method", "jitter", "lag walk ms", "lag wave ms", "OKS still", "OKS moving", "PDJ", "shake"):
        table.add_column(column, justify="left" if column in {"fps", "method"} else "right")
    table.add_column("dropouts/min", justify="right")
    for rate in rates:
        base: Figures | None = None
        for name, make in METHODS.items():
            found = judged(clips, task, make, rate)
            base = base or found
            table.add_row(rate, name, _change(found.jitter, base.jitter), *_cells(found, base), f"{found.dropouts:.1f}")
    console.print(table)


def _cells(found: Figures, base: Figures) -> list[str]:
    return [
        f"{found.lag_walk_s * 1000:.0f}",
        f"{found.lag_wave_s * 1000:.0f}",
        f"{found.oks_still:.3f}",
        f"{found.oks_moving:.3f}",
        f"{found.pdj:.3f}",
        _change(found.shake, base.shake),
    ]


def _change(value: float, base: float) -> str:
    return f"{value:.4f} ({(value / base - 1) * 100:+.0f} %)" if value != base else f"{value:.4f}"


def trade(clips: Sequence[Clip], task: MoveNet, rate: Rate) -> dict[str, list[tuple[float, float]]]:
    """Lag in ms and jitter of each filter made slower and prompter, all on the same observations."""
    seen = {clip.name: recorded(clip, task) for clip in clips}

    def measured(make: Callable[[], Method]) -> tuple[float, float]:
        found = figures(clips, rate, lambda clip, kept: replay(clip, seen[clip.name][kept], make()))
        return found.lag_s * 1000, found.jitter

    return {
        "raw, sample": [measured(Raw)],
        "tfjs": [measured(lambda f=f: Tfjs(_tfjs(f))) for f in PROMPTER],  # type: ignore[misc]
        "ours": [measured(lambda f=f: Ours(_ours(f))) for f in PROMPTER],  # type: ignore[misc]
    }


def _tfjs(factor: float) -> TfjsConstants:
    return replace(TfjsConstants(), beta=300.0 * factor / 3)


def _ours(factor: float) -> PeopleParameters:
    usual = SmoothingParameters()
    return PeopleParameters(
        smoothing=replace(usual, beta=usual.beta * factor, jump_speed=usual.jump_speed * max(1.0, factor))
    )


def show_trade(console: Console, found: dict[str, list[tuple[float, float]]], rate: Rate) -> None:
    """Jitter against lag of each filter."""
    table = Table(title=f"{rate} fps, same recorded observations: jitter at a lag of so many ms, slower to prompter")
    table.add_column("filter")
    table.add_column("ms: jitter")
    for name, points in found.items():
        table.add_row(name, "  ".join(f"{lag:.0f}: {jitter:.4f}" for lag, jitter in points))
    console.print(table)


def real(console: Console, task: MoveNet) -> None:
    """Real people."""
    table = Table(title=f"real clips, {task.model.path.name} in the loop")
    for column in ("clip", "method", "shake", "jitter", "from published px"):
        table.add_column(column, justify="left" if column in {"clip", "method"} else "right")
    for path in (real_clips.EXERCISE, real_clips.WALK):
        clip = real_clips.real_clip(path)
        mask = real_clips.sure_keypoints(clip, recorded(clip, task))
        base = real_clips.judge_real(clip, task, Raw, mask)
        for name, make in METHODS.items():
            found = real_clips.judge_real(clip, task, make, mask)
            apart = "" if found.apart_px is None else f"{found.apart_px:.2f}"
            shake, jitter = _change(found.shake, base.shake), _change(found.jitter, base.jitter)
            table.add_row(path.name, name, shake, jitter, apart)
    console.print(table)


def identities(console: Console, seeds: Sequence[int], noises: int) -> None:
    """Five people crossing at three levels of noise, without their pictures and with them, for clothes."""
    table = _identity_table(f"five people crossing: {len(seeds)} scenes, {noises} times each", "noise")
    for level in LEVELS:
        for name, see in ((level, None), (f"{level}, clothes", pictures)):
            runs = [(seed, see(seed) if see else None, noise) for seed in seeds for noise in range(noises)]
            table.add_row(name, *_counts([judge(crowd(seed), level, noise, seen=seen) for seed, seen, noise in runs]))
    console.print(table)


def shapes(console: Console, seeds: Sequence[int], noises: int) -> None:
    """The same people crossing, at the middle level of noise, in pictures of several shapes."""
    table = _identity_table(f"five people crossing, shapes: {len(seeds)} scenes, {noises} times each", "picture")
    for size in SHAPES:
        found = [judge(crowd(seed), "middle", noise, size) for seed in seeds for noise in range(noises)]
        table.add_row(f"{size[0]}x{size[1]}", *_counts(found))
    console.print(table)


def _identity_table(title: str, kind: str) -> Table:
    table = Table(title=title)
    for column in (kind, "crossings", "switches apart", "while crossing", "most in one", "fragments", "ghosts"):
        table.add_column(column, justify="left" if column == kind else "right")
    return table


def _counts(found: Sequence[Verdict]) -> list[str]:
    return [
        str(sum(one.crossings for one in found)),
        str(sum(one.apart for one in found)),
        str(sum(one.crossing for one in found)),
        str(max(one.worst for one in found)),
        str(sum(one.fragments for one in found)),
        str(sum(one.ghosts for one in found)),
    ]


def labels(console: Console, seeds: Sequence[int]) -> None:
    """A flickering classifier."""
    table = Table(title=f"flickering labels, {len(seeds)} runs of 80 s")
    for column in ("results/s", "flips/min raw", "settled", "false events/h raw", "settled ", "settling s: median"):
        table.add_column(column, justify="right")
    table.add_column("slowest", justify="right")
    for rate_hz in (30.0, 10.0, 5.0):
        found = [judge_labels(seed, rate_hz) for seed in seeds]
        settling_s = [one.settling_s for one in found]
        table.add_row(
            f"{rate_hz:g}",
            f"{fmean(one.raw_flips for one in found):.0f}",
            _change(fmean(one.flips for one in found), fmean(one.raw_flips for one in found)),
            f"{fmean(one.raw_false for one in found):.0f}",
            f"{fmean(one.false for one in found):.0f}",
            f"{median(settling_s):.1f}",
            f"{max(settling_s):.1f}",
        )
    console.print(table)


def raised_arms(console: Console, clips: Sequence[Clip]) -> None:
    """What the crop keeps of somebody with arms raised."""
    found = [arms.kept(clip) for clip in clips if clip.kind == "jumping_jack"]
    own, sample = min(one[0] for one in found), min(one[1] for one in found)
    console.print(f"arms raised, fewest of 17 keypoints in the crop: ours {own}, sample {sample}")


def costs(console: Console, clip: Clip, task: MoveNet) -> None:
    """What the tracker takes for one person, and a look at what several wear."""
    spent = cost(clip, task)
    console.print(
        f"cost for one person: {spent.tracker_us:.0f} us beside an invoke() of {spent.invoke_us:.0f} us"
        f" (MoveNet Lightning, one thread): {spent.share:.1%}"
    )
    for people in (2, 5):
        spent = clothes_cost(clip, task, people)
        console.print(f"what {people} people wear: {spent.tracker_us:.0f} us, {spent.share:.1%} of an invoke()")
