"""A leak is found, and noise is none."""

from __future__ import annotations

import os
import random
import threading

import pytest

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


@pytest.mark.parametrize("many", [5])
def test_what_a_process_uses_is_counted(many: int) -> None:
    before, released = Usage.of(os.getpid()), threading.Event()
    threads = [threading.Thread(target=released.wait) for _ in range(many)]
    pipes = [os.pipe() for _ in range(many)]
    memory = bytearray(b"x" * 50 * 2**20)
    for thread in threads:
        thread.start()
    after = Usage.of(os.getpid())
    released.set()
    for thread in threads:
        thread.join()
    for ends in pipes:
        for end in ends:
            os.close(end)
    assert after.threads == before.threads + many
    assert after.descriptors == before.descriptors + 2 * many
    assert after.memory_mib > before.memory_mib + 40, len(memory)
