import os
from pathlib import Path

import pytest

from edge.config.file_text import LARGEST_BYTES, Source, parse, read_file_text
from edge.errors import ConfigError


def problems(text: str) -> list[str]:
    return [str(problem) for problem in parse(Source("edge.toml", Path("/etc/edge"), text)).problems]


def test_a_file_knows_its_name_folder_and_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("edge.toml").write_bytes(b"\xef\xbb\xbf[pose]\r\n")
    assert read_file_text(Path("edge.toml")) == Source("edge.toml", tmp_path, "[pose]\r\n")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a = 1\nb = '\xff'\n", r"edge\.toml:2: is not UTF-8 text; save the file as UTF-8"),
        (b"\xff\xfe[\x00p\x00o", r"edge\.toml:1: is not UTF-8 text"),
        ("a = 1\n".encode("utf-16-le"), r"edge\.toml:1: is not UTF-8 text; save the file as UTF-8"),
        (b"a = 1\nb = '\0'\n", r"edge\.toml:2: is not UTF-8 text; save the file as UTF-8"),
        (b"#" * (LARGEST_BYTES + 1), r"edge\.toml: is larger than 256 KiB"),
    ],
)
def test_what_is_no_configuration_is_refused(content: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "edge.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=sentence):
        read_file_text(tmp_path / "edge.toml")


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_takes_the_place_of_a_file_at_the_last_moment_is_refused_at_once(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "edge.toml"
    {"pipe": os.mkfifo, "folder": os.mkdir, "device": lambda place: place.symlink_to("/dev/zero")}[kind](path)
    monkeypatch.setattr(Path, "is_file", lambda _path: True)
    with pytest.raises(ConfigError, match=r"edge\.toml: cannot be read \(not a file, but"):
        read_file_text(path)


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, sentence in [
        (tmp_path / "edge.toml", r"edge\.toml: there is no such file"),
        (tmp_path, "is not a file"),
        (tmp_path / "pipe", "pipe: is not a file"),
        (tmp_path / ("x" * 300), "cannot be read .File name too long"),
        (Path("zero\0byte"), "cannot be read .*null byte"),
    ]:
        with pytest.raises(ConfigError, match=sentence):
            read_file_text(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    path.touch(mode=0o000)
    with pytest.raises(ConfigError, match=r"cannot be read .Permission denied.; check its permissions"):
        read_file_text(path)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("[pose]\n[mqtt\nport = 1\n", "edge.toml:2: is not TOML: "),
        ('a = 1\nb = """\nx\n', "edge.toml:4: is not TOML: "),
        ("a = 1\na = 2\n", "edge.toml:2: is not TOML: "),
        (f"a = {'[' * 5000}", "edge.toml:1: is nested too deeply for a configuration"),
        (f"\n{'a.' * 100_000}a = 1", "edge.toml:2: is nested too deeply for a configuration"),
        (f"a = 1\n\nb = {'9' * 5000}", "edge.toml:3: is not TOML: exceeds the limit"),
    ],
)
def test_broken_toml_is_told_with_its_line(text: str, start: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(start)


def test_an_unclosed_list_is_one_problem_not_one_a_line() -> None:
    assert len(problems('[pose]\nallow = [\n"cat",\n[mqtt]\nport = 1\nhost = "a"\n')) == 1


def test_bare_text_gets_its_quotes_as_advice() -> None:
    assert problems("a = stretch\nb = video:walk.mp4\nc = 1\n") == [
        'edge.toml:1: is not TOML; text needs quotes (did you mean a = "stretch"?)',
        'edge.toml:2: is not TOML; text needs quotes (did you mean b = "video:walk.mp4"?)',
    ]


def test_what_is_right_in_a_broken_file_is_still_understood() -> None:
    parsed = parse(Source("edge.toml", Path(), "a = b\nc = 1\n"))
    assert parsed.document == {"c": 1}
    assert parsed.text == "\nc = 1\n"


def test_endless_mistakes_are_cut_off() -> None:
    assert len(problems("a = b\n" * 1000)) == 50


@pytest.mark.parametrize("line", ["password_file = hunter2", "password = hunter2", "camera_token = hunter2"])
def test_a_password_without_quotes_is_not_said_again(line: str, tmp_path: Path) -> None:
    parsed = parse(Source("edge.toml", tmp_path, f"[mqtt]\n{line}\n"))
    assert "text needs quotes" in str(parsed.problems[0])
    assert "hunter2" not in str(parsed.problems[0])
