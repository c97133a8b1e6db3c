"""The order of tests: the long ones first, so that no process is left with one of them while the others have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Test = TypeVar("Test")


def long_first(tests: Sequence[Test], is_long: Callable[[Test], bool], processes: int) -> list[Test]:
    """All tests, in an order in which each process begins with its share of long ones, and otherwise as they were.

    pytest-xdist gives each process an equal share in a row, and what is left of it to those that end earlier.
    """
    long, short = [test for test in tests if is_long(test)], [test for test in tests if not is_long(test)]
    ordered: list[Test] = []
    for process in range(processes):
        begun = long[: len(long) // (processes - process)]  # in a row, as tests of one module may share fixtures
        share = (len(tests) - len(ordered)) // (processes - process)
        rest = max(0, share - len(begun))
        ordered += [*begun, *short[:rest]]
        del long[: len(begun)], short[:rest]
    return ordered
