"""What is measured of hands and face are frames in which one of them is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench import landmark_overhead
from bench.landmark_overhead import SUBJECTS, Subject, times_ms

if TYPE_CHECKING:
    from tests.support import SharedData


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.parts["landmarks"])
def test_all_frames_but_the_first_are_measured(
    shared: SharedData, monkeypatch: pytest.MonkeyPatch, subject: Subject
) -> None:
    monkeypatch.setattr(landmark_overhead, "DATA", shared.path(""))

    times = times_ms(subject, 6)

    assert len(times) == 5
    assert min(map(min, times)) > 0
