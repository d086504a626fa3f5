"""Event: a fact in the past tense. Who reacts stands in worker/subscriptions.py."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True)
class Event:
    """The base of all facts. Fields are plain JSON values, so that a fact can wait in the queue."""

    cloud_id: str

    @classmethod
    def topic(cls) -> str:
        return cls.__name__

    def payload(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """Unknown keys are passed over: a newer release may have queued them."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in payload.items() if key in known})
