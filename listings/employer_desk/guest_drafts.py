"""A listing that somebody writes before signing in: it stands in the session until it is submitted.

The session stays when its visitor signs in, so the draft is then that of the account.
"""

import secrets
import time
from dataclasses import asdict, dataclass, field

from django.http import HttpRequest

GUEST_DRAFT_KEY, SUBMITTED_KEY = "guest_draft", "guest_draft_submitted"  # in the session
GUEST_DRAFT_LASTS = 14 * 24 * 3600  # seconds


@dataclass
class GuestDraft:
    """`token` stands in the form, so that one sent twice is known; `text` is what was pasted, `home` the
    place of the page it was pasted on."""

    text: str = ""
    home: int | None = None
    typed: dict[str, list[str]] = field(default_factory=dict)
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    began: float = field(default_factory=time.time)


def get_guest_draft(request: HttpRequest) -> GuestDraft | None:
    kept = request.session.get(GUEST_DRAFT_KEY)
    if not kept or time.time() - kept["began"] > GUEST_DRAFT_LASTS:
        return None
    return GuestDraft(**kept)


def store_guest_draft(request: HttpRequest, draft: GuestDraft) -> None:
    request.session[GUEST_DRAFT_KEY] = asdict(draft)


def discard_guest_draft(request: HttpRequest, draft: GuestDraft) -> None:
    """Forget the draft, but not that its form was sent."""
    request.session.pop(GUEST_DRAFT_KEY, None)
    request.session[SUBMITTED_KEY] = draft.token


def was_submitted(request: HttpRequest, token: str) -> bool:
    return bool(token) and request.session.get(SUBMITTED_KEY) == token
