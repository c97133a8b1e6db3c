"""A leak is found, and noise is none."""

from __future__ import annotations

import random
import subprocess
import sys

from tests.cli.steadiness import Usage, growth, trend


def noisy(slope_an_hour: float, seconds: int) -> tuple[list[float], list[float]]:
    chance = random.Random(7)  # noqa: S311  # no secret
    times_s = [float(second) for second in range(seconds)]
    return times_s, [200 + slope_an_hour * time_s / 3600 + chance.gauss(0, 0.5) for time_s in times_s]


def test_a_slow_leak_shows_in_half_an_hour() -> None:
    found = trend(*noisy(5.0, 1800))
    assert 4.0 < found.low < found.an_hour < found.high < 6.0


def test_noise_has_no_slope_that_is_sure() -> None:
    found = trend(*noisy(0.0, 1800))
    assert found.low < 0 < found.high


def test_few_values_leave_much_open() -> None:
    short, long = trend(*noisy(5.0, 12)), trend(*noisy(5.0, 1800))
    assert short.high - short.low > 10 * (long.high - long.low)


def test_one_step_is_growth() -> None:
    assert growth([200.0] * 50 + [210.0] * 50) == 10
    assert growth([200.0] * 20 + [260.0] * 3 + [200.0] * 20) == 0


GROWING = """
import os, sys, threading
print("before", flush=True)
input()
kept = [bytearray(b"x" * 50 * 2**20), [os.pipe() for _ in range(5)]]
for _ in range(5):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
print("after", flush=True)
input()
"""
"""A process that takes 50 MiB, ten descriptors and five threads more."""


def test_what_a_process_uses_is_counted() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", GROWING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        used = []
        for word in ("before", "after"):
            assert process.stdout.readline() == f"{word}\n"
            used.append(Usage.of(process.pid))
            process.stdin.write("\n")
            process.stdin.flush()
    before, after = used
    assert after.threads == before.threads + 5
    assert after.descriptors == before.descriptors + 10
    assert after.memory_mib > before.memory_mib + 40
