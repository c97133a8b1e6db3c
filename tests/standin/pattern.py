"""What the stand-in for libedgetpu answers an input with; see ``hash`` and ``fill`` in ``libedgetpu.c``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BITS_64 = 2**64 - 1


def answer(inputs: Sequence[bytes], sizes: Sequence[int]) -> list[bytes]:
    """The bytes of outputs of these sizes, none of them float32, for these inputs of the compiled operation."""
    state = 0xCBF29CE484222325
    for byte in b"".join(inputs):
        state = (state ^ byte) * 0x100000001B3 & _BITS_64
    answers = []
    state = state or 1
    for size in sizes:
        answer = bytearray()
        for _ in range(size):
            state ^= state >> 12
            state ^= state << 25 & _BITS_64
            state ^= state >> 27
            answer.append((state * 0x2545F4914F6CDD1D & _BITS_64) >> 56)
        answers.append(bytes(answer))
    return answers
