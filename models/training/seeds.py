"""Which seeds of the scene are for what; the ranges never overlap, so nothing is judged on what it has learnt.

Recipes draw pictures to learn from with ``TRAINING``, choose settings and quantisation ranges with ``VALIDATION``;
``JUDGING`` is read by the evaluations whose results stand on the cards, and by nothing else.
"""

from __future__ import annotations

TRAINING = range(1_000_000)
VALIDATION = range(1_000_000, 1_100_000)
JUDGING = range(2_000_000, 2_100_000)
