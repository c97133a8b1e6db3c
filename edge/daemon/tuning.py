"""Settings of the whole process that keep several threads out of each other's way."""

from __future__ import annotations

import sys

import cv2

SWITCH_INTERVAL_S = 0.0002


def tune_process() -> None:
    """Make the process fit for inference threads beside Python threads.

    A thread that returns from ``invoke()`` waits up to the switch interval for the interpreter lock; Python's 5 ms is
    as long as a whole inference. OpenCV's own pool would only take cores from inference for resizing small pictures.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    cv2.setNumThreads(1)
