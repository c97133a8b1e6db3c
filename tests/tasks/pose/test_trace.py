"""What a trace's header says of a pose model."""

from __future__ import annotations

from edge.tasks.pose.observer import PoseTraits
from edge.tasks.pose.trace import traits_from, traits_line


def test_traits_come_back_as_they_were() -> None:
    traits = PoseTraits(is_single=False, quantum=0.0013)

    assert traits_from(traits_line(traits)) == traits


def test_a_trace_of_before_has_the_step_that_was_everybodys() -> None:
    assert traits_from({"single": True}) == PoseTraits(is_single=True, quantum=0.004)
