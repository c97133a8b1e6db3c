"""What FFmpeg itself writes about the files and streams it reads."""

from __future__ import annotations

import av.logging


def silence_ffmpeg() -> None:
    """Let FFmpeg write nothing: older PyAV hands it to Python's log or stderr, addresses and all; newer does not."""
    if av.logging.get_level() is not None:
        av.logging.set_level(av.logging.PANIC)
