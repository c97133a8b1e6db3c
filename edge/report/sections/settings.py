"""The settings, each with where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.folders import SERVICE_STATE
from edge.base.regular_file import open_no_link
from edge.config.file_text import read_file_text
from edge.config.listing import listing
from edge.config.load import combine
from edge.config.store import LAST_GOOD
from edge.errors import ConfigError
from edge.settings import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.report.appliance import Appliance


def lines(appliance: Appliance) -> Iterator[str]:
    """All keys; of a file that is wrong its problems, and the last good one, which the service goes on with."""
    known = appliance.subject.configuration
    yield f"file: {known.file or 'none'}"
    if appliance.loaded is not None:
        yield from listing(SCHEMA, appliance.loaded)
        return
    yield "it is wrong:"
    yield from (f"  {problem}" for problem in known.problems)
    yield "the last good one, which the service goes on with:"
    try:
        # In a folder of the service's: a link there could lead to a file that is root's alone.
        last_good = read_file_text(appliance.system.path(str(SERVICE_STATE / LAST_GOOD)), open_no_link)
        yield from listing(SCHEMA, combine(SCHEMA, last_good))
    except ConfigError as error:
        yield f"not available: {error}"
