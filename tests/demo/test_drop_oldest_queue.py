from __future__ import annotations

import threading

from edge.demo.drop_oldest_queue import DropOldestQueue


def test_items_come_out_in_order() -> None:
    buffer: DropOldestQueue[int] = DropOldestQueue(3)
    assert [buffer.put(item) for item in (1, 2, 3)] == [None, None, None]
    assert [buffer.get(0), buffer.get(0), buffer.get(0), buffer.get(0)] == [1, 2, 3, None]


def test_the_oldest_makes_room_for_the_newest() -> None:
    buffer: DropOldestQueue[int] = DropOldestQueue(2)
    assert [buffer.put(item) for item in (1, 2, 3, 4)] == [None, None, 1, 2]
    assert [buffer.get(0), buffer.get(0)] == [3, 4]


def test_a_closed_buffer_is_emptied_and_takes_no_more() -> None:
    buffer: DropOldestQueue[int] = DropOldestQueue(2)
    buffer.put(1)
    buffer.close()
    assert buffer.put(2) == 2
    assert not buffer.exhausted
    assert buffer.get(60) == 1
    assert buffer.get(60) is None
    assert buffer.exhausted


def test_closing_wakes_a_waiting_reader() -> None:
    buffer: DropOldestQueue[int] = DropOldestQueue(2)
    reader = threading.Thread(target=buffer.get, args=(60,))
    reader.start()
    buffer.close()
    reader.join(30)
    assert not reader.is_alive()
