"""Gaps in the numbers of messages."""

from __future__ import annotations

import pytest

from edge.messages.sequence import SequenceGaps


def lost(*messages: tuple[str, object], hears_all: bool = False) -> int:
    gaps = SequenceGaps(hears_all)
    for run_id, seq in messages:
        gaps.take({"run_id": run_id, "seq": seq})
    return gaps.lost


def test_what_is_missing_in_between_is_lost() -> None:
    assert lost(("a", 1), ("a", 2), ("a", 5), ("a", 7)) == 3


def test_who_comes_late_has_lost_nothing_before() -> None:
    assert lost(("a", 812), ("a", 813)) == 0


def test_who_was_there_first_has() -> None:
    assert lost(("a", 4), ("a", 5), hears_all=True) == 3


@pytest.mark.parametrize("hears_all", [False, True])
def test_a_new_run_counts_anew(*, hears_all: bool) -> None:
    assert lost(("a", 1), ("a", 2), ("b", 1), ("b", 3), hears_all=hears_all) == 1


def test_what_is_sent_again_does_not_count_backwards() -> None:
    assert lost(("a", 1), ("a", 3), ("a", 2), ("a", 3), ("a", 4)) == 1


@pytest.mark.parametrize("seq", [None, "3", 1.5, -1, 2**53, 10**4299])
def test_what_is_no_number_of_ours_counts_for_nothing(seq: object) -> None:
    assert lost(("a", 1), ("a", seq), ("a", 2)) == 0
