"""The link in a warning: the number of the warning and a short signature, valid for a year."""

from datetime import timedelta

from django.utils import timezone

from safety.models import Warned
from sitekit.web.row_ids import parse_row_id
from sitekit.web.signed_links import read_short_code, sign_short_code

LINK_VALID_FOR = timedelta(days=366)
_PURPOSE = "safety.aftercare.link"


def make_warning_token(warned: Warned) -> str:
    return sign_short_code(_PURPOSE, str(warned.pk))


def find_warning(text: str) -> Warned | None:
    """Return the warning that the token was made for, while the link is valid."""
    pk = parse_row_id(read_short_code(_PURPOSE, text) or "")
    if pk is None:
        return None
    rows = Warned.objects.select_related("case__listing__employer", "reveal", "application")
    return rows.filter(pk=pk, created_at__gt=timezone.now() - LINK_VALID_FOR).first()
