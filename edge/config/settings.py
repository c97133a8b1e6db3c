"""Every configuration key of Edge: its type, default, bounds and help, in one place.

A section of the TOML file is a class here, a key is a field. Units stand in the names. ``Settings`` is the whole file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from edge.config import camera_source
from edge.config.key import key
from edge.types import Fit, Rotation


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """[device]: who this appliance is."""

    id: str = key(
        "",
        "Name in the MQTT topics. Empty: host name and 4 hex digits of a hash of the machine id.",
        pattern="[A-Za-z0-9_-]{0,64}",
        allowed="at most 64 letters, digits, - and _",
        live=False,
    )
    privacy: Literal["none", "skeleton"] = key(
        "none",
        "What pictures show that leave the appliance: none: all; skeleton: keypoints of people on black, nothing else.",
        choices=("none", "skeleton"),
    )
    area: str = key(
        "",
        "The room it looks at; Home Assistant is offered it as the device's area, while that has none. Empty: none.",
        pattern="(?!.{65})(\\S+( \\S+)*)?",
        allowed="words with single spaces between them, at most 64 characters",
    )


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """[camera]: where frames come from."""

    source: str = key(
        "auto",
        "auto (the camera that is attached), picamera (the Raspberry Pi's), v4l2:/dev/video0 (a USB camera),"
        " rtsp://USER@HOST/PATH, http://… or udp://… (a camera in the network), video:PATH (a file), stills:DIR (a"
        " folder of pictures) or synthetic:SCENE (the built-in scene).",
        pattern=camera_source.PATTERN,
        allowed=camera_source.ALLOWED,
        kind="source",
        live=False,
    )
    password_file: str = key(
        "",
        "File whose first line is the password of a camera in the network; its user stands in source.",
        kind="path",
        live=False,
    )
    width: int = key(
        640,
        "Width asked of a live camera, in pixels before turning; it gives the nearest it has. One in the network is set"
        " by itself.",
        low=64,
        high=4096,
        live=False,
    )
    height: int = key(480, "Height asked of a live camera, in pixels before turning.", low=64, high=4096, live=False)
    fps: float = key(30.0, "Frames a second asked of a live camera.", low=1, high=240, live=False)
    rotate: Rotation = key(0, "Turn the picture clockwise by so many degrees.", choices=(0, 90, 180, 270), remote=True)
    hflip: bool = key(False, "Mirror the picture left to right, after turning.", remote=True)
    vflip: bool = key(False, "Mirror the picture top to bottom, after turning.", remote=True)
    loop: bool = key(False, "Start a file or the built-in scene again when it ends.", live=False)
    realtime: bool = key(
        True,
        "Play a file or the built-in scene at its own pace and drop late frames; false: as fast as possible, none"
        " dropped.",
        live=False,
    )


@dataclass(frozen=True, slots=True)
class InferenceSettings:
    """[inference]: what all tasks share."""

    threads: int = key(
        4, "CPU threads of the whole daemon, shared among the enabled tasks.", low=1, high=16, live=False
    )
    fallback_to_starter: bool = key(
        True, "While a task's model is not in the model store, run the starter model that comes with Edge."
    )


@dataclass(frozen=True, slots=True)
class PoseSettings:
    """[pose]: people and their keypoints (MoveNet)."""

    enabled: bool = key(True, "Run this task.", live=False)
    model: str = key("movenet-lightning", "A catalogue name or the path of a .tflite file.", kind="model", remote=True)
    threads: int = key(
        0, "CPU threads of this task, at most one a core; 0: its share of inference.threads.", low=0, high=16
    )
    fit: Fit = key(
        "letterbox",
        "How a frame is fitted to the model: letterbox keeps the shape, stretch does not.",
        choices=("letterbox", "stretch"),
        remote=True,
    )
    score_threshold: float = key(
        0.2,
        "A person appears once the mean keypoint score reaches this; while known, it is left out below three quarters"
        " of this.",
        low=0,
        high=1,
        remote=True,
    )
    max_people: int = key(6, "At most this many people in a result.", low=1, high=6, remote=True)
    max_rate_hz: float = key(0.0, "Run at most this often; 0: every frame.", low=0, high=240, remote=True)
    region: tuple[float, ...] = key(
        (0.0, 0.0, 1.0, 1.0),
        "The part of the frame that is looked at: x, y, width, height.",
        low=0,
        high=1,
        lengths=(4,),
        kind="region",
        remote=True,
    )


@dataclass(frozen=True, slots=True)
class ClassificationSettings:
    """[classification]: what the picture shows (EfficientNet-Lite)."""

    enabled: bool = key(True, "Run this task.", live=False)
    model: str = key("efficientnet-lite0", "A catalogue name or the path of a .tflite file.", kind="model", remote=True)
    labels: str = key(
        "",
        "Path of a label file, one label a line; empty: the labels inside or beside the model, or the catalogue's.",
        kind="path",
    )
    threads: int = key(
        0, "CPU threads of this task, at most one a core; 0: its share of inference.threads.", low=0, high=16
    )
    mean: tuple[float, ...] = key(
        (),
        "What is taken from each pixel (0..255) for a model with a float input, before it is divided by std: one number"
        " for all channels or three for R, G and B. Empty: what the model or the catalogue states, else 127.5; 0 where"
        " std is set.",
        low=-1000,
        high=1000,
        lengths=(0, 1, 3),
        allowed="a number from -1000 to 1000, or a list of three",
    )
    std: tuple[float, ...] = key(
        (),
        "What each pixel less mean is divided by, as for mean: 255 makes 0..1 of pixels, 1 leaves 0..255. What is given"
        " for pixels of 0..1 has to be multiplied by 255. Empty: as for mean; 1 where mean is set.",
        low=1,
        high=1000,
        lengths=(0, 1, 3),
        allowed="a number from 1 to 1000, or a list of three, for pixels of 0..255 (those for 0..1 times 255)",
    )
    input_size: tuple[int, ...] = key(
        (),
        "Height and width of the model's input, one number for a square, where the model leaves them open. Empty: what"
        " the model or the catalogue states.",
        low=8,
        high=2048,
        lengths=(0, 1, 2),
        allowed="a whole number from 8 to 2048, or a list of two",
    )
    fit: Fit = key(
        "stretch", "How a frame is fitted to the model.", choices=("letterbox", "stretch", "center_crop"), remote=True
    )
    max_results: int = key(3, "Categories in a result; -1: all of them.", low=-1, high=10_000, never=0, remote=True)
    score_threshold: float = key(0.0, "Categories with a lower score are left out.", low=0, high=1, remote=True)
    allow: tuple[str, ...] = key((), "Only these categories; not together with deny.", remote=True)
    deny: tuple[str, ...] = key((), "Never these categories; not together with allow.", remote=True)
    region: tuple[float, ...] = key(
        (0.0, 0.0, 1.0, 1.0),
        "The part of the frame that is looked at: x, y, width, height.",
        low=0,
        high=1,
        lengths=(4,),
        kind="region",
        remote=True,
    )
    rotate: Rotation = key(
        0,
        "Degrees clockwise by which the region is turned before it is classified.",
        choices=(0, 90, 180, 270),
        remote=True,
    )
    display_names_locale: str = key(
        "en",
        "Language of display_name, where the model's metadata has it.",
        pattern="[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*",
        allowed="a language code such as en or pt-BR",
    )
    max_rate_hz: float = key(0.0, "Run at most this often; 0: every frame.", low=0, high=240, remote=True)


@dataclass(frozen=True, slots=True)
class ActionSettings:
    """[action]: what somebody is doing (MoViNet)."""

    enabled: bool = key(True, "Run this task.", live=False)
    model: str = key("movinet-a0", "A catalogue name or the path of a .tflite file.", kind="model", remote=True)
    labels: str = key(
        "",
        "Path of a label file, one label a line; empty: the labels inside or beside the model, or the catalogue's.",
        kind="path",
    )
    threads: int = key(
        0, "CPU threads of this task, at most one a core; 0: its share of inference.threads.", low=0, high=16
    )
    max_results: int = key(3, "Categories in a result; -1: all of them.", low=-1, high=10_000, never=0, remote=True)
    score_threshold: float = key(0.0, "Categories with a lower score are left out.", low=0, high=1, remote=True)
    allow: tuple[str, ...] = key((), "Only these categories; not together with deny.", remote=True)
    deny: tuple[str, ...] = key((), "Never these categories; not together with allow.", remote=True)
    rate_hz: float = key(5.0, "Frames a second of media time the model is fed with.", low=0.5, high=60, remote=True)
    gate: Literal["always", "motion", "person"] = key(
        "always",
        "When the model runs: always, while something moves, or while pose sees a person (or pose is paused).",
        choices=("always", "motion", "person"),
        remote=True,
    )
    gate_hold_s: float = key(3.0, "It goes on so long after the last motion or person.", low=0, high=3600, remote=True)
    warm_up_s: float = key(
        2.0,
        "Results are marked as warming up for so long after a start, a gap or a cut, while the model has seen little.",
        low=0,
        high=60,
        remote=True,
    )


@dataclass(frozen=True, slots=True)
class TrackingSettings:
    """[tracking]: how results are steadied. All times in seconds, never in frames."""

    smoothing: bool = key(True, "Smooth places and scores of keypoints.", remote=True)
    min_cutoff_hz: float = key(
        1.2, "Cut-off for a still keypoint; lower is steadier, but slower to follow.", low=0.01, high=60, remote=True
    )
    beta: float = key(
        20.0,
        "How fast the cut-off grows with speed (person sizes a second); higher lags less.",
        low=0,
        high=1000,
        remote=True,
    )
    derivative_cutoff_hz: float = key(2.0, "Cut-off of the estimate of that speed.", low=0.01, high=60, remote=True)
    noise_speed: float = key(
        0.2,
        "Person sizes a second; what seems slower is taken for shaking, but on a person who moves.",
        low=0,
        high=10,
        remote=True,
    )
    jump_speed: float = key(
        1.2,
        "Person sizes a second by which a keypoint may gain speed from one frame to the next, twice that on a person"
        " who moves; what jumps is held back.",
        low=0.01,
        high=100,
        remote=True,
    )
    dead_band: float = key(
        1.0,
        "Steps of the model (0.004 of the crop) within which a still keypoint stays put.",
        low=0,
        high=10,
        remote=True,
    )
    score_window_s: float = key(
        0.2,
        "Time constant of the average of scores; with smoothing off they are not averaged.",
        low=0,
        high=10,
        remote=True,
    )
    keypoint_enter: float = key(0.3, "A keypoint is seen from this score on.", low=0, high=1, remote=True)
    keypoint_exit: float = key(
        0.15, "A seen keypoint is lost below this score, after keypoint_hold_s.", low=0, high=1, remote=True
    )
    keypoint_hold_s: float = key(
        0.3,
        "A seen keypoint is lost when its score has been below keypoint_exit for longer.",
        low=0,
        high=10,
        remote=True,
    )
    crop_slack: float = key(
        0.02,
        "The crop is held, but for a sway of 4 %, while the person needs another by less than this share of its side.",
        low=0,
        high=0.5,
        remote=True,
    )
    crop_hold_s: float = key(
        0.3, "A lost person is looked for in the same place so long, then everywhere.", low=0, high=10, remote=True
    )
    max_gap_s: float = key(
        1.0,
        "A person unseen for longer is forgotten, and somebody new when seen again; the filters begin anew after"
        " 0.6 s.",
        low=0.05,
        high=60,
        remote=True,
    )
    presence_enter_s: float = key(
        0.3, "More people, and the first count, are believed when seen so long.", low=0, high=60, remote=True
    )
    presence_exit_s: float = key(1.0, "Fewer people are believed when seen so long.", low=0, high=3600, remote=True)
    label_window_s: float = key(1.0, "Time constant of the label consensus.", low=0, high=60, remote=True)
    label_enter: float = key(
        0.5, "A label settles when its consensus score is the highest and reaches this.", low=0, high=1, remote=True
    )
    label_exit: float = key(
        0.3, "A settled label is dropped when its consensus score falls below this.", low=0, high=1, remote=True
    )
    label_hold_s: float = key(1.0, "A settled label stays at least this long.", low=0, high=3600, remote=True)


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """[mqtt]: where results go."""

    enabled: bool = key(True, "Publish over MQTT.", live=False)
    host: str = key(
        "localhost", "Host name or address of the broker.", allowed="a host name or an address", kind="host"
    )
    port: int = key(1883, "TCP port of the broker.", low=1, high=65535)
    protocol: Literal["auto", "5", "3.1.1"] = key(
        "auto",
        "Version of MQTT; auto: 5, or 3.1.1 where the broker does not answer to that.",
        choices=("auto", "5", "3.1.1"),
    )
    username: str = key("", "User name at the broker; empty: none.")
    password_file: str = key(
        "",
        "File whose first line is the password. Empty: the systemd credential mqtt-password, if there is one.",
        kind="path",
    )
    tls: bool = key(False, "Encrypt the connection and check who the broker is. Such brokers listen on port 8883.")
    ca_file: str = key(
        "",
        "Certificates (PEM) of the authorities that the broker's certificate may come from. Empty: those this system"
        " trusts.",
        kind="path",
    )
    cert_file: str = key("", "Our own certificate (PEM), for brokers that ask for one.", kind="path")
    key_file: str = key("", "The private key of our own certificate (PEM, without a passphrase).", kind="path")
    base_topic: str = key(
        "edge",
        "First level of every topic; may be several, as in home/cellar.",
        pattern="[^+#/\\s]+(/[^+#/\\s]+)*",
        allowed="topic levels joined by /, without spaces, + and #",
    )
    max_rate_hz: float = key(15.0, "Messages a second of each stream at most.", low=0.1, high=1000)
    keepalive_s: int = key(
        30, "The broker calls us offline after one and a half times this without a sign of life.", low=5, high=3600
    )
    discovery: bool = key(
        True, "Let Home Assistant find this appliance by itself; false: also have it forget what it has found."
    )
    discovery_prefix: str = key(
        "homeassistant",
        "First level of Home Assistant's own topics. Set discovery to false once before you change it.",
        pattern="[^+#/\\s]+(/[^+#/\\s]+)*",
        allowed="topic levels joined by /, without spaces, + and #",
        live=False,
    )
    control: bool = key(False, "Take requests over MQTT: settings that say so, pausing a task, a restart.")
    snapshot: bool = key(
        False, "Let requests have pictures of what the camera sees; needs control, minds device.privacy."
    )
    persist_events: bool = key(
        False,
        "Keep events that no broker has yet in a file, so that they survive a restart. Written at most once a second.",
        live=False,
    )


@dataclass(frozen=True, slots=True)
class HealthSettings:
    """[health]: looking into the running appliance."""

    stats_interval_s: float = key(10.0, "Seconds between two stats messages.", low=0.2, high=3600)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """[log]: what is written to the journal or the terminal."""

    level: str = key(
        "info", "Least severe level that is written.", choices=("debug", "info", "warning", "error"), remote=True
    )
    format: str = key(
        "text",
        "text for people, in the journal with levels and fields; json for machines, an object a line.",
        choices=("text", "json"),
        live=False,
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration; ``Settings()`` is an empty file."""

    device: DeviceSettings = field(default_factory=DeviceSettings)
    camera: CameraSettings = field(default_factory=CameraSettings)
    inference: InferenceSettings = field(default_factory=InferenceSettings)
    pose: PoseSettings = field(default_factory=PoseSettings)
    classification: ClassificationSettings = field(default_factory=ClassificationSettings)
    action: ActionSettings = field(default_factory=ActionSettings)
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    mqtt: MqttSettings = field(default_factory=MqttSettings)
    health: HealthSettings = field(default_factory=HealthSettings)
    log: LogSettings = field(default_factory=LogSettings)
