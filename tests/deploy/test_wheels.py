"""What the package has inside: just the wheels whose hashes are known, of them only what is used, and that it works."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, version
from typing import TYPE_CHECKING

import pytest

from deploy.package import wheels
from deploy.package.lock import closure
from deploy.package.target import SUITES, Target
from tests.cli.toys import clip_file
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = {
    wheels.WHEELS: PROJECT["project"]["dependencies"],
    wheels.TOOLS: PROJECT["build-system"]["requires"],
}
BOOKWORM, TRIXIE = (Target(SUITES[name], "arm64") for name in ("bookworm", "trixie"))
NOT_INSIDE = (
    *("tqdm", "google", "ml_dtypes", "flatbuffers", "backports", "typing_extensions.py", "markdown_it", "mdurl"),
    *("pygments", "numpy", "cv2", "av", "PIL", "bin"),
)
RUN_MODELS = """
import sys
from pathlib import Path
from ai_edge_litert.interpreter import Interpreter
for path in sys.argv[1:]:
    interpreter = Interpreter(path, num_threads=2)
    interpreter.allocate_tensors()
    interpreter.invoke()
    for name in interpreter.get_signature_list():
        runner = interpreter.get_signature_runner(name)
        given = {key: interpreter.get_tensor(one["index"]) for key, one in runner.get_input_details().items()}
        assert runner(**given)
print(*sorted(Path(m.__file__).name for name, m in sys.modules.items() if name.split(".")[0] == "ai_edge_litert"))
"""
IMPORT_ALL = """
import pkgutil
import edge
for module in pkgutil.walk_packages(edge.__path__, "edge."):
    # For machines without mosquitto, and for desktops.
    if module.name not in {"edge.demo.python_broker", "edge.monitor.window"}:
        __import__(module.name)
        print(module.name)
"""


def locked(name: str) -> dict[str, list[str]]:
    """The hashes in a file, by ``name==version``."""
    text = (ROOT / name).read_text().replace("\\\n", "")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {line[0]: [word.removeprefix("--hash=sha256:") for word in line[1:]] for line in lines}


@pytest.mark.parametrize("name", LOCKS)
def test_every_wheel_has_its_hashes(name: str) -> None:
    for wheel, hashes in locked(name).items():
        assert hashes, wheel
        assert all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes), wheel


def test_a_wheel_of_machine_code_has_one_for_each_target() -> None:
    (litert,) = (hashes for wheel, hashes in locked(wheels.WHEELS).items() if wheel.startswith("ai-edge-litert=="))
    assert len(set(litert)) == 4


@pytest.mark.parametrize(("name", "required"), LOCKS.items())
def test_it_is_what_is_required_in_the_releases_that_the_tests_use(name: str, required: list[str]) -> None:
    """Fails when a new release requires something more; then `make lock`, or name it in `wheels.NOT_INSIDE`."""
    assert set(locked(name)) == {f"{one}=={version(one)}" for one in closure(required)}


def test_a_wheel_that_is_another_one_is_refused(tmp_path: Path) -> None:
    """Pip compares before it unpacks; tried without a network, with a wheel made here."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "pyproject.toml").write_text('[project]\nname = "tomlkit"\nversion = "0.15.2"\n[build-system]\n'
        'requires = []\nbuild-backend = "hatchling.build"\n')  # fmt: skip
    (source / "tomlkit").mkdir()
    (source / "tomlkit/__init__.py").touch()
    pip = [sys.executable, "-m", "pip", "--isolated", "--quiet", "--disable-pip-version-check"]
    made = [*pip, "wheel", "--no-deps", "--no-build-isolation", f"--wheel-dir={tmp_path}", str(source)]
    subprocess.run(made, check=True, capture_output=True)
    (line,) = (f"{wheel} --hash=sha256:{one[0]}" for wheel, one in locked(wheels.WHEELS).items() if "tomlkit" in wheel)
    (tmp_path / "wheels.txt").write_text(line.replace(line.split()[0], "tomlkit==0.15.2"))
    into = [f"--target={tmp_path / 'site'}", "--no-index", f"--find-links={tmp_path}", *wheels.pip_options(BOOKWORM)]
    install = [*pip, "install", "--no-deps", "--require-hashes", *into, f"--requirement={tmp_path / 'wheels.txt'}"]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr
    assert not (tmp_path / "site/tomlkit").exists()


