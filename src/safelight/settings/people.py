"""Every setting of what people do: how they sign in, what is written down of them, their letters, their quotas."""

from dataclasses import dataclass
from pathlib import Path

from safelight.kernel.secret import Secret


@dataclass(frozen=True)
class IdentitySettings:
    """How people sign in."""

    registration: str = "invite"
    """`invite`: only who is invited comes in. `open`: whoever registers gets an account of their own."""
    signup_days: int = 7
    """Who does not confirm the address in this time must register again."""
    link_minutes: int = 60
    """How long the link in a letter works by which a password is reset or an address confirmed."""
    invitation_days: int = 7
    """How long an invitation works."""
    setup_minutes: int = 30
    """How long the link works by which the first owner is made."""
    password_chars_min: int = 10
    """Shortest password."""
    password_memory_kib: int = 19_456
    """Memory that argon2id takes for one password."""
    password_rounds: int = 2
    """How often argon2id goes over that memory."""
    password_lanes: int = 1
    """In how many lanes it does."""
    passwords_at_once: int = 2
    """Passwords that one HTTP process hashes at the same time; further ones wait."""
    passwords_waiting_max: int = 64
    """How many may wait; beyond it 503 with Retry-After."""
    session_idle_minutes: int = 120
    """Who does nothing for so long is signed out."""
    session_days_max: int = 30
    """Longest session, however busy."""
    remember_days: int = 30
    """How long a device stays signed in where that was asked for."""
    remember_grace_seconds: int = 10
    """Tabs that are opened together send the same cookie: within so long that is taken for no theft. 0: never."""
    proof_minutes: int = 15
    """Before something dangerous a person must have proved who they are within this time."""
    failures_max: int = 10
    """Wrong passwords or codes in a row, for one e-mail address, after which it is locked for a while."""
    lock_minutes: int = 15
    """How long that is."""
    tries_per_minute_address: int = 60
    """Sign-ins that one address may try in a minute, counted once for the whole installation. 0: no bound."""
    return_days: int = 30
    """Who disables an account may come back for so long."""
    idle_months: int = 24
    """An account to which nobody signs in, and whose API nobody calls, is disabled after this time. 0: never."""
    idle_warning_days: int = 60
    """So long before, its owners are warned for the first time."""
    idle_last_warning_days: int = 14
    """So long before, they are warned again."""
    review_days: int = 365
    """After this time people are asked whether what is known of them is still right. 0: never."""


@dataclass(frozen=True)
class ActivitySettings:
    """What is kept of requests, and for how long."""

    on: bool = True
    """Whether requests are recorded. Without, bytes that were delivered are not metered either."""
    days: int = 180
    """How long it is kept which request was answered how, to which network."""
    address_days: int = 7
    """How long whole addresses and agents can be read, with the sealed key of their day."""
    event_days: int = 90
    """How long it is kept who opened which page, and with which account or key; of visitors, two days at most."""
    lines_max: int = 50_000
    """Different requests that one HTTP process remembers while the database is away; beyond it they are lost."""
    geo: Path | None = None
    """File of an operator (.mmdb) that says in which country a network is; without it every country is ZZ."""


@dataclass(frozen=True)
class MailSettings:
    """Letters to people."""

    smtp: Secret | None = None
    """`smtp://user:secret@host:587?from=letters@example.org`; `smtps://` for TLS from the first byte; `starttls` may
    be `always`, `auto` or `never`. Not set: letters are kept as files in the data folder."""
    brand: str = "Safelight"
    """Who the letters are from, as people read it."""
    postal_address: str = ""
    """Where you can be written to on paper, below each letter; many countries want it in every advertisement."""
    bounces: str | None = None
    """Address that letters come back to, and that people write to who want no more; that of `from` if not set."""
    listen: str | None = None
    """Where letters to the address of privacy are taken: a port of this machine, `HOST:PORT` or `lmtp://HOST:PORT`;
    nowhere if not set."""
    attachment_bytes_max: int = 1024 * 1024
    """Largest file in such a letter that is kept, sealed; of a larger one only name, size and hash are. 0: none is."""
    dkim_key: Path | None = None
    """File with the private key that signs letters (DKIM), as PEM: RSA of 2048 bits or more, or Ed25519."""
    dkim_selector: str = "safelight"
    """Where its public half stands in DNS: `SELECTOR._domainkey.DOMAIN`."""
    dkim_domain: str | None = None
    """The domain that signs; that of `from` if not set."""
    seconds: int = 60
    """How long the mail server may take for each answer."""
    per_hour: int = 1000
    """Letters that leave in an hour; further ones wait. 0: no bound."""
    per_hour_address: int = 20
    """Letters that one address gets in an hour; further ones are not sent. 0: no bound."""
    log_days: int = 180
    """How long a line about each letter is kept: of which sort, when, and a keyed hash of its address."""


@dataclass(frozen=True)
class UsageSettings:
    """How much a cloud may use that has no limits of its own (`safelight quota set`), in thirty days; 0: no limit."""

    credits_max: int = 0
    """A thousand transformations, a GiB that is stored and a GiB that is handed out are a credit each."""
    transformations_max: int = 0
    """What comes in and what is made."""
    storage_bytes_max: int = 0
    """Originals, older versions and derived files."""
    bandwidth_bytes_max: int = 0
    """What is handed out."""
    video_seconds_max: int = 0
    """Film that is made."""
    quota_period: str = "rolling"
    """In which time: `rolling` (thirty days, today among them) or `month` (that of the calendar, in UTC)."""
    past_quota: str = "warn"
    """Past a limit: `off`, `warn` (owners are told), `refuse_new` (nothing taken in or made), `refuse` (nor sent)."""
    days: int = 731
    """How long figures are kept by day."""
    item_days: int = 90
    """How long it is known of each derived file that its making counted."""


@dataclass(frozen=True)
class PrivacySettings:
    """What is promised about personal data."""

    mode: str = "warn"
    """What happens where policy and installation differ: `warn` says it at the start, `strict` does not start, and
    refuses what no policy allows."""
    policy: Path | None = None
    """File with your own facts for the privacy policy: who answers for it, who else gets data, where they lie."""
    key_backup_days: int = 7
    """Days for which a copy of the keys of files may lie in a backup: so long after an erasure the last one is gone."""
    countries: tuple[str, ...] = ()
    """Countries in which stores and those who run them may lie, as two letters; none named: in any."""
    export_days: int = 7
    """Days for which an archive of everything about somebody can be fetched."""
    export_downloads: int = 5
    """How often it can be fetched."""
    export_bytes_max: int = 2 * 1024**3
    """Most bytes of files in one archive; what is more goes into another. A file alone is never cut."""
    export_masks: str = "marked"
    """What is masked in pictures of an archive, so that it does not show others: `marked` are the regions whose names
    begin with `others`, `faces` is these and every face that is found, `none` hands files out as they are."""
    rewrite_bytes_max: int = 64 * 1024 * 1024
    """Largest table that is written anew after an erasure, so that its file holds nothing of what was deleted; a larger
    one is only told to be overwritten in its own course."""
