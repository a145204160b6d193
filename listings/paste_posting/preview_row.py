"""The row of the board as seekers will see it, drawn by its own template while fields are still missing."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import Employer
from listings.employer_desk.drafts import build_preview
from listings.employer_desk.posting_forms import OPEN, PostingForm
from listings.models import Listing
from listings.search.cards import build_card_context, fill_card, get_record_words
from sitekit.images.pictures import build_thumbnail_url
from sitekit.models import Picture

UNKNOWN = "?"
_NEEDED = ("category", "region_id")
_NAME_OF_GUEST = "你的单位"


class _WithGaps:
    """A listing whose missing values are said as such: its defaults were not chosen by anybody."""

    def __init__(self, listing: Listing, gaps: dict[str, str]) -> None:
        self.listing, self.gaps = listing, gaps

    def __getattr__(self, name: str) -> Any:
        return self.gaps[name] if name in self.gaps else getattr(self.listing, name)


def render_preview_row(
    form: PostingForm, employer: Employer | None, photos: list[int]
) -> SafeString:
    """Return the row of a form that was judged; "" until kind and place are known."""
    content = form.get_content()
    if any(not content.get(name) for name in _NEEDED):
        return SafeString("")
    shown_employer = employer or Employer(pk=0, name=_NAME_OF_GUEST)
    listing = build_preview(Listing(pk=0, employer=shown_employer), content)
    listing.published_at = timezone.now()
    is_open_pay = form.cleaned_data.get("pay_kind") == OPEN
    context = build_card_context(listing) | {
        "url": "#preview",
        "record": get_record_words(employer),
        "listing": _WithGaps(listing, _find_gaps(content, is_open_pay=is_open_pay)),
    }
    if not content.get("settlement"):
        context["settlement"] = f"结算 {UNKNOWN}"
    photo = Picture.objects.filter(pk=photos[0]).first() if photos else None
    if photo:
        context["thumb"] = build_thumbnail_url(photo.digest)
    html = render_to_string("listings/search/_row.html", context)
    return fill_card(html, listing.published_at)


def _find_gaps(content: dict[str, Any], *, is_open_pay: bool) -> dict[str, str]:
    gaps = {}
    if not content.get("title"):
        gaps["title"] = f"标题 {UNKNOWN}"
    if not content.get("headcount"):
        gaps["headcount"] = UNKNOWN
    if content.get("pay_min") is None and not is_open_pay:
        gaps |= {"pay_words": UNKNOWN, "pay_unit_words": ""}
    return gaps
