"""Which seeds of the scene are for what; the two ranges never meet, nor those of the training recipes.

Settings are chosen with ``TUNING``. ``JUDGING`` is read by ``python -m bench.tracking`` for the figures in
docs/tracking.md, and by nothing that chooses.
"""

from __future__ import annotations

TUNING = range(3_000_000, 3_000_100)
JUDGING = range(4_200_000, 4_200_100)
