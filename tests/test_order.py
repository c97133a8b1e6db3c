"""Long tests begin, in each process."""

from __future__ import annotations

import pytest

from tests.order import long_first


@pytest.mark.parametrize(
    ("tests", "processes", "ordered"),
    [
        ("abCdE", 1, "CEabd"),
        ("abcdEF", 2, "EabFcd"),
        ("abcdefGHI", 3, "GabHcdIef"),
        ("abcdG", 2, "abGcd"),
        ("ABCd", 2, "AdBC"),
        ("A", 3, "A"),
        ("abcABCD", 2, "ABaCDbc"),
        ("ab", 3, "ab"),
        ("", 2, ""),
    ],
)
def test_each_process_begins_with_long_ones(tests: str, processes: int, ordered: str) -> None:
    assert "".join(long_first(tests, str.isupper, processes)) == ordered


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("long", [0, 1, 5, 17])
def test_none_is_lost_or_run_twice(processes: int, long: int) -> None:
    tests = range(17)
    assert sorted(long_first(tests, lambda test: test < long, processes)) == list(tests)
