"""Arrays as text: every bit comes back, and nothing else is taken for one."""

from __future__ import annotations

import base64
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from edge.base.packing import pack_bytes, pack_floats, unpack_bytes, unpack_floats


@given(arrays.arrays(np.uint32, st.integers(0, 300)))
def test_every_bit_of_any_float_comes_back(bits: np.ndarray[tuple[int], np.dtype[np.uint32]]) -> None:
    """All patterns there are: nan with a payload, infinities, -0, denormals."""
    back = unpack_floats(pack_floats(bits.view(np.float32)), 300)

    assert back.dtype == np.float32
    assert back.view(np.uint32).tolist() == bits.tolist()


@given(arrays.arrays(np.uint8, (24, 32)))
def test_every_byte_comes_back(picture: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> None:
    assert np.array_equal(unpack_bytes(pack_bytes(picture), (24, 32)), picture)


def test_parts_of_other_arrays_are_packed_as_they_look() -> None:
    whole = np.arange(60, dtype=np.float32).reshape(3, 20)

    assert unpack_floats(pack_floats(whole[:, ::2]), 30).tolist() == whole[:, ::2].ravel().tolist()


@given(st.text() | st.binary().map(lambda data: base64.b64encode(data).decode()))
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be unpacked|more than"):
        unpack_floats(text, 0)


@pytest.mark.parametrize(
    ("data", "most", "sentence"),
    [(b"\0" * 6, 2, "inside a number"), (b"\0" * 12, 2, "more than 8 bytes"), (b"\0" * 10**7, 2, "more than 8 bytes")],
)
def test_wrong_lengths_are_refused(data: bytes, most: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        unpack_floats(base64.b64encode(zlib.compress(data)).decode(), most)


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="holds 6 bytes, not 2 x 4"):
        unpack_bytes(pack_bytes(np.zeros((2, 3), np.uint8)), (2, 4))


def test_a_text_that_is_cut_off_is_refused() -> None:
    text = pack_floats(np.arange(100, dtype=np.float32))

    with pytest.raises(ValueError, match="cut off"):
        unpack_floats(text[:40], 100)
