"""A process that keeps events in a file until it is killed, and says on stdout what it has done.

``python -m tests.mqtt.keep_events PATH FIRST`` puts the events FIRST, FIRST + 1, … and settles some, oldest first.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from edge.mqtt import outbox_file as module
from edge.mqtt.outbox import Outbox, OutboxEvent
from edge.mqtt.outbox_file import OutboxFile

module.MAX_FILE_BYTES = 20_000  # so that it is written anew now and then
PADDING = b"." * 200


class LoudOutboxFile(OutboxFile):
    """Says up to which event everything is on the disk."""

    newest = b""

    def add(self, event: OutboxEvent) -> None:
        super().add(event)
        self.newest = event.payload[: -len(PADDING)]

    def flush(self) -> None:
        newest = self.newest
        super().flush()
        say("saved", newest)


def say(what: str, payload: bytes) -> None:
    sys.stdout.write(f"{what} {payload.decode()}\n")
    sys.stdout.flush()


def main() -> None:
    outbox_file = LoudOutboxFile(Path(sys.argv[1]), flush_s=0.005)
    for event in outbox_file.kept():
        say("kept", event.payload[: -len(PADDING)])
    outbox = Outbox(outbox_file)
    say("ready", b"")
    number = int(sys.argv[2])
    while True:
        outbox.put(b"%d%b" % (number, PADDING))
        number += 1
        oldest = outbox.take() if outbox.waiting > 30 and random.random() < 0.9 else None  # noqa: S311
        if oldest:
            say("settled", oldest.payload[: -len(PADDING)])
            outbox.settle(oldest, accepted=True)
        time.sleep(0.001)


if __name__ == "__main__":
    main()
