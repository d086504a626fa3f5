"""All routes of the Admin API, in the order in which they are tried."""

from starlette.routing import BaseRoute

from safelight.transform.spec import Vocabulary
from safelight.web.admin.access import Access
from safelight.web.admin.basics import Basics
from safelight.web.admin.deletion import Deletion
from safelight.web.admin.door import AdminDoor
from safelight.web.admin.folders import Folders
from safelight.web.admin.mappings import Mappings
from safelight.web.admin.metadata import Metadata
from safelight.web.admin.metadata_rules import MetadataRules
from safelight.web.admin.presets import Presets
from safelight.web.admin.profiles import Profiles
from safelight.web.admin.publish import Publish
from safelight.web.admin.related import Related
from safelight.web.admin.resources import Resources
from safelight.web.admin.search import SearchCalls
from safelight.web.admin.tags import Tags
from safelight.web.admin.transformations import Transformations
from safelight.web.finding import Finding
from safelight.web.telling import Tell, tell_nothing


def routes(
    door: AdminDoor, vocabulary: Vocabulary, tell: Tell = tell_nothing, finding: Finding | None = None
) -> list[BaseRoute]:
    """`vocabulary` tells which effects a named transformation may use; `tell` and `finding` ask pictures."""
    return [
        *Basics(door).routes(),
        *Access(door).routes(),
        # Before those that would read their words as names of assets.
        *Publish(door).routes(),
        *Related(door).routes(),
        *SearchCalls(door, tell).routes(),
        *Resources(door, tell, finding).routes(),
        *Deletion(door).routes(),
        *Folders(door).routes(),
        *Tags(door).routes(),
        *Transformations(door, vocabulary).routes(),
        *Presets(door).routes(),
        *Profiles(door, vocabulary).routes(),
        *Mappings(door).routes(),
        *Metadata(door).routes(),
        *MetadataRules(door).routes(),
    ]
