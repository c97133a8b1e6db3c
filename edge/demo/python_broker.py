"""The MQTT broker written in Python, as a process of its own: ``python -m edge.demo.python_broker PARENT PORT``."""

from __future__ import annotations

import asyncio
import sys

from amqtt.broker import Broker

from edge.base.child import end_with


async def serve(port: int) -> None:
    """Let everybody on this machine in, until the process ends."""
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    await broker.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    asyncio.run(serve(int(sys.argv[2])))
