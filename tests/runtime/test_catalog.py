"""The catalogue: complete, true to the facts it was made from, and strict when it is changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from edge.config.sections import Settings
from edge.errors import ModelError
from edge.runtime.catalog import Catalog, load_catalog, parse_catalog
from edge.runtime.interpreter import TfliteModel
from edge.runtime.metadata import read_metadata
from edge.tasks.registry import tasks
from tests.support import ROOT, TASK_NAMES

if TYPE_CHECKING:
    from edge.runtime.catalog import CatalogModel, ModelFile
    from tests.support import SharedData

MODEL = """
[toy]
task = "pose"
summary = "A toy"
precision = "int8"
input_px = [8, 8]
normalization = [0, 1]
labels = ""
accuracy = ""
license = "Apache-2.0"
card = "https://example.com/card"
"""
FILE = """
[toy.files.cpu]
url = "https://example.com/toy.tflite"
hash = "none"
"""
BUNDLED = """
[toy.files.cpu]
bundled = "starter/toy.tflite"
"""
HERE = {
    "movenet-lightning": "movenet/movenet_single_pose_lightning_ptq.tflite",
    "posenet": "posenet/posenet_mobilenet_v1_075_353_481_quant_nodecoder.tflite",
    "mobilenet-v1-025-128": "mobilenet/mobilenet_v1_0.25_128_quant.tflite",
    "mobilenet-v1-025-224": "mobilenet/mobilenet_v1_0.25_224_quant_metadata.tflite",
    "mobilenet-v2": "mobilenet/mobilenet_v2_1.0_224_quant.tflite",
    "mobilenet-v2-legacy": "mobilenet/mobilenet_v2_1.0_224_quant_google_legacy.tflite",
    "movinet-a0": "movinet/movinet_a0_stream_int8.tflite",
    "blazepose-detector": "mediapipe/pose_detection.tflite",
    "blazepose-landmarks-lite": "mediapipe/pose_landmark_lite.tflite",
    "palm-detection-lite": "mediapipe/palm_detection_lite.tflite",
    "palm-detection-full": "mediapipe/palm_detection_full.tflite",
    "mediapipe-hands-lite": "mediapipe/hand_landmark_lite.tflite",
    "mediapipe-hands-full": "mediapipe/hand_landmark_full.tflite",
    "face-detection-short-range": "mediapipe/face_detection_short_range.tflite",
    "face-detection-full-range": "mediapipe/face_detection_full_range_sparse.tflite",
    "mediapipe-face": "mediapipe/face_landmark.tflite",
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def cpu(model: CatalogModel) -> ModelFile:
    file = model.file("cpu")
    assert file is not None
    return file


def test_the_models_of_an_empty_configuration_are_in_it(catalog: Catalog) -> None:
    for task in TASK_NAMES:
        assert catalog.model(Settings()[tasks()[task].section].model).task == task


def test_every_family_is_in_it(catalog: Catalog) -> None:
    assert {
        *("movenet-lightning", "movenet-lightning-fp16", "movenet-thunder", "movenet-thunder-fp16"),
        *("movenet-multipose", "posenet", "posenet-257", "blazepose-lite", "blazepose-full"),
        *("efficientnet-lite0", "efficientnet-lite0-fp32", "efficientnet-lite2", "efficientnet-lite2-fp32"),
        *("efficientnet-edgetpu-s", "mobilenet-v1-025-128", "mobilenet-v2"),
        *("movinet-a0", "movinet-a1", "movinet-a2", "movinet-a0-fp16", "movinet-a1-fp16", "movinet-a2-fp16"),
        *("mediapipe-hands-lite", "mediapipe-hands-full", "hand-landmarker", "face-landmarker"),
    } <= catalog.models.keys()


def test_no_two_files_are_the_same_or_take_the_same_place(catalog: Catalog) -> None:
    files = list(catalog.files())

    stored = [model.stored_name(file) for model, file in files]
    hashes = [file.sha256 for _, file in files if file.sha256]
    assert len(set(stored)) == len(stored)
    assert len(set(hashes)) == len(hashes)
    assert len({file.url or file.bundled for _, file in files}) == len(files)


def test_files_compiled_for_the_edgetpu_are_int8(catalog: Catalog) -> None:
    compiled = [model for model, file in catalog.files() if file.variant == "edgetpu"]

    assert compiled
    assert {model.precision for model in compiled} == {"int8"}


@pytest.mark.parametrize(("labels", "count", "some"), [("kinetics600.txt", 600, (64, "carving ice"))])
def test_label_files_name_every_class(catalog: Catalog, labels: str, count: int, some: tuple[int, str]) -> None:
    content = next(model.label_file() for model in catalog.models.values() if model.labels == labels)
    assert content is not None
    names = content.decode().splitlines()

    assert len(names) == count
    assert all(names)
    assert some[1] in names


def test_imagenet_begins_with_the_background(catalog: Catalog) -> None:
    content = catalog.model("mobilenet-v2-legacy").label_file()
    assert content is not None
    names = content.decode().splitlines()

    assert len(names) == 1001
    assert (names[0], names[286], names[934]) == ("background", "Egyptian cat", "cheeseburger")


@pytest.mark.parametrize("name", ["movenet-lightning", "mobilenet-v2"])
def test_models_without_need_for_labels_bring_none(catalog: Catalog, name: str) -> None:
    assert catalog.model(name).label_file() is None


@pytest.mark.parametrize("name", HERE)
def test_what_is_said_of_a_file_is_true(catalog: Catalog, shared: SharedData, name: str) -> None:
    path = shared.path(f"models/{HERE[name]}")
    model = catalog.model(name)
    content = path.read_bytes()

    assert cpu(model).hash == "verified"
    assert cpu(model).sha256 == hashlib.sha256(content).hexdigest()
    assert cpu(model).size_bytes == len(content)
    loaded = TfliteModel(path)
    image = next(tensor for tensor in loaded.inputs.values() if tensor.shape[-1:] == (3,))
    assert image.shape[-3:-1] == model.input_px
    assert (image.dtype.name == "uint8") == (model.normalization.std == (1,))
    metadata = read_metadata(path)
    if image.dtype.name == "float32" and metadata.normalization is not None:
        assert set(metadata.normalization.mean) == set(model.normalization.mean)
        assert set(metadata.normalization.std) == set(model.normalization.std)
    if model.task == "classification":
        assert ("" in metadata.label_files) == (model.labels == "inside")


def test_copied_facts_are_the_written_ones(catalog: Catalog, shared: SharedData) -> None:
    """Every hash, address and size of the table the catalogue was made from stands in it."""
    table = shared.path("MODELS.md").read_text(encoding="utf-8").partition("## Catalogue facts")[2]
    ours = {file.sha256: (file, model) for model, file in catalog.files() if file.sha256}
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.count("|") == 5
    ]
    rows = [row for row in rows if row[3].endswith((" have", " stated")) or "; uint8" in row[3] or "; input" in row[3]]

    assert len(rows) >= 17
    for _, published, size, fact in rows:
        sha256, origin = fact.replace(";", "").split()[:2]
        file, _model = ours[sha256]
        assert file.hash == {"have": "verified", "stated": "stated"}[origin]
        if size != "?":
            assert file.size_bytes == int(size.replace(",", ""))
        if published.startswith("https://") and " " not in published:
            assert file.url == published


def test_a_name_that_is_close_is_suggested(catalog: Catalog) -> None:
    with pytest.raises(
        ModelError, match="no model 'movenet-lightening' in the catalogue; did you mean movenet-lightning"
    ):
        catalog.model("movenet-lightening")
    with pytest.raises(ModelError, match="no model 'x' in the catalogue; `edge models list` shows all"):
        catalog.model("x")


def test_a_small_catalogue_is_read() -> None:
    model = parse_catalog(MODEL + FILE).model("toy")

    assert model.input_px == (8, 8)
    assert cpu(model).published_name == "toy.tflite"
    assert not cpu(model).is_pinned
    assert model.file("edgetpu") is None


def test_a_model_that_comes_with_edge_lies_beside_the_catalogue() -> None:
    model = parse_catalog(MODEL.replace("https://example.com/card", "cards/toy.md") + BUNDLED).model("toy")

    assert cpu(model).bundled_path() == ROOT / "models/starter/toy.tflite"
    assert cpu(model).hash == "bundled"
    assert model.card_location == str(ROOT / "models/cards/toy.md")
    assert model.stored_name(cpu(model)) == "toy.tflite"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("= 1", "catalog.toml: not TOML"),
        ("toy = 1", "toy: not a table"),
        (MODEL.replace("[toy]", "[Toy_1]"), "Toy_1: a name is lower case letters and digits"),
        (MODEL, "toy: files is missing"),
        (MODEL + "files = 3", "toy: files = 3 must be tables named cpu and edgetpu"),
        (MODEL + "[toy.files]", "toy.files: cpu is missing"),
        (MODEL + "[toy.files]\ncpu = 1", "toy.files.cpu: not a table"),
        (MODEL + FILE.replace("cpu", "gpu"), "toy.files: gpu is none of cpu, edgetpu"),
        (MODEL + FILE + "[toy.more]", "toy: unknown key more"),
        (MODEL.replace('"pose"', '"Dance 2"') + FILE, "toy: task = 'Dance 2' must be the name of a task"),
        (MODEL.replace("int8", "int4") + FILE, "toy: precision = 'int4' must be one of int8"),
        (MODEL.replace("[8, 8]", "[8]") + FILE, "toy: input_px = [8] must be [height, width]"),
        (MODEL.replace("[0, 1]", "[0, 0]") + FILE, "toy: normalization = [0, 0] must be [mean, std] with std above 0"),
        (MODEL.replace("[0, 1]", "[true, 1]") + FILE, "toy: normalization"),
        (MODEL.replace('labels = ""', 'labels = "x.txt"') + FILE, "toy: labels = 'x.txt' must be inside"),
        (MODEL.replace('labels = ""', 'labels = "../labels/kinetics600.txt"') + FILE, "toy: labels = '../labels"),
        (MODEL.replace("https", "http") + FILE, "toy: card = 'http://example.com/card' must be a link"),
        (MODEL + FILE.replace("https", "http"), "toy.files.cpu: url = 'http://example.com/toy.tflite' must be a link"),
        (MODEL + FILE + "size_bytes = 0", "toy.files.cpu: size_bytes = 0 must be a whole number above 0"),
        (MODEL + FILE + 'sha256 = "AB"', "toy.files.cpu: sha256 = 'AB' must be 64 hex digits"),
        (MODEL + FILE + f'sha256 = "{"a" * 64}"', "toy.files.cpu: sha256 belongs to hash = verified or stated"),
        (MODEL + FILE.replace("none", "stated"), "toy.files.cpu: sha256 belongs to hash = verified or stated"),
        (MODEL + FILE + 'git_blob = "12"', "toy.files.cpu: git_blob = '12' must be 8 to 40 hex digits"),
        (MODEL + FILE + 'archive = "tar.gz"', "toy.files.cpu: archive and member belong together"),
        (MODEL + FILE + 'bundled = "starter/toy.tflite"', "toy.files.cpu: unknown key url; it may hold bundled"),
        (MODEL + BUNDLED.replace("starter/", "../"), "toy.files.cpu: bundled = '../toy.tflite' must be a file of"),
        (MODEL.replace("https://example.com/card", "../toy.md") + FILE, "toy: card = '../toy.md' must be a link"),
        (MODEL + FILE + 'archive = "zip"\nmember = "a/b"', "toy.files.cpu: archive = 'zip' must be tar.gz"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ModelError) as refused:
        parse_catalog(text)

    assert message in str(refused.value)


def test_all_mistakes_come_at_once() -> None:
    with pytest.raises(ModelError) as refused:
        parse_catalog(MODEL.replace("pose", "Dance").replace("int8", "int4") + FILE.replace("none", "some"))

    assert len(str(refused.value).splitlines()) == 3


def test_the_documentation_lists_the_catalogue(catalog: Catalog) -> None:
    lines = (ROOT / "docs" / "models.md").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line.startswith("| `") and line.count(" |") == 6] == [
        documented(model) for model in catalog.models.values()
    ]


def documented(model: CatalogModel) -> str:
    """The line of a model in docs/models.md."""
    height, width = model.input_px
    size = f"{width} x {height}" if width else "free"
    compiled = "yes" if model.file("edgetpu") else ""
    hashes = ", ".join(dict.fromkeys(file.hash for file in model.files))
    return f"| `{model.name}` | {model.task} | {size} {model.precision} | {model.accuracy} | {compiled} | {hashes} |"
