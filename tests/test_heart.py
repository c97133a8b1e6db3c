from __future__ import annotations

from edge.heart import Heart, Hearts


def test_work_grows_old_and_rest_does_not() -> None:
    now_s = 0.0
    heart = Heart("pose", lambda: now_s)
    assert heart.working_s() == 0
    heart.work()
    now_s = 7.0
    assert heart.working_s() == 7
    heart.rest()
    now_s = 99.0
    assert heart.working_s() == 0


def test_the_next_thing_is_another() -> None:
    now_s = 0.0
    heart = Heart("pose", lambda: now_s)
    heart.work()
    now_s = 8.0
    heart.work()
    now_s = 9.0
    assert heart.working_s() == 1


def test_who_is_at_the_same_thing_for_too_long_is_named() -> None:
    hearts = Hearts(limit_s=0.0)
    stuck, resting = hearts.add("camera"), hearts.add("pose")
    stuck.work()
    resting.work()
    resting.rest()
    assert hearts.stopped() == ("camera",)
    assert Hearts(limit_s=60.0).stopped() == ()
