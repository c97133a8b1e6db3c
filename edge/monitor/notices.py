"""What is told over the picture, in plain words."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from edge.base.text import printable, printable_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.monitor.status import Login, Status, Trouble
    from edge.monitor.view import View
    from edge.types import TaskName

Tone: TypeAlias = Literal["trouble", "welcome"]
LONGEST = 1000
"""Letters of a sentence that are looked at; what is wrong may be told by others, at any length."""


@dataclass(frozen=True, slots=True)
class Card:
    """Something to be read: a title, names with what is to be copied in large letters, and lines of sentences."""

    tone: Tone
    title: str
    text: str
    large: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Notices:
    """All that is told at one moment: a word in place of a picture, cards, the weightiest first, and small notes."""

    word: str
    cards: tuple[Card, ...]
    notes: tuple[str, ...]


def notices_of(view: View) -> Notices:
    """What is to be told beside picture, results and bar."""
    status = view.status
    # What stands in the place of the picture comes before all that is wrong besides.
    camera_first = sorted(status.troubles, key=lambda trouble: view.picture is not None or not trouble.is_of_camera)
    troubles = [_trouble(trouble) for trouble in camera_first]
    welcome = [] if status.login is None else [_welcome(status, status.login)]
    # Somebody who starts an appliance for the first time needs its login more than a second trouble.
    cards = (*troubles[:1], *welcome, *troubles[1:])
    return Notices("" if view.picture is not None else _word(status), cards, tuple(_notes(view)))


def _word(status: Status) -> str:
    """What stands in the place of a picture; nothing where a card says why there is none."""
    match status.camera_state:
        case "ended":
            return "The recording has ended"
        case "retrying":
            is_told = any(trouble.is_of_camera for trouble in status.troubles)
            return "" if is_told else "No picture from the camera"
        case _:
            return "Waiting for the camera …"


def _trouble(trouble: Trouble) -> Card:
    return Card("trouble", printable(trouble.title[:LONGEST]), printable_lines(trouble.text[:LONGEST]))


def _welcome(status: Status, login: Login) -> Card:
    text = "Connect a network: then the command to listen stands here."
    if status.addresses:
        words = ["mosquitto_sub", "-h", status.addresses[0], "-u", login.user, "-P", login.password, "-v", "-t", "#"]
        text = shlex.join(words)
    return Card("welcome", "Listen to this appliance", text, (("user", login.user), ("password", login.password)))


def _notes(view: View) -> list[str]:
    status, notes = view.status, list[str]()
    if view.picture is not None and view.picture.image is None:
        notes.append("Figures only, no picture is shown")
    if status.broker == "away":
        notes.append("The broker is away, trying again")
    if not status.tasks:
        notes.append("No task is switched on")
    missing = {task.task: task.fallback_for for task in status.tasks if task.fallback_for}
    if missing:
        notes.append(_missing_note(missing))
    starters = [task.task for task in status.tasks if task.is_starter and not task.fallback_for]
    if starters:
        notes.append(_starter_note(starters, are_all=len(starters) == len(status.tasks)))
    return notes


def _missing_note(models: Mapping[TaskName, str]) -> str:
    """What to do about models that are missing, by the tasks that they are for."""
    if len(models) == 1:
        ((task, name),) = models.items()
        what = f"{task}: {name} is missing, a starter model runs"
    else:
        what = "Models are missing, starter models run"
    return f"{what}:\nsudo edge models pull && sudo edge reload"


def _starter_note(tasks: list[str], *, are_all: bool) -> str:
    whose = "" if are_all else f" ({', '.join(tasks)})"
    if len(tasks) == 1:
        return f"Starter model{whose}: a small one, made for trying out"
    return f"Starter models{whose}: small ones, made for trying out"
