"""When a version is good and when it has failed, by what systemd says; the clock is the test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_appliance.probation import Probation, Service, Times
from tests.appliance.updated_machine import starting, stopped, well

if TYPE_CHECKING:
    from collections.abc import Iterable

TIMES = Times(well_s=150, limit_s=300, look_s=3, most_restarts=5)


def judge(looks: Iterable[tuple[float, dict[str, str]]], times: Times = TIMES) -> tuple[str, float]:
    """The verdict over looks at a service, and when it came."""
    probation = Probation(times)
    for now_s, said in looks:
        verdict = probation.look(now_s, Service(said))
        if verdict != "watching":
            return verdict, now_s
    return "watching", now_s


def every_3_s(
    said: dict[str, str], begin_s: float = 0.0, end_s: float = 900.0
) -> Iterable[tuple[float, dict[str, str]]]:
    return ((float(now_s), said) for now_s in range(round(begin_s), round(end_s), 3))


def test_one_that_is_ready_and_stays_so_is_good() -> None:
    assert judge(every_3_s(well())) == ("good", 150.0)


def test_a_reload_is_no_interruption() -> None:
    looks = [*every_3_s(well(), 0, 60), (60.0, well(ActiveState="reloading")), *every_3_s(well(), 63)]
    assert judge(looks) == ("good", 150.0)


def test_one_that_hangs_before_it_is_ready_has_failed_at_the_limit() -> None:
    assert judge(every_3_s(starting())) == ("failed", 300.0)


def test_one_whose_starts_fail_has_failed_at_once_after_some() -> None:
    looks = [(4.0 * n, starting(NRestarts=str(n))) for n in range(50)]
    assert judge(looks) == ("failed", 20.0)


def test_one_that_becomes_ready_and_crashes_again_and_again_has_failed() -> None:
    looks = [
        (now_s, well(NRestarts=f"{now_s // 100:.0f}", InvocationID=f"{now_s // 100}")) for now_s, _ in every_3_s({})
    ]
    looks[33] = (99.0, starting(Result="signal", InvocationID="0.0"))
    verdict, when_s = judge(looks)
    assert verdict == "failed"
    assert when_s == 300.0, "the third crash is one too late"


def test_starts_that_settings_cost_are_forgiven() -> None:
    """A configuration that it does not survive costs two starts; the last good one is taken then."""
    ends = [(float(now_s), starting(NRestarts=f"{now_s // 20}")) for now_s in range(0, 60, 3)]
    looks = [*ends, *every_3_s(well(NRestarts="2", InvocationID="c3"), 60)]
    assert judge(looks) == ("good", 210.0)


def test_a_start_by_a_person_is_no_failure_but_begins_the_time_anew() -> None:
    looks = [(10.0 * n, well(InvocationID=f"by hand {n // 10}")) for n in range(40)]
    assert judge(looks) == ("watching", 390.0)


def test_a_person_who_tunes_it_after_an_update_does_no_harm() -> None:
    """A look that falls on such a start is no failure either, however late."""
    looks: list[tuple[float, dict[str, str]]] = []
    began_s = 0
    for n, end_s in enumerate((100, 200, 290, 310, 325, 800)):
        looks += every_3_s(starting(InvocationID=f"by hand {n}"), began_s, began_s + 6)
        looks += every_3_s(well(InvocationID=f"by hand {n}"), began_s + 6, end_s)
        began_s = end_s
    assert judge(looks) == ("good", 481.0)


def test_a_start_by_a_person_gives_one_that_hangs_or_ends_badly_its_whole_time_again() -> None:
    for said in ({}, {"Result": "exit-code"}):
        looks = [*every_3_s(starting(**said), 0, 201), *every_3_s(starting(InvocationID="by hand", **said), 201)]
        assert judge(looks) == ("failed", 501.0)


def test_restarts_on_request_are_no_failure_as_long_as_they_are_few() -> None:
    looks: list[tuple[float, dict[str, str]]] = []
    for n in range(4):
        looks += every_3_s(starting(NRestarts=f"{n}", InvocationID=f"{n}"), 102 * n, 102 * n + 6)
        looks += every_3_s(well(NRestarts=f"{n}", InvocationID=f"{n}"), 102 * n + 6, 102 * n + 102)
    looks += every_3_s(well(NRestarts="3", InvocationID="3"), 408)
    assert judge(looks) == ("good", 462.0)


def test_one_that_hangs_is_not_forgiven_where_systemd_counts_before_it_starts() -> None:
    looks: list[tuple[float, dict[str, str]]] = []
    for n in range(4):
        looks += every_3_s(starting(NRestarts=f"{n}", InvocationID=f"{n}"), 120 * n, 120 * n + 117)
        looks += [(120.0 * n + 117, starting(NRestarts=f"{n + 1}", InvocationID=f"{n}"))]
    assert judge(looks) == ("failed", 300.0)


def test_time_in_which_nobody_could_look_does_not_count() -> None:
    probation = Probation(TIMES)
    probation.look(0.0, Service(starting()))
    probation.pause()
    assert probation.look(1_000.0, Service(starting())) == "watching"
    assert probation.look(1_299.0, Service(starting())) == "watching"
    assert probation.look(1_300.0, Service(starting())) == "failed"


def test_one_that_a_person_has_stopped_or_disabled_is_waited_for() -> None:
    assert judge(every_3_s(stopped(), 0, 9_000))[0] == "watching"
    assert judge(every_3_s(stopped(LoadState="masked"), 0, 9_000))[0] == "watching"
    looks = [*every_3_s(starting(), 0, 90), *every_3_s(stopped(), 90, 5_001), *every_3_s(well(), 5_001, 5_900)]
    assert judge(looks) == ("good", 5_151.0)


def test_a_unit_that_systemd_cannot_read_is_not_one_that_was_stopped() -> None:
    for state in ("bad-setting", "not-found", "error"):
        assert judge(every_3_s(stopped(LoadState=state))) == ("failed", 300.0)


def test_restarts_from_before_the_watch_do_not_count() -> None:
    assert judge(every_3_s(well(NRestarts="40"))) == ("good", 150.0)


def test_it_says_why() -> None:
    probation = Probation(TIMES)
    for now_s, said in every_3_s(starting(Result="exit-code", ExecMainStatus="1", StatusText="no camera")):
        probation.look(now_s, Service(said))
    assert probation.why.startswith("it did not work within 300 s (")
    assert "result exit-code; exit status 1; it said: no camera)" in probation.why


def test_the_last_bad_end_is_told_also_where_it_was_started_again_since() -> None:
    probation = Probation(TIMES)
    for n in range(6):
        probation.look(4.0 * n, Service(starting(Result="signal", NRestarts=str(n))))
        probation.look(4.0 * n + 2, Service(starting(NRestarts=str(n))))
    assert probation.why.endswith("; result signal)")
