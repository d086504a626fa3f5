"""Line: one answer that a process gave, or several alike of one second, as the collector has it in memory."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.ports.database import Session


class Act(StrEnum):
    """What a request did with an asset."""

    NONE = ""
    UPLOAD = "upload"
    DOWNLOAD = "download"


@dataclass(frozen=True, slots=True)
class Line:
    """Answers that differ in nothing but their moment within a second are one line: see `requests`.

    Address and agent are here in full. They leave this process sealed or shortened only (rows.py).
    """

    at: datetime
    """To the second."""
    method: str
    route: str
    """The template, `/v1_1/{cloud}/…`: never what stood in its place."""
    status: int
    bytes_sent: int = 0
    """Of bodies, all answers of this line together."""
    requests: int = 1
    """How many answers this line stands for."""
    bytes_received: int = 0
    """Of files that were taken in."""
    cloud_id: str = ""
    user_id: str = ""
    key_id: str = ""
    asset_id: str = ""
    kind: str = ""
    """What the asset is: image, video or raw."""
    act: Act = Act.NONE
    is_derived: bool = False
    """What was sent was made of the asset and is not the file that came in."""
    is_page: bool = False
    """A page for people, and not a file or an answer for a program."""
    address: str = ""
    agent: str = ""


Count = Callable[[Session, Sequence[Line]], Awaitable[None]]
"""Who counts lines, in the transaction that writes them: exactly once each."""

Country = Callable[[str], str]
"""A network (`192.0.2.0/24`) -> its country in two letters; `ZZ` where nobody knows."""

UNKNOWN_COUNTRY = "ZZ"
