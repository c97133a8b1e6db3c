"""What ``camera.source`` may be, and what somebody meant who wrote something else."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path, PurePath

from edge.base.shown_host import masked_host
from edge.base.url import masked_url, read_url
from edge.config.key import Kind
from edge.config.words import closest, listed

SCENES = ("tour", "living-room", "walk", "gym", "crossing", "fall", "empty", "lights-off", "covered")
"""The names of the built-in scenes, the fullest first; a test holds them against the scenes themselves."""
NETWORK_SCHEMES = ("rtsp", "rtsps", "http", "https", "udp", "tcp")
"""What a camera in the network can be reached by."""

_ADDRESS = rf"({'|'.join(NETWORK_SCHEMES)})://.+"
_PATH = r"(?![A-Za-z][\w+.-]*://).+"
PATTERN = rf"auto|picamera|synthetic(:.+)?|(v4l2|video|stills):{_PATH}|{_ADDRESS}"
ALLOWED = (
    "auto, picamera, v4l2:DEVICE, rtsp://…, rtsps://…, http://…, https://…, udp://…, tcp://…, video:PATH, stills:DIR,"
    " synthetic or synthetic:SCENE"
)

_WITH_PATH = ("v4l2:", "video:", "stills:")
_LOCAL = (*_WITH_PATH, "synthetic:")
_KINDS = ("v4l2", "video", "stills", "synthetic")
_SAME = {
    **dict.fromkeys(("file", "film", "movie", "clip", "vid", "mp4"), "video"),
    **dict.fromkeys(("folder", "dir", "directory", "images", "pictures", "photos", "image", "still"), "stills"),
    **dict.fromkeys(("usb", "webcam", "uvc", "device", "dev", "camera", "cam", "v4l"), "v4l2"),
    **dict.fromkeys(("scene", "test", "demo"), "synthetic"),
}
_PI_CAMERA = re.compile(r"(lib|pi|rpi|raspi|rasp(berry)?[ _-]?pi)[ _-]?(cam(era)?)?2?|csi|mipi|ribbon", re.IGNORECASE)
_WORDS = {
    **dict.fromkeys(("", "any", "camera", "cam", "default", "automatic", "detect", "first"), "auto"),
    **dict.fromkeys(("usb", "webcam", "uvc", "v4l", "v4l2", "usbcamera", "usbcam"), "v4l2:/dev/video0"),
    **dict.fromkeys(("scene", "test", "demo", "fake", "synth"), "synthetic"),
    **{scene: f"synthetic:{scene}" for scene in SCENES},
}
_OTHER_SCHEMES = frozenset({"rtmp", "rtmps", "rtp", "srt", "onvif", "ftp", "sftp", "ftps", "smb", "nfs", "mms", "ndi"})
_NODE = re.compile(r"(/?dev/)?(video|webcam|cam(era)?|usb)?[ _-]?(?P<number>\d{1,3})", re.IGNORECASE)
_HOST_AND_MORE = re.compile(r"(\d{1,3}\.){3}\d{1,3}(:\d+)?(/.*)?|[\w-]+(\.[\w-]+)*:\d{2,5}(/.*)?")
_FILM = re.compile(r"\.(mp4|m4v|mov|avi|mkv|webm|ts|mts|mpg|mpeg|wmv|flv|3gp|gif|mjpe?g|h26[45])$", re.IGNORECASE)
_PICTURE = re.compile(r"\.(jpe?g|png|bmp|webp|tiff?|heic)$", re.IGNORECASE)
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*):/{0,2}(?P<rest>.*)", re.DOTALL)
# An address whose :// is written in another way, and one that lacks it, with a user and a password.
_ADDRESS_SLIP = re.compile(
    rf"(?P<scheme>{'|'.join(NETWORK_SCHEMES)})\s*([:;]\s*)?[/\\]+(?P<rest>[^/\\].*)", re.IGNORECASE | re.DOTALL
)
_USER_AND_HOST = re.compile(r"/{0,2}(?P<rest>[^\s:/@\\]+:[^\s/@]+@[\w.\[-].*)", re.DOTALL)


def is_network_camera(source: str) -> bool:
    """Whether a source is an address in the network."""
    return source.startswith(tuple(f"{scheme}://" for scheme in NETWORK_SCHEMES))


def check_source(source: str) -> str:
    """A source that fits the pattern, looked at closer.

    Raises:
        ValueError: it is an address that cannot be right, a device by its bare name, or a scene there is not; the
            sentence says why.
    """
    kind, _, rest = source.partition(":")
    if is_network_camera(source):
        if found := re.search(r"[\s\"'<>\\]", source):
            character = found[0]
            raise ValueError(f"is an address; write {character!r} in it as %{ord(character):02X}")
        url = read_url(source)
        if not url.host and url.scheme != "udp":
            raise ValueError("is an address without a host; write it as rtsp://HOST/PATH")
    elif kind == "synthetic" and rest and rest not in SCENES:
        guess = closest(rest, SCENES)
        hint = f' (did you mean "{guess}"?)' if guess else ""
        raise ValueError(f'there is no scene "{rest}"{hint}; the scenes are {listed(SCENES)}')
    elif kind == "v4l2" and (node := _NODE.fullmatch(rest)) and not rest.startswith("/dev/"):
        raise ValueError(f'must be the path of a device (did you mean "v4l2:/dev/video{node["number"]}"?)')
    return source


def masked_source(source: str) -> str:
    """A source to be shown, right or wrong; an address may lack a part of its ``://``, a path may have an ``@``."""
    if "://" in source:
        return masked_url(source)
    return source if source.startswith(_LOCAL) else masked_host(source)


