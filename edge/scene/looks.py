"""What a person wears and looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from edge.scene.light import Colour

_T = TypeVar("_T")

Sleeves: TypeAlias = Literal["none", "short", "long"]
Legwear: TypeAlias = Literal["trousers", "shorts", "skirt"]
Hair: TypeAlias = Literal["bald", "short", "bob", "long", "bun", "cap"]
Pattern: TypeAlias = Literal["stripes", "pinstripes", "checks"]

SKINS: tuple[Colour, ...] = (
    (248, 214, 190),
    (236, 194, 164),
    (222, 172, 138),
    (198, 142, 106),
    (166, 112, 80),
    (128, 84, 60),
    (94, 62, 46),
)
HAIRS: tuple[Colour, ...] = (
    (28, 24, 22),
    (52, 36, 26),
    (88, 58, 36),
    (138, 96, 56),
    (204, 168, 108),
    (150, 148, 146),
    (122, 52, 28),
)
CLOTHS: tuple[Colour, ...] = (
    (232, 232, 228),
    (40, 42, 48),
    (88, 92, 100),
    (38, 60, 108),
    (66, 116, 178),
    (172, 44, 46),
    (214, 120, 52),
    (226, 188, 74),
    (60, 128, 84),
    (44, 128, 136),
    (120, 72, 136),
    (206, 132, 152),
    (142, 110, 82),
)
TROUSERS: tuple[Colour, ...] = (
    (38, 52, 88),
    (62, 84, 124),
    (34, 34, 38),
    (78, 78, 84),
    (150, 130, 100),
    (92, 82, 66),
    (196, 186, 168),
)
SHOES: tuple[Colour, ...] = ((36, 34, 34), (230, 230, 226), (108, 70, 44), (168, 50, 48), (70, 80, 100))


@dataclass(frozen=True, slots=True)
class Weave:
    """A second colour in a cloth, and how it runs."""

    colour: Colour
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Looks:
    """Colours and cuts; ``weave`` is the shirt's."""

    skin: Colour = SKINS[1]
    hair_colour: Colour = HAIRS[1]
    hair: Hair = "short"
    shirt: Colour = CLOTHS[5]
    weave: Weave | None = None
    cap: Colour = CLOTHS[3]
    sleeves: Sleeves = "short"
    legwear: Legwear = "trousers"
    legs: Colour = TROUSERS[0]
    shoes: Colour = SHOES[1]
    beard: bool = False
    glasses: bool = False


def random_looks(rng: np.random.Generator) -> Looks:
    """Anybody."""
    hair: tuple[Hair, ...] = ("short", "short", "bob", "long", "bun", "cap", "bald")
    patterns: tuple[Pattern, ...] = ("stripes", "pinstripes", "checks")
    sleeves: tuple[Sleeves, ...] = ("short", "short", "long", "long", "none")
    legwear: tuple[Legwear, ...] = ("trousers", "trousers", "trousers", "shorts", "skirt")
    chosen = _pick(rng, hair)
    return Looks(
        skin=_near(rng, _pick(rng, SKINS), 6),
        hair_colour=_near(rng, _pick(rng, HAIRS), 8),
        hair=chosen,
        shirt=_near(rng, _pick(rng, CLOTHS), 18),
        weave=Weave(_near(rng, _pick(rng, CLOTHS), 18), _pick(rng, patterns)) if rng.random() < 0.5 else None,
        cap=_pick(rng, CLOTHS),
        sleeves=_pick(rng, sleeves),
        legwear=_pick(rng, legwear),
        legs=_near(rng, _pick(rng, TROUSERS), 14),
        shoes=_pick(rng, SHOES),
        beard=chosen in {"short", "bald", "cap"} and bool(rng.random() < 0.35),
        glasses=bool(rng.random() < 0.2),
    )


def _pick(rng: np.random.Generator, of: Sequence[_T]) -> _T:
    return of[int(rng.integers(len(of)))]


def _near(rng: np.random.Generator, colour: Colour, spread: float) -> Colour:
    red, green, blue = (min(255.0, max(0.0, part + float(rng.uniform(-spread, spread)))) for part in colour)
    return red, green, blue
