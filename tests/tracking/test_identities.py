"""Ids of things that are followed."""

from __future__ import annotations

from edge.tracking.identities import Identities


def near(known: dict[int, float], seen: list[float], identities: Identities, time_s: float) -> list[int]:
    """Ids of things on a line, who are the same where they are near."""
    ids = identities.update(len(seen), lambda number, one, _gap_s: 1 - abs(seen[number] - known[one]), time_s)
    known.update(zip(ids, seen, strict=True))
    return ids


def test_who_is_near_is_the_same_whatever_the_order() -> None:
    known: dict[int, float] = {}
    identities = Identities(least=0.5, max_gap_s=1.0)

    assert near(known, [0.0, 5.0], identities, 0.0) == [1, 2]
    assert near(known, [5.1, 0.2], identities, 0.1) == [2, 1]
    assert near(known, [9.0], identities, 0.2) == [3]


def test_who_was_unseen_for_too_long_is_somebody_new() -> None:
    known: dict[int, float] = {}
    identities = Identities(least=0.5, max_gap_s=1.0)

    ids = [near(known, [0.0], identities, time_s) for time_s in (0.0, 0.9, 2.5)]

    assert ids == [[1], [1], [2]]
    assert list(identities.known) == [2]


def test_of_all_pairs_those_with_the_greatest_sum_are_taken() -> None:
    known: dict[int, float] = {}
    identities = Identities(least=0.1, max_gap_s=1.0)
    near(known, [0.0, 0.6], identities, 0.0)

    assert near(known, [0.5, 1.1], identities, 0.1) == [1, 2], "0.5 is nearer to 0.6, but then 1.1 has nobody"


def test_ids_are_never_given_again_but_after_a_restart() -> None:
    known: dict[int, float] = {}
    identities = Identities(least=0.5, max_gap_s=1.0)
    near(known, [0.0], identities, 0.0)

    identities.forget()
    assert near(known, [0.0], identities, 0.1) == [2]
    identities.restart()
    assert near(known, [0.0], identities, 0.2) == [1]
