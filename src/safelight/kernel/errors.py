"""The whole tree of errors: status, stable code, words for the client, facts for the log."""

from typing import ClassVar


class SafelightError(Exception):
    """What went wrong, in words that the client may read. Facts are for the log and never hold a secret."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, retry_after_seconds: int | None = None, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_seconds = retry_after_seconds
        self.facts = facts


class Invalid(SafelightError):
    """The request cannot be understood, or asks for what cannot be."""

    status = 400
    code = "invalid"


class Unauthorized(SafelightError):
    """Who asks is not known, or did not prove it."""

    status = 401
    code = "unauthorized"


class Forbidden(SafelightError):
    """Who asks is known, and may not."""

    status = 403
    code = "forbidden"


class Disabled(Forbidden):
    """The account, or the person, is shut out for now."""

    code = "account_disabled"


class NotVerified(Forbidden):
    """The e-mail address was not confirmed yet."""

    code = "not_verified"


class ProofNeeded(Forbidden):
    """Something dangerous: who asks must first prove again who they are."""

    code = "proof_needed"


class KeyWithdrawn(Forbidden):
    """The owner of a cloud has taken its key away: until it comes back, none of its files can be opened."""

    code = "key_withdrawn"

    def __init__(self, cloud_id: str) -> None:
        words = "The owner of this cloud has withdrawn its key: its files cannot be opened until the key is given back."
        super().__init__(words, cloud_id=cloud_id)


class NotFound(SafelightError):
    """What is asked for is not there."""

    status = 404
    code = "not_found"


class Gone(SafelightError):
    """What is asked for was there, and is no more: its owner left, or a link was used."""

    status = 410
    code = "gone"


class NotAllowed(SafelightError):
    """The path exists, but not for this method."""

    status = 405
    code = "method_not_allowed"


class Conflict(SafelightError):
    """What should be made is there already."""

    status = 409
    code = "conflict"


class TooMuch(SafelightError):
    """The thing is larger than a limit allows."""

    status = 400
    code = "too_much"


class TooLarge(SafelightError):
    """The body of the request is larger than one request may be."""

    status = 413
    code = "too_large"


class TooMany(SafelightError):
    """Too many requests in too short a time."""

    status = 420
    code = "rate_limited"


class WrongField(SafelightError):
    """A word of a form is missing, is too much, or cannot be. `field` names it."""

    status = 422
    code = "wrong_field"

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message, field=field)
        self.field = field


class Flooding(TooMany):
    """The same at delivery, where browsers and caches know this number and not the other."""

    status = 429
    code = "flooding"


class Locked(TooMany):
    """Too many wrong tries to sign in; nothing is looked at for a while."""

    status = 429
    code = "locked"


class Processing(SafelightError):
    """Being made; ask again."""

    status = 423
    code = "processing"


class Internal(SafelightError):
    """Our fault. The words tell nothing of the inside; the log does."""


class PurposeDenied(Internal):
    """Personal data were to be read for what the policy does not allow; our fault, and nothing was read."""

    code = "purpose_denied"


class NotAvailable(SafelightError):
    """Something that we depend on is not there just now."""

    status = 503
    code = "unavailable"


class Busy(NotAvailable):
    """More is asked at once than this machine can do."""

    code = "busy"


class StoreFull(NotAvailable):
    """No space is left where bytes are kept."""

    status = 507
    code = "store_full"
