"""Search expressions that nobody thought of: each becomes a condition of SQL, or an error that points into it."""

from datetime import UTC, datetime
from random import Random

from sqlalchemy.dialects import postgresql

from safelight.assets.query import QueryError
from safelight.assets.query_fields import condition
from safelight.assets.query_parse import parse
from safelight.assets.query_values import Asked
from safelight.assets.search_fields import ANYWHERE, FOLDER_ANYWHERE, field_named, folder_field_named
from tests.fuzz.letters import scrambled

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FIELDS = (
    *("tags", "public_id", "filename", "folder", "asset_folder", "format", "type", "resource_type", "status"),
    *("bytes", "width", "height", "pixels", "aspect_ratio", "pages", "duration", "created_at", "uploaded_at"),
    *("context.stage", "metadata.price", "context", "metadata", "face_count", "colors", "etag", "moderation_status"),
    *("name", "path", "id", "nobody", "context.", "width.height"),
)
VALUES = (
    *(
        "cat",
        "cat*",
        '"a b"',
        '""',
        "*",
        r"a\:b",
        "größe",
        "🐈",
        "-1",
        "0",
        "16:9",
        "1m",
        "2.5kb",
        "99999999999999999999",
    ),
    *("2024-01-01", "2024-13-99", "4w", "1d", "2024-01-01T10:00:00Z", "true", "NOT", "TO", "image", "1e999", "0x10"),
)
COMPARISONS = (":", "=", ">", "<", ">=", "<=", ":>", ":<=", " : ")


def expression(random: Random, depth: int = 0) -> str:
    match random.randrange(8 if depth < 6 else 4):
        case 0:
            return random.choice(VALUES)
        case 1 | 2:
            return random.choice(FIELDS) + random.choice(COMPARISONS) + random.choice(VALUES)
        case 3:
            ends = f"{random.choice(VALUES)} TO {random.choice(VALUES)}"
            return f"{random.choice(FIELDS)}:{random.choice('[{')}{ends}{random.choice(']}')}"
        case 4:
            return f"({expression(random, depth + 1)})"
        case 5:
            return random.choice(["NOT ", "-", "!", "+"]) + expression(random, depth + 1)
        case 6:
            return f"{random.choice(FIELDS)}=({expression(random, depth + 1)})"
        case _:
            between = random.choice([" AND ", " OR ", " ", " && ", " || "])
            return between.join(expression(random, depth + 1) for _ in range(random.randint(2, 4)))


def one(random: Random, number: int) -> str:
    text = scrambled(random, expression(random))
    named, anywhere = (field_named, ANYWHERE) if number % 4 else (folder_field_named, FOLDER_ANYWHERE)
    refusal = None
    try:
        said = condition(parse(text), named, anywhere, Asked(text, NOW))
        str(said.compile(dialect=postgresql.dialect()))
    except QueryError as error:
        refusal = error
    if refusal is None:
        return "a condition of SQL"
    assert 0 <= refusal.start <= refusal.end <= len(text), f"points beside the text: {text}"
    return "refused with a place"