def split_source(source: str) -> tuple[str, str]:
    """What stands before a path, and the path; both empty where there is none."""
    kind, colon, path = source.partition(":")
    return (kind + colon, path) if source.startswith(_WITH_PATH) else ("", "")


def meant_source(text: str) -> str | None:
    """The source that was probably meant by one that is not allowed; None where nothing comes to mind."""
    word = text.strip().strip("\"'")
    return (
        _meant_word(word)
        or _meant_address(word)
        or _meant_scheme(word)
        or _meant_path(word)
        or closest(word, ("auto", "picamera", "synthetic"))
    )


def _meant_word(word: str) -> str | None:
    """What a single word, a number or a device node stands for."""
    bare = word.lower()
    if bare in _WORDS:
        return _WORDS[bare]
    if node := _NODE.fullmatch(word):
        return f"v4l2:/dev/video{node['number']}"
    if _PI_CAMERA.fullmatch(bare.partition(":")[0]):
        return "picamera"
    return f"v4l2:/{word.lstrip('/')}" if bare.startswith(("/dev/", "dev/")) else None


def _meant_address(word: str) -> str | None:
    """What an address stands for that is not whole."""
    if found := _ADDRESS_SLIP.fullmatch(word):
        return f"{found['scheme'].lower()}://{found['rest']}"
    if _HOST_AND_MORE.fullmatch(word):
        return f"rtsp://{word}"
    found = _USER_AND_HOST.fullmatch(word)
    is_kind = found is not None and found["rest"].partition(":")[0].lower() in (*_KINDS, *_SAME, *NETWORK_SCHEMES)
    return f"rtsp://{found['rest']}" if found is not None and not is_kind else None


def _meant_scheme(word: str) -> str | None:
    """What something with a colon stands for: an address, or a kind of source written otherwise."""
    found = _SCHEME.fullmatch(word)
    if found is None:
        return None
    given, rest = found["scheme"].lower(), found["rest"]
    if given in _OTHER_SCHEMES:
        return None
    kind = _SAME.get(given) or closest(given, (*_KINDS, *NETWORK_SCHEMES), similarity=0.7)
    if kind in NETWORK_SCHEMES:
        return f"{kind}://{rest}"
    if "://" in rest and kind is not None:  # video:rtsp://…
        return rest if is_network_camera(rest) else _meant_scheme(rest)
    return _of_kind(kind, rest, word) if kind else None


def _of_kind(kind: str, rest: str, word: str) -> str | None:
    if kind == "synthetic":
        scene = closest(rest, SCENES)
        return f"synthetic:{scene}" if scene else "synthetic"
    if kind == "v4l2" and (node := _NODE.fullmatch(rest)):
        return f"v4l2:/dev/video{node['number']}"
    # file:///home/a.mp4: two of the slashes belong to the scheme, which has eaten them.
    slash = "/" if rest and re.match(r"[^:]+:/(?!/)", word) else ""
    return f"{kind}:{slash}{rest}" if rest else None


def _meant_path(word: str) -> str | None:
    """What the bare path of a film, a picture or a folder stands for."""
    if "://" in word:
        return None
    if _PICTURE.search(word):
        return f"stills:{PurePath(word).parent}"
    with suppress(OSError, RuntimeError):  # ~name of a user there is not, a name that is too long
        if (there := Path(word).expanduser()).exists():
            return f"{'stills' if there.is_dir() else 'video'}:{word}"
    if _FILM.search(word):
        return f"video:{word}"
    if "/" in word or word.startswith(("~", ".")):
        return f"{'video' if PurePath(word).suffix else 'stills'}:{word}"
    return None


SOURCE = Kind(check=check_source, meant=meant_source, masked=masked_source, split=split_source)
