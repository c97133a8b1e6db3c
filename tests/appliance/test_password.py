"""Passwords: made, and given by a person."""

from __future__ import annotations

import pytest

from edge_appliance.errors import ApplianceError
from edge_appliance.password import given_password, new_password


def test_a_new_password_can_be_read_off_a_screen_and_is_another_each_time() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert given_password(password.encode()) == password
        assert not set("0o1il") & set(password)
        assert len(password) == 19


@pytest.mark.parametrize(
    "content",
    [b"correct horse", b"correct horse\n", b"\xef\xbb\xbfcorrect horse\r\nsecond line\r\n", b"  correct horse "],
)
def test_the_first_line_is_taken_however_an_editor_has_saved_it(content: bytes) -> None:
    assert given_password(content) == "correct horse"


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"short", b"x" * 129, b"\xff\xfelong enough", b"horse:battery", b"a\x1b[2Jbcdefgh"]
)
def test_what_the_broker_could_not_use_is_refused_without_being_told(content: bytes) -> None:
    with pytest.raises(ApplianceError) as refused:
        given_password(content)
    assert not content.strip() or content.decode(errors="replace").strip() not in str(refused.value)
