"""Which seeds of the scene are for what; the ranges never overlap, so nothing is judged on what it has learnt.

The recipes of models/training draw pictures to learn from with ``TRAINING``, choose settings and quantisation ranges
with ``VALIDATION``; ``JUDGING`` is read by the evaluations whose results stand on the cards, and by nothing else.

The settings of the tracking are chosen with ``TRACKING_TUNING``. ``TRACKING_JUDGING`` is read by
``python -m bench.tracking`` for the figures in docs/tracking.md, and by nothing that chooses.
"""

from __future__ import annotations

TRAINING = range(1_000_000)
VALIDATION = range(1_000_000, 1_100_000)
JUDGING = range(2_000_000, 2_100_000)
TRACKING_TUNING = range(3_000_000, 3_000_100)
TRACKING_JUDGING = range(4_200_000, 4_200_100)
