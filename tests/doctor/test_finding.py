from __future__ import annotations

import pytest

from edge.doctor.finding import Finding, explained, split_advice


@pytest.mark.parametrize(
    ("sentence", "why", "fix"),
    [
        ("no such file; check the path", "no such file", "check the path"),
        ("no camera (none here; none there); attach one", "no camera (none here; none there)", "attach one"),
        ("it is broken", "it is broken", ""),
        ("two\n  lines; and\nadvice; in parts", "two lines", "and advice; in parts"),
        ("a smile :) costs nothing; go on", "a smile :) costs nothing; go on", ""),
    ],
)
def test_the_sentence_of_an_error_is_a_reason_and_advice(sentence: str, why: str, fix: str) -> None:
    assert split_advice(sentence) == (why, fix)


def test_a_sentence_without_advice_gets_some() -> None:
    assert explained("a.b", "it is broken", "mend it") == Finding("a.b", "failed", "it is broken", "mend it")
