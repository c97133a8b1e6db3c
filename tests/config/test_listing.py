from pathlib import Path

from edge.config.file_text import Source
from edge.config.listing import listing
from edge.config.load import combine
from edge.settings import SCHEMA


def test_every_key_stands_below_its_section_with_its_origin() -> None:
    text = '[mqtt]\nhost = "a"\n[camera]\nsource = "rtsp://u:hunter2@hall/1"\n'
    lines = list(listing(SCHEMA, combine(SCHEMA, Source("edge.toml", Path("/"), text))))
    assert lines[0] == f"[{next(iter(SCHEMA.sections))}]"
    assert len(lines) == len(SCHEMA.keys) + len(SCHEMA.sections)
    place = lines.index("\n[mqtt]")
    assert lines[place + 2] == 'host = "a"                                   # edge.toml:2'
    assert lines[place + 3] == "port = 1883                                  # default"
    assert 'source = "rtsp://u:***@hall/1"               # edge.toml:4' in lines
