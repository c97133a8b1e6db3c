from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.camera import image_file
from edge.camera.image_file import is_animated, load_image
from edge.camera.image_limits import require_size
from edge.camera.media_type import GIF, media_type_of
from edge.errors import InputError
from tests.camera import odd_pictures as odd
from tests.camera.support import PRIMARIES, patches, write_video

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.types import ImageArray


def save(path: Path, image: ImageArray | None = None) -> Path:
    rgb = patches() if image is None else image
    assert cv2.imwrite(str(path), np.ascontiguousarray(rgb[..., ::-1]))
    return path


@pytest.mark.parametrize("suffix", ["png", "bmp", "jpg", "webp", "tif", "ppm"])
def test_every_format_gives_the_same_colours(tmp_path: Path, suffix: str) -> None:
    image = load_image(save(tmp_path / f"patches.{suffix}"))
    assert image.shape == (64, 384, 3)
    assert np.abs(image[32, 32::64].astype(int) - np.array(PRIMARIES)).max() <= 8


def test_grey_alpha_and_sixteen_bits_become_rgb(tmp_path: Path) -> None:
    grey = np.full((4, 6), 77, np.uint8)
    cv2.imwrite(str(tmp_path / "grey.png"), grey)
    cv2.imwrite(str(tmp_path / "alpha.png"), np.dstack([grey, grey, grey, grey // 2]))
    cv2.imwrite(str(tmp_path / "deep.png"), np.full((4, 6, 3), 77 * 256 + 9, np.uint16))
    for name in ("grey.png", "alpha.png", "deep.png"):
        image = load_image(tmp_path / name)
        assert image.shape == (4, 6, 3)
        assert image.dtype == np.uint8
        assert np.unique(image).tolist() == [77]


def with_exif(jpeg: bytes, tiff: bytes) -> bytes:
    segment = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


@pytest.mark.parametrize(("orientation", "shape"), [(1, (64, 384, 3)), (3, (64, 384, 3)), (6, (384, 64, 3))])
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, shape: tuple[int, ...]) -> None:
    path = save(tmp_path / "phone.jpg")
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    path.write_bytes(with_exif(path.read_bytes(), tiff))
    image = load_image(path)
    assert image.shape == shape
    first = image[10, 10] if orientation == 1 else image[-10, -10] if orientation == 3 else image[10, 32]
    assert np.abs(first.astype(int) - (255, 0, 0)).max() < 10


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "webp"])
@pytest.mark.parametrize("kept", [0.3, 0.7, 0.98])
def test_a_truncated_picture_is_named_as_such(tmp_path: Path, suffix: str, kept: float) -> None:
    path = save(tmp_path / f"cut.{suffix}", np.random.default_rng(3).integers(0, 255, (80, 120, 3), np.uint8))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(InputError, match=rf"cut\.{suffix} is truncated"):
        load_image(path)


def test_a_truncated_progressive_jpeg_is_found_and_a_whole_one_is_read(tmp_path: Path) -> None:
    image = np.random.default_rng(4).integers(0, 255, (80, 120, 3), np.uint8)
    path = tmp_path / "progressive.jpg"
    cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_RST_INTERVAL, 2])
    assert load_image(path).shape == (80, 120, 3)
    # Some cameras put more behind the end of the picture.
    path.write_bytes(path.read_bytes() + b"motion photo" * 9)
    assert load_image(path).shape == (80, 120, 3)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="truncated"):
        load_image(path)


