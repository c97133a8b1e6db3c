"""What the scene that the demo plays shows at a moment, in words."""

from __future__ import annotations

from edge.camera.open import SCENE_SEED
from edge.scene.catalog import make_plan


class Scenario:
    """A named scene, played over and over by the synthetic camera.

    Raises:
        ConfigError: there is no scene of this name.
    """

    def __init__(self, name: str) -> None:
        plan = make_plan(name, SCENE_SEED)
        self.name = name
        self.period_s = plan.period_s
        self._captions = plan.captions

    def caption(self, media_time_s: float) -> str:
        """What is to be seen at a media time of the camera."""
        moment_s = media_time_s % self.period_s
        return [text for start_s, text in self._captions if start_s <= moment_s][-1]

    def duration_s(self, caption: str) -> float:
        """How long a caption holds in one turn."""
        starts_s = [start_s for start_s, _ in self._captions]
        spans_s = zip(self._captions, [*starts_s[1:], self.period_s], strict=True)
        return sum(end_s - start_s for (start_s, text), end_s in spans_s if text == caption)
