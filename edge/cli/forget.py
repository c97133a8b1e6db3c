"""``edge forget``: clears what a device that is gone has left at the broker."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from edge.cli.command import port
from edge.cli.config_file import load_config
from edge.cli.say import say
from edge.errors import ConfigError, EdgeError
from edge.messages.words import plain
from edge.mqtt.broker_address import read_address, topic_prefix
from edge.mqtt.discovery import discovery_topic
from edge.mqtt.settings import MqttSettings
from edge.watch.retained import clear, retained_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from edge.cli.command import AddCommand


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Clear what a device that is gone, or has another name now, has left at the broker: the messages "
        "it keeps below mqtt.base_topic/DEVICE/, and the one that Home Assistant knows the device by. Lists them and "
        "asks first. The broker and the credentials are those of the configuration ([mqtt]).",
    )
    parser.add_argument("device", metavar="DEVICE", help="its name, as edge watch --all shows it")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--force", action="store_true", help="also where the device is online; it publishes anew")
    parser.add_argument("--host", metavar="H", help="host name or address of the broker (default: mqtt.host)")
    parser.add_argument("--port", type=port, metavar="P", help="TCP port of the broker (default: mqtt.port)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List what there is, ask, clear it, and look whether it is gone; 1 where the answer was no.

    Raises:
        EdgeError: the broker cannot be used or will not clear it, or the device is online. ConfigError: no such name
            can be, or nobody is there to be asked.
    """
    mqtt = load_config(arguments).settings[MqttSettings]
    mqtt = replace(mqtt, host=arguments.host or mqtt.host, port=arguments.port or mqtt.port)
    address, name = read_address(mqtt), plain(arguments.device)
    topics = topic_prefix(mqtt.base_topic, arguments.device), discovery_topic(mqtt.discovery_prefix, arguments.device)
    retained = retained_of(address, *topics)
    if not retained.topics:
        say(f"the MQTT broker at {address} keeps nothing of {name}; edge watch --all shows who is there")
        return 0
    if retained.is_online and not arguments.force:
        raise EdgeError(f"{name} is online; stop it first, or give --force: it goes on publishing, under the same name")
    listed(retained.topics)
    if not (arguments.yes or _agrees(name)):
        say("nothing is cleared")
        return 1
    count = 0
    while retained.topics:  # a broker with very many tells of them in turns
        clear(address, retained.topics)
        left = retained_of(address, *topics)
        stays = set(left.topics) & set(retained.topics)
        count += len(retained.topics) - len(stays)
        if stays and not arguments.force:
            raise EdgeError(
                f"the MQTT broker at {address} still keeps {len(stays)} of {len(retained.topics)}, such as "
                f"{plain(min(stays))}; let this user publish there (mosquitto: acl_file), or stop who publishes them"
            )
        retained = left if not stays else replace(left, topics=())
        listed(retained.topics)
    say(f"{name}: {count} cleared")
    return 0


def listed(topics: Sequence[str]) -> None:
    """Print the topics, without what could control a terminal."""
    if topics:
        say("kept at the broker:")
    for topic in topics:
        say(f"  {plain(topic)}")


def _agrees(name: str) -> bool:
    if not sys.stdin or not sys.stdin.isatty():
        raise ConfigError("edge forget asks before it clears anything, and nobody is there to answer; give --yes")
    try:
        return input(f"clear all of this, and have {name} forgotten? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False
