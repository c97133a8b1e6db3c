"""What one end gives the other one gets, and nothing that a worker says can do harm."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.base.packets import ChannelError
from edge.runtime.edgetpu.channel import ChildEnd, Done, LibraryVersion, ParentEnd, Plan, PlannedModel, Refused
from edge.runtime.edgetpu.devices import EdgeTpu
from edge.runtime.edgetpu.lost import Busy, LibraryMissing, Lost
from edge.runtime.edgetpu.variants import Tensors
from edge.runtime.model import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

TENSORS = Tensors((Tensor("image", 0, (1, 192, 192, 3), np.dtype(np.uint8), 0.0, 0),), ())
PLAN = Plan(
    EdgeTpu("usb", 0, "/sys/bus/usb/devices/2-1", "/dev/bus/usb/002/004"),
    "libedgetpu.so.1",
    (("Performance", "High"),),
    (PlannedModel("/models/a_edgetpu.tflite", TENSORS, 5, 6), PlannedModel("/models/b_edgetpu.tflite", TENSORS, 7, 8)),
)


@pytest.fixture
def parent() -> Iterator[ParentEnd]:
    end = ParentEnd()
    yield end
    end.close()


@pytest.fixture
def child(parent: ParentEnd) -> Iterator[ChildEnd]:
    """As in a process of its own, which has been given its plan: a copy of what it inherits."""
    end = ChildEnd(os.dup(parent.child_fd))
    parent.give(PLAN)
    assert end.receive_plan() == PLAN
    yield end
    end._socket.close()


def test_orders_and_answers(parent: ParentEnd, child: ChildEnd) -> None:
    assert parent.receive(0.0) is None
    child.say_library("RuntimeVersion(14)")
    child.say_refused(1, "it needs a newer runtime")
    child.say_loaded()
    parent.invoke(1, 2**40)
    assert child.receive_invoke() == (1, 2**40)
    child.say_done(2**40)
    found = [parent.receive(1.0) for _ in range(4)]
    assert found == [
        LibraryVersion("RuntimeVersion(14)"),
        Refused(1, "it needs a newer runtime"),
        "loaded",
        Done(2**40),
    ]


@pytest.mark.parametrize("kind", [Lost, LibraryMissing, Busy])
def test_a_failure_arrives_as_what_it_is(parent: ParentEnd, child: ChildEnd, kind: type[Lost]) -> None:
    child.say_failed(kind("it is away, " + "x" * 5000))
    with pytest.raises(kind, match="it is away, xxx") as raised:
        parent.receive(1.0)
    assert type(raised.value) is kind


@pytest.mark.parametrize(
    "words",
    [b"\0", b"\2", b"\2\0\0\0\0", b"\3\3", b"\4", b"\4" + bytes(7), b"\4" + bytes(9), b"\5", b"\x80\4N.", bytes(3000)],
)
def test_words_without_a_meaning_are_refused(parent: ParentEnd, words: bytes) -> None:
    with socket.socket(fileno=os.dup(parent.child_fd)) as stranger:
        stranger.send(words)
        with pytest.raises(ChannelError, match="nobody can understand"):
            parent.receive(1.0)


def test_each_side_notices_that_the_other_is_gone(parent: ParentEnd, child: ChildEnd) -> None:
    parent.hang_up()
    parent.hang_up()
    for act in (child.receive_invoke, child.say_loaded, lambda: parent.receive(1.0), lambda: parent.invoke(0, 1)):
        with pytest.raises(ChannelError, match="has ended"):
            act()
