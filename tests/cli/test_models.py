"""``edge models``, from the command line to the files in the store."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge.base.machine_files import MachineFiles
from edge.cli import models
from edge.cli.main import main
from edge.runtime.catalog import load_catalog
from edge.runtime.store.download import Downloader
from tests.cli import toys
from tests.runtime.store import samples
from tests.runtime.store import site as manners
from tests.runtime.store.samples import HASTE, model, model_bytes, names, pinned, unpinned
from tests.runtime.store.site import Site, running_site
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support import SharedData

Output = pytest.CaptureFixture[str]
OTHERS_OFF = ("--set=classification.enabled=false", "--set=action.enabled=false")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The store of a service whose state is in a folder of this test."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "state" / "models"


@pytest.fixture
def site(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A publisher with three small models, which are all the catalogue has: two known to it, one not."""
    with running_site({f"{name}.tflite": model_bytes(seed) for seed, name in enumerate(("one", "two", "new"))}) as site:
        one = pinned(site.url("one.tflite"), model_bytes(0))
        store = samples.store(
            folder,
            model(one, replace(one, variant="edgetpu"), name="one"),
            model(pinned(site.url("two.tflite"), model_bytes(1)), name="two"),
            model(unpinned(site.url("new.tflite"), git_blob=samples.git_blob(model_bytes(2))[:8]), name="new"),
        )
        monkeypatch.setattr(models, "open_store", lambda: store)
        monkeypatch.setattr(models, "Downloader", lambda tell: Downloader(HASTE, tell))
        yield site


def test_the_list_says_what_is_here(site: Site, capsys: Output) -> None:
    assert main(["models", "pull", "one", "--edgetpu"]) == 0
    capsys.readouterr()

    assert main(["models", "list"]) == 0

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["NAME", "TASK", "HERE", "SIZE", "LICENCE"]
    assert lines[1] == ["one", "pose", "cpu", "edgetpu", "0.2", "MB", "Apache-2.0"]
    assert lines[2] == ["two", "pose", "-", "0.2", "MB", "Apache-2.0"]
    assert lines[3] == ["new", "pose", "-", "?", "Apache-2.0"]
    assert len(site.seen) == 2


