"""A message between two processes comes whole or not at all, and the end of one side is noticed."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from edge.base.packets import ChannelError, packet_sockets, receive_packet, send_packet

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    with ExitStack() as stack:
        one, other = map(stack.enter_context, packet_sockets())
        yield one, other


def test_messages_keep_their_bounds(ends: tuple[socket.socket, socket.socket]) -> None:
    one, other = ends
    for message in (b"a", b"bc" * 1000, b"d"):
        send_packet(one, message)
    assert [receive_packet(other, 10, 1.0) for _ in range(3)] == [b"a", b"bc" * 5, b"d"]


def test_nothing_in_time_is_none(ends: tuple[socket.socket, socket.socket]) -> None:
    assert receive_packet(ends[0], 10, 0.0) is None
    assert receive_packet(ends[0], 10, 0.01) is None


def test_the_end_of_the_other_side_is_noticed_after_its_last_word(ends: tuple[socket.socket, socket.socket]) -> None:
    one, other = ends
    send_packet(one, b"bye")
    one.close()
    assert receive_packet(other, 10, None) == b"bye"
    with pytest.raises(ChannelError, match="has ended"):
        receive_packet(other, 10, None)
    with pytest.raises(ChannelError, match="has ended"):
        send_packet(other, b"are you there?")


def test_an_end_that_was_closed_here_is_no_crash(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[0].close()
    with pytest.raises(ChannelError):
        receive_packet(ends[0], 10, 1.0)
