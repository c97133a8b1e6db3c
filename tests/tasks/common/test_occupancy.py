"""Who is there, and who may be while nobody looks."""

from __future__ import annotations

from edge.tasks.common.occupancy import Occupancy
from edge.tracking.presence import PresenceParameters


def test_while_pose_does_not_look_somebody_may_be_there() -> None:
    assert Occupancy().may_anybody_be_there


def test_pose_that_looks_has_to_see_somebody_first() -> None:
    board = Occupancy()
    board.tune(PresenceParameters(enter_s=0.2))

    board.watch()

    answers = []
    for index in range(4):
        board.see(1, index / 10)
        answers.append(board.may_anybody_be_there)
    assert answers == [False, False, True, True]


def test_what_pose_saw_before_it_left_does_not_count() -> None:
    """Somebody was there, or nobody; from then on nobody knows."""
    for people in (0, 1):
        board = Occupancy()
        board.tune(PresenceParameters(enter_s=0.0, exit_s=0.0))
        board.see(people, 0.0)
        assert board.may_anybody_be_there == bool(people)

        board.leave()

        assert board.may_anybody_be_there
        assert board.count is None


def test_pose_that_looks_again_knows_nobody() -> None:
    board = Occupancy()
    board.see(1, 0.0)
    board.leave()

    board.see(0, 5.0)

    assert not board.may_anybody_be_there
