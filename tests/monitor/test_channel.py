"""What one end gives the other one gets, and nothing that the child says can do harm."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.base.packets import ChannelError
from edge.monitor.channel import ChildEnd, Failed, ParentEnd, Ready
from edge.monitor.view import View
from tests.monitor.given import PEOPLE, frame_of, people_in, status_of, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.types import ImageArray

NOISE = np.random.default_rng(5)


@pytest.fixture
def parent() -> Iterator[ParentEnd]:
    end = ParentEnd()
    yield end
    end.close()


@pytest.fixture
def child(parent: ParentEnd) -> Iterator[ChildEnd]:
    """As in a process of its own: copies of what it inherits."""
    end = ChildEnd(*map(os.dup, parent.child_fds))
    parent.leave_to_child()
    yield end
    end.close()


def noise(*shape: int) -> ImageArray:
    return NOISE.integers(0, 256, shape, np.uint8)


def shown(child: ChildEnd) -> View:
    order = child.receive(1.0)
    assert isinstance(order, View)
    return order


@pytest.mark.parametrize("shape", [(48, 64, 3), (72, 64), (480, 640, 3), (1080 * 3 // 2, 1920)])
def test_pixels_come_as_they_are(parent: ParentEnd, child: ChildEnd, shape: tuple[int, ...]) -> None:
    image = noise(*shape)
    parent.show(view_of(image))
    picture = shown(child).picture
    assert picture is not None
    assert picture.image is not None
    assert np.array_equal(picture.image, image)
    assert not picture.image.flags.writeable


def test_the_memory_grows_with_the_picture_and_pictures_of_before_stay_readable(
    parent: ParentEnd, child: ChildEnd
) -> None:
    sizes = [(4, 8, 3), (480, 640, 3), (4, 8, 3), (1080, 1920, 3), (480, 640, 3)]
    kept = []
    for number, shape in enumerate(sizes):
        image = noise(*shape)
        parent.show(view_of(image, number))
        picture = shown(child).picture
        assert picture is not None
        assert picture.image is not None
        assert np.array_equal(picture.image, image)
        kept.append(picture.image)
    assert [image.shape for image in kept] == sizes
    assert all(image.sum() > 0 for image in kept)


def test_a_picture_that_lies_scattered_in_memory_comes_whole(parent: ParentEnd, child: ChildEnd) -> None:
    image = noise(40, 60, 3)[::2, ::-1]
    parent.show(view_of(image))
    picture = shown(child).picture
    assert picture is not None
    assert np.array_equal(np.asarray(picture.image), image)


def test_the_child_cannot_take_memory_away_from_the_parent(parent: ParentEnd, child: ChildEnd) -> None:
    _, memory = parent.child_fds
    parent.show(view_of(noise(48, 64, 3)))
    with pytest.raises(PermissionError):
        os.ftruncate(memory, 0)
    assert shown(child).picture is not None


def test_without_a_picture_the_rest_comes(parent: ParentEnd, child: ChildEnd) -> None:
    frame = frame_of(3, np.zeros((0, 0, 3), np.uint8))
    view = View(None, (people_in(frame),), status_of(PEOPLE), mirrored=True)
    parent.show(view)
    came = shown(child)
    assert (came.picture, came.status, came.mirrored) == (None, view.status, True)
    assert came.results[0].frame.number == 3


def test_orders_and_answers(parent: ParentEnd, child: ChildEnd) -> None:
    assert parent.receive(0.0) is None
    assert child.receive(0.0) is None
    child.say_ready(None, 5)
    child.say_ready(7, 123_456_789_000)
    child.say_closed()
    child.say_failed("the cable is out, " + "x" * 5000)
    assert [parent.receive(1.0) for _ in range(3)] == [Ready(None, 5), Ready(7, 123_456_789_000), "closed"]
    failed = parent.receive(1.0)
    assert isinstance(failed, Failed)
    assert failed.why.startswith("the cable is out, xxx")
    parent.sleep()
    assert child.receive(1.0) == "sleep"


@pytest.mark.parametrize("words", [b"\0", b"\1", b"\1" + bytes(17), b"\2\2", b"\3", b"\4abc", b"\x80\4N.", bytes(3000)])
def test_words_without_a_meaning_are_refused(words: bytes) -> None:
    parent = ParentEnd()
    stranger = socket.socket(fileno=os.dup(parent.child_fds[0]))
    stranger.send(words)
    with pytest.raises(ChannelError, match="nobody can understand"):
        parent.receive(1.0)
    stranger.close()
    parent.close()


def test_the_parent_notices_that_the_child_is_gone() -> None:
    parent = ParentEnd()
    end = ChildEnd(*map(os.dup, parent.child_fds))
    parent.leave_to_child()
    parent.show(view_of(noise(4, 8, 3)))
    end.close()
    with pytest.raises(ChannelError, match="has ended"):
        parent.receive(1.0)
    with pytest.raises(ChannelError, match="has ended"):
        parent.show(view_of())
    parent.close()


def test_the_child_notices_that_the_parent_is_gone() -> None:
    parent = ParentEnd()
    end = ChildEnd(*map(os.dup, parent.child_fds))
    parent.leave_to_child()
    parent.close()
    with pytest.raises(ChannelError, match="has ended"):
        end.receive(1.0)
    with pytest.raises(ChannelError, match="has ended"):
        end.say_ready(1, 2)
    end.close()