def test_wheels_are_for_the_target_not_for_this_machine() -> None:
    assert TRIXIE.platforms[0] == "manylinux_2_41_aarch64"
    assert BOOKWORM.platforms[0] == "manylinux_2_36_aarch64"
    assert {"manylinux_2_17_aarch64", "manylinux2014_aarch64"} < set(BOOKWORM.platforms)


def test_no_trace_is_left_of_what_was_taken_out(tmp_path: Path) -> None:
    about, litert = tmp_path / "rich-15.0.0.dist-info", tmp_path / "ai_edge_litert"
    for folder in (about, litert / "vendors" / "other", tmp_path / "bin", tmp_path / "rich"):
        folder.mkdir(parents=True)
    (about / "direct_url.json").touch()
    (about / "RECORD").write_text(f"rich,,\n{about.name}/direct_url.json,sha256=0,1\n../../bin/rich,,\n")
    for name in ("interpreter.py", "schema_py_generated.py", "libLiteRt.so"):
        (litert / name).touch()
    wheels.tidy(tmp_path)
    assert [path.name for path in litert.iterdir()] == ["interpreter.py"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ai_edge_litert", "rich", about.name]
    assert [path.name for path in about.iterdir()] == ["RECORD"]
    assert (about / "RECORD").read_text() == "rich,,\n"


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the package has inside, out of the wheels of this environment, beside it what apt brings."""
    folder = tmp_path_factory.mktemp("appliance")
    for wheel in locked(wheels.WHEELS):
        put(folder, wheel.partition("==")[0])
    wheels.tidy(folder)
    assert not [name for name in NOT_INSIDE if (folder / name).exists()]
    for name in wheels.FROM_APT:
        put(folder, name)
    return folder


def put(folder: Path, name: str) -> None:
    """Lay links to the files of a distribution there."""
    for file in distribution(name).files or ():
        if ".." not in file.parts and file.suffix != ".pyc":
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).symlink_to(str(file.locate()))


def python(appliance: Path, *words: str) -> str:
    """What it prints with these words, where it has nothing but the appliance."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{appliance}:{ROOT}", "HOME": str(appliance)}
    done = subprocess.run(
        [sys.executable, "-S", "-B", *words], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_all_of_edge_is_there(appliance: Path) -> None:
    assert "edge.cli.main" in python(appliance, "-c", IMPORT_ALL).split()


def test_litert_runs_every_starter_model_with_what_is_left_of_it(appliance: Path) -> None:
    models = [str(path) for path in sorted((ROOT / "models/starter").glob("*.tflite"))]
    assert len(models) == 4
    used = python(appliance, "-c", RUN_MODELS, *models).split()
    assert set(used) | {"libpywrap_litert_common.so"} == {
        path.name for path in (appliance / "ai_edge_litert").iterdir()
    }


@pytest.mark.parametrize("task", ["pose", "classification", "action"])
def test_the_command_answers_with_what_is_inside(appliance: Path, tmp_path: Path, task: str) -> None:
    clip = clip_file(tmp_path / "clip.mp4", 20)
    (tmp_path / "edge.toml").touch()
    words = ["infer", "--config", str(tmp_path / "edge.toml"), "--json", "--model", f"starter-{task}", task, str(clip)]
    lines = python(appliance, "-m", "edge.cli.entry", *words).splitlines()
    assert {json.loads(line)["model"] for line in lines} == {f"starter-{task}"}
