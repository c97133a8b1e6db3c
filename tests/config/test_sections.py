"""The values of a configuration, looked up by the class of their section."""

from dataclasses import FrozenInstanceError, dataclass

import pytest

from edge.config.sections import Settings


@dataclass(frozen=True)
class Bread:
    loaves: int = 1


@dataclass(frozen=True)
class Cake:
    pieces: int = 8


def test_a_section_is_looked_up_by_its_class() -> None:
    settings = Settings(Bread(2))
    assert settings[Bread] == Bread(2)
    assert settings[Cake] == Cake()


def test_equal_values_are_equal_settings() -> None:
    assert Settings(Bread(2), Cake()) == Settings(Bread(2))
    assert Settings(Bread(2), Cake(3)) == Settings(Cake(3), Bread(2))
    assert Settings(Bread()) == Settings()
    assert Settings(Bread(2)) != Settings(Bread(3))


def test_others_are_made_with_other_sections() -> None:
    settings = Settings(Bread(2), Cake(3))
    other = settings.having(Bread(4))
    assert (other[Bread], other[Cake]) == (Bread(4), Cake(3))
    assert settings == Settings(Bread(2), Cake(3))
    assert settings.having(Bread(), Cake()) == Settings()


def test_they_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings()._changed = {}  # type: ignore[misc]