def test_what_is_no_picture_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.png").touch()
    os.mkfifo(tmp_path / "pipe.png")
    size = struct.pack(">II", 40_000, 30_000)
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + size + b"\x08\x02IEND")
    expected = {
        "missing.png": "does not exist",
        ".": "is a folder",
        "empty.png": "is empty",
        "pipe.png": "is not a regular file",
        "text.png": "is not a picture",
        "bomb.png": "40000x30000 pixels",
    }
    for name, message in expected.items():
        with pytest.raises(InputError, match=message):
            load_image(tmp_path / name)
    monkeypatch.setattr(image_file, "MAX_FILE_BYTES", 5)
    with pytest.raises(InputError, match="larger than"):
        load_image(tmp_path / "text.png")


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"BM"]))
def test_any_bytes_give_a_picture_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, start: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.png"
    path.write_bytes(start + body)
    try:
        image = load_image(path)
    except InputError as error:
        assert str(path) in str(error)  # noqa: PT017 - most bytes are no picture, a few may be
    else:
        assert image.ndim == 3


def read(folder: Path, data: bytes, name: str = "picture") -> ImageArray:
    """Load a file of these bytes; its name says nothing."""
    path = folder / name
    path.write_bytes(data)
    return load_image(path)


def whole(suffix: str, *options: int) -> ImageArray:
    image = cv2.imdecode(np.frombuffer(odd.encoded(suffix, *options), np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(image, np.uint8)[..., ::-1]


@pytest.mark.parametrize("name", ["none", "wrong.png", "film.mp4", "phone.JFIF"])
def test_the_name_does_not_matter(tmp_path: Path, name: str) -> None:
    assert np.array_equal(read(tmp_path, odd.encoded(".jpg"), name), whole(".jpg"))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (odd.heic(), "HEIF"),
        (odd.heic(b"mif1", b"heic"), "HEIF"),
        (b"\xff\x0a" + bytes(40), "JPEG XL"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n" + bytes(40), "JPEG XL"),
        (odd.tiff({254: (4, 1), 256: (3, 16), 257: (3, 16)}), "camera raw"),
        (odd.tiff({256: (3, 16), 257: (3, 16), 50706: (4, 0x0401)}), "camera raw"),
        (b"8BPS\x00\x01" + bytes(40), "Photoshop"),
    ],
)
def test_a_picture_of_a_kind_that_is_not_read_is_told(tmp_path: Path, data: bytes, kind: str) -> None:
    with pytest.raises(InputError, match=rf"picture is a {kind} picture, which is not read; convert it to JPEG first"):
        read(tmp_path, data)


def test_a_video_is_no_picture(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "clip.mp4", [patches()] * 2)
    with pytest.raises(InputError, match=r"clip\.mp4 is a video"):
        load_image(clip)


@pytest.mark.parametrize("suffix", [".jp2", ".avif"])
def test_what_this_opencv_reads_is_read_whole_else_told(tmp_path: Path, suffix: str) -> None:
    if not cv2.haveImageWriter(f"x{suffix}"):
        pytest.skip("OpenCV writes none here")
    image = read(tmp_path, odd.encoded(suffix))
    assert image.shape == (61, 75, 3)
    assert np.abs(image.astype(int) - odd.scenery()).mean() < 6


JPEG = odd.encoded(".jpg")
BASELINE, PROGRESSIVE = JPEG[:-2], odd.encoded(".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1)[:-2]
RESTARTS = odd.encoded(".jpg", cv2.IMWRITE_JPEG_RST_INTERVAL, 2)[:-2]


@pytest.mark.parametrize("data", [BASELINE, PROGRESSIVE, RESTARTS], ids=["baseline", "progressive", "restarts"])
@pytest.mark.parametrize(
    "behind", [b"", bytes(500), b"\xff" * 9 + bytes(9), b"\xff", bytes(500) + b"\xff\xd9", b"\xff\xd9end"]
)
def test_a_jpeg_is_read_whatever_stands_behind_its_pixels(tmp_path: Path, data: bytes, behind: bytes) -> None:
    assert np.array_equal(read(tmp_path, data + behind), read(tmp_path, data + b"\xff\xd9"))


@pytest.mark.parametrize("data", [BASELINE, PROGRESSIVE, RESTARTS], ids=["baseline", "progressive", "restarts"])
@pytest.mark.parametrize("behind", [b"", bytes(20), b"\xff\xd9"])
@pytest.mark.parametrize("kept", [0.5, 0.7, 0.8])
def test_a_jpeg_of_which_a_good_part_is_missing_is_refused(
    tmp_path: Path, data: bytes, behind: bytes, kept: float
) -> None:
    """Also where something wrote an end behind it."""
    start = data.index(b"\xff\xda")
    with pytest.raises(InputError, match="is truncated, damaged or of a rare kind"):
        read(tmp_path, data[: start + round((len(data) - start) * kept)] + behind)


def test_a_picture_that_is_grey_at_its_edge_is_whole(tmp_path: Path) -> None:
    image = odd.scenery(96, 64)
    image[-24:] = 128
    assert read(tmp_path, odd.encoded(".jpg", image=image)).shape == (64, 96, 3)


def test_what_is_noted_in_a_jpeg_does_not_count(tmp_path: Path) -> None:
    """A thumbnail with an end of its own, and notes that nobody can read."""
    notes = b"\xff\xe1" + struct.pack(">H", 2 + 6 + len(JPEG)) + b"Exif\x00\x00" + JPEG
    assert np.array_equal(read(tmp_path, BASELINE[:2] + notes + BASELINE[2:]), whole(".jpg"))
    with pytest.raises(InputError, match="truncated"):
        read(tmp_path, BASELINE[:2] + notes + BASELINE[2 : len(BASELINE) * 2 // 3])


@pytest.mark.parametrize("marker", [b"\xff\xc0", b"\xff\xc2"])
def test_more_pixels_than_its_bytes_can_hold_are_missing_ones(tmp_path: Path, marker: bytes) -> None:
    """Nothing is decoded, and no memory taken, for a size that cannot be."""
    data = BASELINE if marker == b"\xff\xc0" else PROGRESSIVE
    at = data.index(marker) + 5
    with pytest.raises(InputError, match="truncated"):
        read(tmp_path, data[:at] + struct.pack(">HH", 5_000, 10_000) + data[at + 4 :] + b"\xff\xd9")


PNGS = {
    "plain": odd.encoded(".png"),
    "interlaced": odd.interlaced_png(odd.scenery()),
    "one bit a pixel": odd.bilevel_png(odd.scenery()),
}


@pytest.mark.parametrize("kind", PNGS)
@pytest.mark.parametrize("cut", [1, 11, 12, 13, 16, 18, 20])
def test_a_png_needs_its_pixels_only(tmp_path: Path, kind: str, cut: int) -> None:
    """Cut inside its last chunk, before it, and inside the checksums of chunk and data."""
    assert np.array_equal(read(tmp_path, PNGS[kind][:-cut]), read(tmp_path, PNGS[kind]))


@pytest.mark.parametrize("kind", PNGS)
@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_a_png_without_pixels_is_refused(tmp_path: Path, kind: str, kept: float) -> None:
    with pytest.raises(InputError, match="truncated"):
        read(tmp_path, PNGS[kind][: round(len(PNGS[kind]) * kept)])


@pytest.mark.parametrize("behind", [b"x", b"IEND", bytes(100_000), JPEG])
def test_what_stands_behind_a_png_does_not_matter(tmp_path: Path, behind: bytes) -> None:
    assert np.array_equal(read(tmp_path, PNGS["plain"] + behind), odd.scenery())


def test_more_rows_than_a_png_can_hold_are_missing_ones(tmp_path: Path) -> None:
    parts = odd.chunks(PNGS["plain"])
    header = (b"IHDR", struct.pack(">II", 5_000, 10_000) + parts[0][1][8:])
    with pytest.raises(InputError, match="truncated"):
        read(tmp_path, odd.png_of(header, *parts[1:]))


def test_a_png_whose_pixels_are_in_several_chunks(tmp_path: Path) -> None:
    """As most writers do; the last one is cut in its checksum."""
    header, (_, pixels), *_ = odd.chunks(PNGS["plain"])
    parts = [(b"IDAT", pixels[at : at + 500]) for at in range(0, len(pixels), 500)]
    assert np.array_equal(read(tmp_path, odd.png_of(header, *parts)[:-3]), odd.scenery())
    with pytest.raises(InputError, match="truncated"):
        read(tmp_path, odd.png_of(header, *parts[:-2]))


def sized(data: bytes, size: int, at: int = 4) -> bytes:
    return data[:at] + struct.pack("<I", size) + data[at + 4 :]


@pytest.mark.parametrize("quality", [80, 101], ids=["lossy", "lossless"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: sized(data, len(data) + 1000),
        lambda data: sized(data, 0),
        lambda data: sized(data, len(data) // 2),
        lambda data: sized(data, 2**32 - 1),
        lambda data: sized(sized(data, 9), 3, 16),
        lambda data: sized(data, 0) + b"more",
        lambda data: data + bytes(999),
    ],
)
def test_the_sizes_in_a_webp_do_not_matter(tmp_path: Path, quality: int, spoil: Callable[[bytes], bytes]) -> None:
    data = odd.encoded(".webp", cv2.IMWRITE_WEBP_QUALITY, quality)
    assert np.array_equal(read(tmp_path, spoil(data)), whole(".webp", cv2.IMWRITE_WEBP_QUALITY, quality))


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("begin", [b"", b"Exif\0\0"], ids=["bare", "as in a JPEG"])
def test_a_webp_is_laid_upright_as_a_jpeg_is(tmp_path: Path, orientation: int, begin: bytes) -> None:
    exif = odd.tiff({0x0112: (3, orientation)})
    webp = odd.extended_webp(odd.encoded(".webp", cv2.IMWRITE_WEBP_QUALITY, 101), begin + exif)
    jpeg = with_exif(odd.encoded(".jpg", cv2.IMWRITE_JPEG_QUALITY, 100), exif)

    found, like = read(tmp_path, webp), read(tmp_path, jpeg)
    assert found.shape == like.shape
    assert np.abs(found.astype(int) - like).mean() < 10


def test_what_stands_behind_a_webp_does_not_lay_it_on_its_side(tmp_path: Path) -> None:
    data = odd.extended_webp(odd.encoded(".webp"), odd.exif_turned())
    assert read(tmp_path, data).shape == (75, 61, 3)

    assert np.array_equal(read(tmp_path, data + bytes(99)), read(tmp_path, data))
    assert np.array_equal(read(tmp_path, data[:4] + bytes(4) + data[8:] + b"more"), read(tmp_path, data))


@pytest.mark.parametrize("quality", [80, 101], ids=["lossy", "lossless"])
def test_half_a_webp_is_refused_whatever_it_says(tmp_path: Path, quality: int) -> None:
    data = odd.encoded(".webp", cv2.IMWRITE_WEBP_QUALITY, quality)
    half = data[: len(data) // 2]
    for spoilt in (half, sized(half, len(half) - 8), sized(sized(half, len(half) - 8), len(half) - 20, 16)):
        with pytest.raises(InputError, match="truncated"):
            read(tmp_path, spoilt)


BITMAPS = {
    "windows": odd.encoded(".bmp"),
    "os2": odd.os2_bitmap(odd.scenery()),
    "os2-short": odd.windows_bitmap(odd.scenery(), 16),
    "os2-long": odd.windows_bitmap(odd.scenery(), 64),
    "no offset": sized(odd.encoded(".bmp"), 0, 10),
}


@pytest.mark.parametrize("kind", BITMAPS)
@pytest.mark.parametrize("size", [0, 100, 2**32 - 1])
def test_the_size_in_a_bmp_does_not_matter(tmp_path: Path, kind: str, size: int) -> None:
    data = sized(BITMAPS[kind], size, 2)
    for spoilt in (data, data + b"behind", data[:-3]):  # a row is padded with three bytes
        assert np.array_equal(read(tmp_path, spoilt), odd.scenery())


@pytest.mark.parametrize("kind", BITMAPS)
@pytest.mark.parametrize("missing", [4, 300, 7000])
def test_a_bmp_without_rows_is_refused(tmp_path: Path, kind: str, missing: int) -> None:
    with pytest.raises(InputError, match="truncated"):
        read(tmp_path, BITMAPS[kind][:-missing])


@pytest.mark.parametrize("suffix", [".gif", ".jp2"])
@pytest.mark.parametrize("cut", [1, 2])
def test_an_end_marker_of_any_other_kind_may_be_missing(tmp_path: Path, suffix: str, cut: int) -> None:
    if not cv2.haveImageWriter(f"x{suffix}"):
        pytest.skip("OpenCV writes none here")
    data = odd.encoded(suffix)
    for spoilt in (data[:-cut], data + bytes(99)):
        assert np.array_equal(read(tmp_path, spoilt), read(tmp_path, data))


def test_a_bitmap_of_few_colours(tmp_path: Path) -> None:
    """Three bytes a colour in OS/2, four in Windows; and where the rows begin need not be told."""
    grey = odd.scenery()[..., 0]
    for size, entry in ((12, 3), (16, 4), (40, 4)):
        data = odd.paletted_bitmap(grey, size, entry)
        for spoilt in (data, sized(data, 0, 10)):
            assert np.array_equal(read(tmp_path, spoilt), np.dstack([grey // 2, 255 - grey, grey]))


@pytest.mark.parametrize("suffix", [".tif", ".ppm", ".gif", ".jp2", ".avif"])
def test_half_of_any_other_kind_is_refused(tmp_path: Path, suffix: str) -> None:
    if not cv2.haveImageWriter(f"x{suffix}"):
        pytest.skip("OpenCV writes none here")
    data = odd.encoded(suffix)
    with pytest.raises(InputError, match=r"truncated|does not tell its size"):
        read(tmp_path, data[: len(data) // 2])


@pytest.mark.parametrize("kind", odd.BOMBS)
def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path, kind: str) -> None:
    with pytest.raises(InputError, match=r"is 40000x40000 pixels, more than (51|25) million; scale it down"):
        read(tmp_path, odd.BOMBS[kind])


@pytest.mark.parametrize("data", [b"P5 0 9 255\n", b"II*\x00\xff\xff\xff\xff", odd.JPEG_2000_START, odd.heic(b"avif")])
def test_a_picture_without_a_size_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="does not tell its size; it is damaged"):
        read(tmp_path, data)


def test_what_does_not_fit_into_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(image_file, "decode_jpeg", fail)
    with pytest.raises(InputError, match="cannot be decoded; it is damaged or too large"):
        read(tmp_path, JPEG)


def test_still_and_animated(tmp_path: Path) -> None:
    pictures = [patches(), patches()[:, ::-1]]
    still, moving = (write_video(tmp_path / f"{n}.gif", pictures[:n], codec="gif", pixel_format="rgb8") for n in (1, 2))
    animation = tmp_path / "animation.png"
    animation.write_bytes(odd.animated_png(pictures))
    once = tmp_path / "once.png"
    once.write_bytes(odd.animated_png(pictures[:1]))
    found = {path.name: is_animated(path, media_type_of(path)) for path in (still, moving, animation, once)}
    assert found == {"1.gif": False, "2.gif": True, "animation.png": True, "once.png": False}
    assert not is_animated(tmp_path / "missing.gif", GIF)
    for path in (still, moving, animation, once):
        assert np.abs(load_image(path).astype(int) - pictures[0]).max() < 100


@pytest.mark.parametrize("size", [(8192, 6144), (9248, 5504)])
def test_what_a_phone_of_50_megapixels_takes_is_not_too_large(size: tuple[int, int]) -> None:
    require_size(Path("photo.jpg"), size)


def test_a_strip_that_cannot_be_turned_is_too_long() -> None:
    with pytest.raises(InputError, match=r"photo\.jpg is 40000x1000 pixels, a side has more than 32766"):
        require_size(Path("photo.jpg"), (40000, 1000))
