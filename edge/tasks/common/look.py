"""Where a model is to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edge.tasks.common.placement import fitting_crop, place
from edge.types import FULL_FRAME

if TYPE_CHECKING:
    from edge.tasks.common.placement import Placement, Size
    from edge.types import Box, Fit, Rotation


class Look(NamedTuple):
    """What of a frame a model is to see, and how it comes into its input; never changed, made anew for a frame.

    ``crop``, normalised to the frame, may reach beyond it; None: all of ``region``, fitted as ``fit`` says. What lies
    outside of ``region`` is not seen. What is seen is turned clockwise by ``rotation``. A model that follows what it
    finds follows ``most`` at most. Of ``hidden`` parts of the frame it sees that there is something, but not what.
    """

    crop: Box | None = None
    fit: Fit = "letterbox"
    region: Box = FULL_FRAME
    rotation: Rotation = 0
    most: int = 1
    hidden: tuple[Box, ...] = ()

    def place(self, picture: Size, model_input: Size) -> Placement:
        """Which pixels of a picture come where in an input, before that is turned."""
        crop = self.crop or fitting_crop(self.fit, self.region, picture, model_input)
        return place(crop, picture, model_input, self.region)


STRETCHED = Look(fit="stretch")
"""All of the frame, out of shape if need be."""
