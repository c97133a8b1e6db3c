"""The camera that the configuration names, to be opened again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.url import masked_url
from edge.camera.open import load_camera, open_camera
from edge.camera.orientation import orientation_of
from edge.camera.source_key import is_network_camera

if TYPE_CHECKING:
    from edge.camera.orientation import OrientedCamera
    from edge.camera.settings import CameraSettings

_PLAYED = ("video:", "stills:", "synthetic")


class ConfiguredCamera:
    """Opens the camera by the settings in force; how it is turned changes while it is open.

    Files and the built-in scene may be played faster than their pace, cameras may not: with ``camera.realtime = false``
    they are not ``live``.
    """

    def __init__(self, settings: CameraSettings) -> None:
        load_camera(settings.source)  # here and not in the thread that reads
        self.name = masked_url(settings.source)
        is_played = settings.source.startswith(_PLAYED)
        self.paced = is_played or is_network_camera(settings.source)
        self.live = settings.realtime or not is_played
        self._settings = settings
        self._camera: OrientedCamera | None = None

    def open(self) -> OrientedCamera:
        """Open the camera.

        Raises:
            EdgeError: it cannot be opened.
        """
        self._camera = open_camera(self._settings)
        # The settings may have changed while the camera was being opened.
        self._camera.orientation = orientation_of(self._settings)
        return self._camera

    def change(self, settings: CameraSettings) -> None:
        """Turn the picture by these settings from now on; all other keys of a camera need a restart."""
        self._settings = settings
        if self._camera is not None:
            self._camera.orientation = orientation_of(settings)
