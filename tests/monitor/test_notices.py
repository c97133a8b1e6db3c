from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.monitor.notices import Card, notices_of
from edge.monitor.status import Trouble
from edge.monitor.view import Picture, View
from tests.monitor.views import (
    BAD_CONFIGURATION,
    CAMERA_LOST,
    LOGIN,
    STATES,
    STATUS,
    figures_only,
    with_status,
    without_picture,
)

if TYPE_CHECKING:
    from typing import Literal

VIEW = View(Picture(np.zeros((480, 640, 3), np.uint8), "rgb", 640, 480, 1, 0), (), STATUS)


def test_when_all_is_well_nothing_is_told() -> None:
    notices = notices_of(VIEW)
    assert (notices.word, notices.cards, notices.notes) == ("", (), ())


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("starting", "Waiting for the camera …"),
        ("retrying", "No picture from the camera"),
        ("ended", "The recording has ended"),
    ],
)
def test_a_word_stands_in_the_place_of_a_picture(state: Literal["starting", "retrying", "ended"], word: str) -> None:
    assert notices_of(without_picture(VIEW, state=state)).word == word


def test_a_lost_camera_is_told_once_with_what_to_do() -> None:
    notices = notices_of(without_picture(VIEW, state="retrying", troubles=(CAMERA_LOST,)))
    assert notices.word == ""
    assert notices.cards == (Card("trouble", "No camera", CAMERA_LOST.text),)


def test_a_lost_camera_is_told_whatever_else_is_wrong() -> None:
    lost = without_picture(VIEW, state="retrying", troubles=(BAD_CONFIGURATION, CAMERA_LOST))
    assert notices_of(lost).cards[0].title == "No camera"
    untold = without_picture(VIEW, state="retrying", troubles=(BAD_CONFIGURATION,))
    assert notices_of(untold).word == "No picture from the camera"
    shown = with_status(VIEW, troubles=(BAD_CONFIGURATION, CAMERA_LOST))
    assert [card.title for card in notices_of(shown).cards] == [BAD_CONFIGURATION.title, CAMERA_LOST.title]


def test_the_login_comes_with_the_command_to_listen() -> None:
    (card,) = notices_of(with_status(VIEW, login=LOGIN)).cards
    assert card.large == (("user", "edge"), ("password", "tuvo-9m4k-rexa"))
    assert card.text == "mosquitto_sub -h 192.168.1.23 -u edge -P tuvo-9m4k-rexa -v -t '#'"


def test_without_a_network_the_login_says_what_is_missing() -> None:
    (card,) = notices_of(with_status(VIEW, login=LOGIN, addresses=())).cards
    assert card.text == "Connect a network: then the command to listen stands here."


def test_the_login_comes_before_a_second_trouble() -> None:
    cards = notices_of(with_status(VIEW, login=LOGIN, troubles=(BAD_CONFIGURATION, CAMERA_LOST))).cards
    assert [card.tone for card in cards] == ["trouble", "welcome", "trouble"]


def test_small_things_are_notes() -> None:
    pose, classification, action = VIEW.status.tasks
    tasks = (replace(pose, is_starter=True), classification, action)
    view = figures_only(with_status(VIEW, broker="away", tasks=tasks))
    assert notices_of(view).notes == (
        "Figures only, no picture is shown",
        "The broker is away, trying again",
        "Starter model (pose): a small one, made for trying out",
    )


def test_where_all_models_are_starter_models_no_task_is_named() -> None:
    notes = notices_of(STATES["starter-model"]((640, 480))).notes
    assert notes == ("Starter models: small ones, made for trying out",)


def test_a_model_that_is_missing_is_told_with_what_to_do() -> None:
    (note,) = notices_of(STATES["model-missing"]((640, 480))).notes
    why, command = note.split("\n")
    assert why == "pose: movenet-lightning is missing, a starter model runs:"
    assert command == "sudo edge models pull && sudo edge reload"


def test_numbers_change_nothing_that_is_told() -> None:
    view = STATES["bad-configuration"]((640, 480))
    assert notices_of(with_status(view, camera_fps=7.3, temperature_c=70.1)) == notices_of(view)


def test_models_that_are_missing_are_had_with_one_command() -> None:
    models = ("movenet-lightning", "efficientnet-lite0", "movinet-a0")
    tasks = [
        replace(task, is_starter=True, fallback_for=model)
        for task, model in zip(VIEW.status.tasks, models, strict=True)
    ]
    (note,) = notices_of(with_status(VIEW, tasks=tuple(tasks))).notes
    why, command = note.split("\n")
    assert why == "Models are missing, starter models run:"
    assert command == "sudo edge models pull && sudo edge reload"


def test_where_no_task_is_on_that_is_said() -> None:
    assert notices_of(with_status(VIEW, tasks=())).notes == ("No task is switched on",)


def test_what_others_say_forges_nothing() -> None:
    trouble = Trouble("odd\x1b[2J\u202e", "line one\nline two\x07" + "x" * 5000)
    (card,) = notices_of(with_status(VIEW, troubles=(trouble,))).cards
    assert card.title == "odd\\x1b[2J\\u202e"
    assert card.text.startswith("line one\nline two\\x07")
    assert len(card.text) < 1100
