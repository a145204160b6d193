"""A listing written on one page without signing in. It is stored in the session until it is submitted.

The session survives the sign-in, so the draft then belongs to the account.
"""

import secrets
import time
from dataclasses import asdict, dataclass, field, fields

from django.http import HttpRequest

from listings.models.revision import TypedValues

GUEST_DRAFT_KEY, SUBMITTED_KEY = "guest_draft", "guest_draft_submitted"  # in the session
SUBMITTED_AS_KEY = "guest_draft_submitted_as"  # the listing that it became, and when
JUST_NOW = 3600  # seconds
GUEST_DRAFT_LASTS = 14 * 24 * 3600  # seconds


@dataclass
class GuestDraft:
    """`token` stands in the form, so that one sent twice is known; `text` is what was pasted, `home` the
    place of the page it was pasted on; `copied_from` the id of the listing it was copied from instead."""

    text: str = ""
    home: int | None = None
    typed: TypedValues = field(default_factory=dict)
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    began: float = field(default_factory=time.time)
    copied_from: int | None = None
    is_changed: bool = False

    @property
    def has_own_words(self) -> bool:
        """Whether discarding the draft would lose something that the visitor wrote."""
        return self.is_changed or bool(self.text)


def get_guest_draft(request: HttpRequest) -> GuestDraft | None:
    stored_draft = request.session.get(GUEST_DRAFT_KEY)
    if not stored_draft or time.time() - stored_draft["began"] > GUEST_DRAFT_LASTS:
        return None
    names = {field.name for field in fields(GuestDraft)}  # another release may have stored more
    return GuestDraft(**{name: value for name, value in stored_draft.items() if name in names})


def store_guest_draft(request: HttpRequest, draft: GuestDraft) -> None:
    # Fields with these values are not stored, because a former release that still runs may not know the fields.
    defaults = {"copied_from": None, "is_changed": False}
    stored = asdict(draft).items()
    request.session[GUEST_DRAFT_KEY] = {
        name: value for name, value in stored if name not in defaults or defaults[name] != value
    }


def discard_guest_draft(request: HttpRequest, draft: GuestDraft, listing_id: int) -> None:
    """Forget the draft, but not that its form was sent, and what it became."""
    request.session.pop(GUEST_DRAFT_KEY, None)
    request.session[SUBMITTED_KEY] = draft.token
    request.session[SUBMITTED_AS_KEY] = [listing_id, int(time.time())]


def get_just_submitted(request: HttpRequest) -> int | None:
    """Return the listing of the form that was sent within the last hour, for visitors who go back and look for it."""
    listing_id, at = request.session.get(SUBMITTED_AS_KEY) or (None, 0)
    return listing_id if time.time() - at < JUST_NOW else None


def was_submitted(request: HttpRequest, token: str) -> bool:
    return bool(token) and request.session.get(SUBMITTED_KEY) == token