def attach_coral(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one be plugged into the machine that the command looks at."""
    device = root / "sys/bus/usb/devices/2-1"
    device.mkdir(parents=True)
    for file, text in (("idVendor", "18d1"), ("idProduct", "9302"), ("busnum", "2"), ("devnum", "4")):
        (device / file).write_text(text)
    monkeypatch.setattr(models, "THIS_MACHINE", MachineFiles(root))


@pytest.mark.usefixtures("site")
def test_where_a_coral_is_attached_both_files_are_pulled(
    folder: Path, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach_coral(tmp_path / "machine", monkeypatch)
    assert main(["models", "pull", "one", "two"]) == 0
    pulled = [line.split(": ") for line in capsys.readouterr().out.splitlines()]
    assert pulled == [[f"{folder}/{name}.tflite", "pulled"] for name in ("one", "one_edgetpu", "two")]


def test_the_list_as_json_has_everything(folder: Path, capsys: Output) -> None:
    assert main(["models", "list", "--json"]) == 0

    listed = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert listed.keys() == load_catalog().models.keys()
    assert listed["movenet-lightning"]["files"].keys() == {"cpu", "edgetpu"}
    assert listed["movenet-lightning"]["files"]["cpu"]["path"] is None
    assert listed["movinet-a0"]["files"]["cpu"]["member"] == "1.tflite"
    assert not folder.exists()


@pytest.mark.usefixtures("folder")
def test_info_explains_a_model_and_how_to_get_it(capsys: Output) -> None:
    assert main(["models", "info", "movenet-thunder"]) == 0

    text = capsys.readouterr().out
    assert "68.9 mAP" in text
    assert "256 x 256, (pixel - 0) / 1" in text
    assert "stated by several public sources" in text
    assert "git id 8c74dfc6" in text
    assert "get it with: sudo edge models pull movenet-thunder --edgetpu" in text


@pytest.mark.usefixtures("folder")
def test_info_of_a_model_with_a_free_input_and_as_json(capsys: Output) -> None:
    assert main(["models", "info", "movenet-multipose"]) == 0
    assert "any size" in capsys.readouterr().out

    assert main(["models", "info", "movenet-multipose", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"]["cpu"]["sha256"] is None


@pytest.mark.usefixtures("folder")
def test_the_card_of_a_model_can_be_read(capsys: Output) -> None:
    assert main(["models", "info", "movenet-thunder", "--card"]) == 0
    assert capsys.readouterr().out == (ROOT / "models/cards/movenet-singlepose.md").read_text()

    assert main(["models", "info", "blazepose-full"]) == 0
    assert f"card      {ROOT / 'models/cards/blazepose.md'}" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_the_card_of_a_model_comes_with_its_json(capsys: Output) -> None:
    assert main(["models", "info", "movenet-thunder", "--card", "--json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert described["name"] == "movenet-thunder"
    assert described["card_text"] == (ROOT / "models/cards/movenet-singlepose.md").read_text()


@pytest.mark.usefixtures("site")
def test_a_card_elsewhere_is_named(capsys: Output) -> None:
    assert main(["models", "info", "one", "--card"]) == 0
    assert capsys.readouterr().out.startswith("the card of one is its publisher's: https://")


@pytest.mark.usefixtures("folder")
def test_a_name_that_is_wrong_is_a_sentence(capsys: Output) -> None:
    assert main(["models", "info", "movinet-a9"]) == 1

    assert "did you mean movinet-a" in capsys.readouterr().err


def test_several_models_are_pulled_and_the_second_time_at_once(site: Site, folder: Path, capsys: Output) -> None:
    assert main(["models", "pull", "one", "new"]) == 0
    assert capsys.readouterr().out == (
        f"{folder}/one.tflite: pulled\n"
        f"{folder}/new.tflite: pulled (the catalogue knows no SHA-256 of it; that of these bytes is recorded)\n"
    )

    assert main(["models", "pull", "one", "new", "one"]) == 0
    assert capsys.readouterr().out == f"{folder}/one.tflite: already here\n{folder}/new.tflite: already here\n"
    assert len(site.seen) == 2


@pytest.mark.usefixtures("site")
def test_what_was_recorded_is_shown(folder: Path, capsys: Output) -> None:
    main(["models", "pull", "new"])
    main(["models", "info", "new"])

    text = capsys.readouterr().out
    assert "(of the file pulled from http://127.0.0.1" in text
    assert f"here    {folder}/new.tflite" in text


@pytest.mark.usefixtures("site")
def test_all_means_every_model(folder: Path) -> None:
    assert main(["models", "pull", "--all", "--edgetpu"]) == 0

    assert {name for name in names(folder) if name.endswith(".tflite")} == {
        "one.tflite",
        "one_edgetpu.tflite",
        "two.tflite",
        "new.tflite",
    }


def test_one_that_fails_is_named_and_the_others_are_done(site: Site, folder: Path, capsys: Output) -> None:
    site.manners = [manners.sending(model_bytes(7))]

    assert main(["models", "pull", "one", "two"]) == 1

    printed = capsys.readouterr()
    assert f"edge: one: {site.url('one.tflite')}: not the right file" in printed.err
    assert printed.out == f"{folder}/two.tflite: pulled\n"
    assert names(folder) == {"two.tflite", "two.tflite.json"}


def test_a_pull_without_a_network_says_how_much_how_often_and_what_else(
    site: Site, folder: Path, capsys: Output
) -> None:
    site.manners = [manners.answering(503)] * 6

    assert main(["models", "pull", "one", "new"]) == 1

    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "edge: one: fetching it, 0.2 MB"
    assert [line.rpartition("; attempt ")[2][:6] for line in lines[1:3]] == ["2 of 3", "3 of 3"]
    assert "gave up after 3 attempts" in lines[3]
    assert lines[4] == "edge: new: fetching it"  # its size is not known
    assert lines[-1].startswith("edge: without a network: fetch them elsewhere")
    assert lines[-1].endswith("edge models import FOLDER")
    assert names(folder) == set()


@pytest.mark.usefixtures("site")
def test_what_is_here_is_not_announced(capsys: Output) -> None:
    main(["models", "pull", "one"])
    capsys.readouterr()

    assert main(["models", "pull", "one"]) == 0

    assert capsys.readouterr().err == ""


def test_an_interrupted_pull_goes_on(site: Site, capsys: Output) -> None:
    site.manners = [manners.dropping_after(198_000)] * 3
    assert main(["models", "pull", "one"]) == 1
    assert "198,000 bytes are kept, the same command goes on from there" in capsys.readouterr().err

    assert main(["models", "pull", "one"]) == 0

    assert site.ranges[-1] == "bytes=198000-"


@pytest.mark.usefixtures("site")
def test_without_a_name_it_is_what_the_tasks_are_to_run(folder: Path, capsys: Output) -> None:
    keys = ("pose.model=one", "classification.model=two", "action.enabled=false")
    assert main(["models", "pull", *(word for key in keys for word in ("--set", key))]) == 0

    assert capsys.readouterr().out == f"{folder}/one.tflite: pulled\n{folder}/two.tflite: pulled\n"


@pytest.mark.parametrize("argv", [["pair"], ["--set=pose.model=pair", *OTHERS_OFF]])
def test_a_model_of_several_brings_its_parts(
    site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, argv: list[str]
) -> None:
    detector = model(pinned(site.url("one.tflite"), model_bytes(0)), name="finder")
    landmarks = model(pinned(site.url("two.tflite"), model_bytes(1)), name="pair")
    pair = replace(landmarks, parts={"landmarks": "pair", "detector": "finder"})
    monkeypatch.setattr(models, "open_store", lambda: samples.store(folder, pair, detector))

    assert main(["models", "pull", *argv]) == 0

    assert capsys.readouterr().out == f"{folder}/pair.tflite: pulled\n{folder}/finder.tflite: pulled\n"


def test_without_a_name_there_is_nothing_to_pull_where_all_models_are_files(capsys: Output) -> None:
    keys = ("pose.model=./mine.tflite", "classification.enabled=false", "action.enabled=false")
    assert main(["models", "pull", *(word for key in keys for word in ("--set", key))]) == 2

    assert "asks for no model of the catalogue; give the names of models, or --all" in capsys.readouterr().err


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("argv", [["pull", "--all", "one"], ["pull", "two", "--edgetpu"]])
def test_wrong_usage_is_explained(argv: list[str], capsys: Output) -> None:
    assert main(["models", *argv]) == 2

    assert "edge models pull:" in capsys.readouterr().err


@pytest.mark.usefixtures("site")
def test_what_the_tasks_need_is_pulled_for_an_edgetpu_as_far_as_there_is_something(
    folder: Path, capsys: Output
) -> None:
    keys = ("pose.model=one", "classification.model=two", "action.enabled=false")

    assert main(["models", "pull", "--edgetpu", *(word for key in keys for word in ("--set", key))]) == 0

    assert {path.name for path in folder.glob("*.tflite")} == {"one.tflite", "one_edgetpu.tflite", "two.tflite"}
    assert "no file of two for the EdgeTPU is published; the CPU runs it" in capsys.readouterr().err


def test_a_terminal_sees_progress(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    site.manners = [manners.without_length]

    assert main(["models", "pull", "new"]) == 0

    assert "new.tflite" in terminal.getvalue()


@pytest.mark.usefixtures("site")
def test_import_says_what_it_knows_and_what_not(tmp_path: Path, folder: Path, capsys: Output) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "download").write_bytes(model_bytes(0))
    toys.pose_model(usb)
    (usb / "notes.txt").write_text("buy milk")

    assert main(["models", "import", str(usb)]) == 0

    assert capsys.readouterr().out == (
        f"{usb}/dot-pose.tflite: no model of the catalogue; use it by its path\n"
        f"{usb}/download: one (cpu), imported\n"
        f"1 of the catalogue, 1 other model files; the store is {folder}\n"
    )
    main(["models", "import", str(usb / "download")])
    assert "one (cpu), already here" in capsys.readouterr().out


@pytest.mark.usefixtures("site")
def test_import_names_what_it_cannot_read_and_does_the_others(tmp_path: Path, folder: Path, capsys: Output) -> None:
    (tmp_path / "download").write_bytes(model_bytes(0))
    (tmp_path / "gone.tflite").symlink_to("nowhere")

    assert main(["models", "import", str(tmp_path / "download"), str(tmp_path)]) == 1

    written = capsys.readouterr()
    assert f"{tmp_path}/download: one (cpu), imported\n" in written.out
    assert (
        written.err
        == f"edge: {tmp_path}/gone.tflite: cannot be read (a link, which is not followed; give the file it leads to)\n"
    )
    assert (folder / "one.tflite").exists()


def test_import_of_nothing_known_fails(tmp_path: Path, capsys: Output) -> None:
    assert main(["models", "import", str(toys.pose_model(tmp_path))]) == 1
    assert "0 of the catalogue, 1 other" in capsys.readouterr().out
    assert main(["models", "import", str(tmp_path / "gone")]) == 1
    assert "gone: no such file or folder" in capsys.readouterr().err


@pytest.mark.usefixtures("site")
def test_verify_names_each_broken_file_and_the_fix(folder: Path, capsys: Output) -> None:
    assert main(["models", "verify"]) == 0
    assert f"no models in {folder}; get one with: sudo edge models pull" in capsys.readouterr().out
    main(["models", "pull", "--all"])
    assert main(["models", "verify"]) == 0
    capsys.readouterr()
    (folder / "one.tflite").write_bytes(model_bytes(7))

    assert main(["models", "verify"]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{folder}/one.tflite: its SHA-256 is ")
    assert lines[0].endswith("; fetch it again with: sudo edge models pull one")
    assert lines[1] == f"{folder}/two.tflite: sound"
    assert main(["models", "pull", "one"]) == 0
    assert main(["models", "verify"]) == 0


def infer(task: str, picture: Path, name: str) -> int:
    return main(["infer", task, str(picture), "--model", name, "--json"])


def test_a_model_that_is_not_in_the_store_names_the_command(tmp_path: Path, folder: Path, capsys: Output) -> None:
    picture = toys.picture_file(tmp_path / "dot.png", toys.red_dot())

    assert infer("pose", picture, "movenet-lightning") == 1

    assert capsys.readouterr().err == (
        f"edge: pose.model = 'movenet-lightning': not in the model store {folder}; "
        "get it with: sudo edge models pull movenet-lightning\n"
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("movenet-lihgtning", "did you mean movenet-lightning?"),
        ("movinet-a0", "pose.model = 'movinet-a0': a model for action"),
        ("blazepose-detector", "a model that this version cannot run"),
        ("movenet-thunder", "get it with: sudo edge models pull movenet-thunder"),
    ],
)
def test_a_name_that_does_not_fit_the_task_is_explained(
    tmp_path: Path, name: str, message: str, capsys: Output
) -> None:
    assert infer("pose", toys.picture_file(tmp_path / "dot.png", toys.red_dot()), name) == 1

    assert message in capsys.readouterr().err


def test_a_bundle_that_is_another_is_not_run(tmp_path: Path, folder: Path, capsys: Output) -> None:
    folder.mkdir(parents=True)
    (folder / "blazepose-lite.task").write_bytes(samples.bundle(model_bytes()))

    assert infer("pose", toys.picture_file(tmp_path / "dot.png", toys.red_dot()), "blazepose-lite") == 1

    assert "blazepose-lite.task is broken: " in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_imported_models_work_by_name_and_without_further_keys(shared: SharedData, capsys: Output) -> None:
    assert main(["models", "import", str(shared.path("models"))]) == 0
    capsys.readouterr()

    assert infer("pose", shared.path("media/coral/squat.bmp"), "movenet-lightning") == 0
    pose = json.loads(capsys.readouterr().out)
    assert pose["model"] == "movenet-lightning"
    assert len(pose["people"]) == 1

    for name in ("mobilenet-v2", "mobilenet-v2-legacy"):
        assert infer("classification", shared.path("media/coral/cat.bmp"), name) == 0
        assert "Egyptian cat" in json.loads(capsys.readouterr().out)["categories"][0]["category_name"]

    assert infer("action", shared.path("media/video_action/carving_ice_rpi.mp4"), "movinet-a0") == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["categories"][0]["category_name"] == "carving ice"


def test_the_real_catalogue_pulls_from_a_mirror(shared: SharedData, folder: Path, capsys: Output) -> None:
    name = "movenet_single_pose_lightning_ptq.tflite"
    content = shared.path(f"models/movenet/{name}").read_bytes()
    with running_site({name: content}) as mirror:
        assert main(["models", "pull", "movenet-lightning", "--mirror", mirror.address]) == 0

    assert (folder / "movenet-lightning.tflite").read_bytes() == content
    assert main(["models", "pull", "movinet-a0", "--mirror", str(shared.path("models"))]) == 1
    assert "the mirror has no movinet-a0.tflite and no 1.tflite" in capsys.readouterr().err


def test_a_model_is_removed_with_all_that_it_brought(site: Site, folder: Path, capsys: Output) -> None:
    assert site
    assert main(["models", "pull", "one", "--edgetpu"]) == 0
    assert main(["models", "pull", "two"]) == 0
    (folder / "one.txt").write_text("labels")
    capsys.readouterr()

    assert main(["models", "remove", "one", "one"]) == 0

    said = capsys.readouterr().out
    assert said.startswith("one: removed, ")
    assert said.rstrip().endswith("get it again with: sudo edge models pull one")
    assert {path.name for path in folder.iterdir()} == {".incoming", "two.tflite", "two.tflite.json"}
    assert main(["models", "remove", "one", "two"]) == 1, "one is not there any more, two is removed all the same"
    assert "edge: one: not in the model store" in capsys.readouterr().err
    assert {path.name for path in folder.iterdir()} == {".incoming"}


@pytest.mark.usefixtures("folder")
def test_what_is_no_model_or_comes_with_edge_is_not_removed(capsys: Output) -> None:
    assert main(["models", "remove", "movenet-thundr"]) == 1
    assert "did you mean movenet-thunder?" in capsys.readouterr().err
    assert main(["models", "remove", "starter-pose"]) == 1
    assert "starter-pose: comes with Edge and stays; nothing to remove" in capsys.readouterr().err
    assert main(["models", "remove", "../../etc/passwd"]) == 1
