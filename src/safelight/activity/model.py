"""Line: one answer that a process gave, or several alike of one second; Ask and Client: what was asked, and by whom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Act(StrEnum):
    """What a request did with an asset."""

    NONE = ""
    UPLOAD = "upload"
    DOWNLOAD = "download"


class Ask(NamedTuple):
    """What was asked for and how it was answered; a tuple, because each answer is looked up by it. See Line."""

    at: datetime
    method: str
    route: str
    status: int
    cloud_id: str
    user_id: str
    key_id: str
    asset_id: str
    kind: str
    act: Act
    is_derived: bool
    is_page: bool


Client = tuple[str, str]
"""Address and agent, in full."""


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

    @property
    def ask(self) -> Ask:
        return Ask(
            self.at, self.method, self.route, self.status, self.cloud_id, self.user_id, self.key_id, self.asset_id,
            self.kind, self.act, self.is_derived, self.is_page,
        )  # fmt: skip

    @property
    def client(self) -> Client:
        return (self.address, self.agent)


Country = Callable[[str], str]
"""A network (`192.0.2.0/24`) -> its country in two letters; `ZZ` where nobody knows."""

UNKNOWN_COUNTRY = "ZZ"
