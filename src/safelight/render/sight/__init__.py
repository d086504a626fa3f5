"""Sight: what is in a picture and where: faces, eyes, bodies, things, the subject; and eyes for a render."""

from safelight.render.sight.eyes import BLIND, Eyes
from safelight.render.sight.looking import find, identity, is_seen_by
from safelight.render.sight.models import NONE, Models

__all__ = ["BLIND", "NONE", "Eyes", "Models", "find", "identity", "is_seen_by"]
