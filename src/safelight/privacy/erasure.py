"""Erasure: how far the forgetting of somebody is, as a value; who it is stays sealed, and goes at the end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping

from safelight.kernel.holdings import Fate, Subject
from safelight.ports.keys import KeyStore
from safelight.privacy import plan
from safelight.privacy.probes import Hit

SEAL = "erasure"
JOB = "erase_subject"


class State(StrEnum):
    """How far an erasure is."""

    RUNNING = "running"
    HELD = "held"
    """All that could be reached is gone; a store could not be searched, and until it is nothing is called done."""
    DONE = "done"
    REMAINS = "remains"
    """Done, and yet a probe found something: somebody must look."""


@dataclass(frozen=True)
class Erasure:
    """How far it is: for who asked, for the operator and for the receipt. It names nobody."""

    id: str
    commitment: str
    state: State
    steps: Sequence[Mapping[str, Any]]
    position: int
    probes: Sequence[Mapping[str, Any]]
    created_at: datetime
    ended_at: datetime | None
    probe_at: datetime | None

    @property
    def kept(self) -> list[Mapping[str, Any]]:
        """What is still there, on whose ground, and until when."""
        return [step for step in self.steps if step["fate"] != Fate.ERASE.value and step.get("count")]

    @property
    def not_searched(self) -> list[Mapping[str, str]]:
        """The stores that hold it up, and why."""
        return list(self.probes[-1].get("not_searched", ())) if self.state is State.HELD else []

    @property
    def erased(self) -> dict[str, int]:
        return {step["sheet"]: step["done"] for step in self.steps if step.get("done") and not is_told_alone(step)}

    def told(self) -> dict[str, Any]:
        moments = {name: getattr(self, name) for name in ("created_at", "ended_at", "probe_at")}
        return {
            "id": self.id,
            "commitment": self.commitment,
            "state": self.state.value,
            "progress": f"{self.position}/{len(self.steps)}",
            **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
            "erased": self.erased,
            "lingering": {table: why for step in self.steps for table, why in step.get("lingering", {}).items()},
            "kept": [{name: step[name] for name in ("sheet", "ground", "ends_at")} for step in self.kept],
            "not_searched": self.not_searched,
            "probes": list(self.probes),
        }


def erasure_of(row: RowMapping) -> Erasure:
    moments = (row["created_at"], row["ended_at"], row["probe_at"])
    steps, probed = row["steps"], row["probes"]
    return Erasure(row["id"], row["commitment"], State(row["state"]), steps, row["position"], probed, *moments)


def subject_from(text: bytes) -> Subject:
    said: dict[str, Any] = json.loads(text)
    lists: dict[str, Any] = {
        name: tuple(map(str, said.pop(name))) for name in ("cloud_ids", "user_ids", "emails", "words")
    }
    return Subject(**said, **lists)


def key_of(subject: Subject) -> str:
    """By which the ledger knows them: the smallest thing that is all of them."""
    return subject.user_id or subject.account_id or subject.email or "/".join(subject.cloud_ids)


def ids_of(subject: Subject) -> list[str]:
    account = [subject.account_id] if subject.is_whole and subject.account_id else []
    return [*account, *subject.user_ids, *subject.cloud_ids]


def declared(row: RowMapping) -> list[str]:
    """Tables in which something is kept, on a ground that the plan told."""
    return [step["sheet"] for step in row["steps"] if step["fate"] != Fate.ERASE.value and not is_told_alone(step)]


def is_told_alone(step: Mapping[str, Any]) -> bool:
    """Whether a step only tells what a hold keeps: the table itself is forgotten all the same."""
    return step["context"] == plan.HOLDS


def places_of(found: Sequence[Hit]) -> list[str]:
    return sorted({f"{hit.place}{' (of another cloud)' if hit.is_elsewhere else ''}" for hit in found})


def sealed(subject: Subject, keys: KeyStore) -> bytes:
    return keys.seal(json.dumps(asdict(subject)).encode(), SEAL)


def opened(row: RowMapping, keys: KeyStore) -> Subject:
    return subject_from(keys.open(row["sealed"], SEAL))
