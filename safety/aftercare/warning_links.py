"""The link in a warning: the number of the warning and a short signature, for a year.

Short because text messages are: what a provider fills into its template may have 35 characters.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from safety.models import Warned
from sitekit.web.row_ids import parse_row_id

LASTS = timedelta(days=366)
_SALT = "safety.aftercare.link"
_DIGITS = 20  # hexadecimal: 80 bits


def make_warning_token(warned: Warned) -> str:
    return f"{warned.pk}-{_signature(warned.pk, settings.SECRET_KEY)}"


def find_warning(text: str) -> Warned | None:
    """The warning a link was made for, as long as it holds."""
    number, _, signature = text.partition("-")
    pk = parse_row_id(number)
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    # Every key is tried, so that the time it takes tells nothing.
    fits = [constant_time_compare(signature, _signature(pk, key)) for key in keys]
    if pk is None or not any(fits):
        return None
    rows = Warned.objects.select_related("case__listing__employer", "reveal", "application")
    return rows.filter(pk=pk, created_at__gt=timezone.now() - LASTS).first()


def _signature(number, secret):
    made = salted_hmac(_SALT, str(number), secret=secret, algorithm="sha256")
    return made.hexdigest()[:_DIGITS]
