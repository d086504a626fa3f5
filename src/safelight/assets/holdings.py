"""What the catalogue knows about a person."""

from safelight.kernel.holdings import Fate, Holding

HOLDINGS = (
    Holding(
        "asset-names",
        "The names of an asset: public_id, display name, folder, and the name that its file had",
        "To find and deliver the asset; as long as its owner keeps it",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "asset-content",
        "The original file and a fingerprint of its bytes; it may show people",
        "To keep and deliver what its owner uploaded; as long as its owner keeps it",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "asset-notes",
        "Tags, context, structured metadata with its fields and rules, coordinates and regions that the owner wrote, "
        "what reviews of the asset said, and how the letters of a text asset look",
        "To group, find and borrow from assets; as long as their owner keeps them",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "asset-analyses",
        "What a picture tells about itself: colours, a fingerprint of its looks, what a camera wrote into its file; "
        "where its owner asked, also its text and the things in it",
        "To answer its owner who asked for it, until the next version or the end of the asset",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "asset-sights",
        "Where in a picture faces, eyes, bodies, text and things are; nobody is recognised, and no text is told",
        "To cut pictures around them, or to make faces unrecognisable, until the next version or the end of the asset",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "asset-backups",
        "Older versions of assets and what is left of erased ones, with all that was written about them",
        "To bring them back, where their owner wants it; until he erases them, or SAFELIGHT_UPLOAD_BACKUP_DAYS end",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "asset-origin",
        "The API key that an asset was uploaded with",
        "To trace abuse; as long as the asset is kept",
        days=None,
        fate=Fate.BLANK,
    ),
    Holding(
        "asset-bulks",
        "What an action on many assets was to do, which of them it could not, and what stood there before",
        "To tell how it went and to take it back; until SAFELIGHT_SELECTION_BULK_DAYS end",
        days=30,
        fate=Fate.ERASE,
    ),
)
