"""The link in a warning: the number of the warning and a short signature, valid for a year.

Short, because a value in the template of a text message may have 35 characters.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from safety.models import Warned
from sitekit.web.row_ids import parse_row_id

LINK_VALID_FOR = timedelta(days=366)
_SALT = "safety.aftercare.link"
_DIGITS = 20  # hexadecimal: 80 bits


def make_warning_token(warned: Warned) -> str:
    return f"{warned.pk}-{_sign_number(warned.pk, settings.SECRET_KEY)}"


def find_warning(text: str) -> Warned | None:
    """Return the warning that the token was made for, while the link is valid."""
    number, _, signature = text.partition("-")
    pk = parse_row_id(number)
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    # Every key is tried, so that the time this takes reveals nothing.
    matches = [constant_time_compare(signature, _sign_number(pk, key)) for key in keys]
    if pk is None or not any(matches):
        return None
    rows = Warned.objects.select_related("case__listing__employer", "reveal", "application")
    return rows.filter(pk=pk, created_at__gt=timezone.now() - LINK_VALID_FOR).first()


def _sign_number(number: int | None, secret: str | bytes) -> str:
    mac = salted_hmac(_SALT, str(number), secret=secret, algorithm="sha256")
    return mac.hexdigest()[:_DIGITS]
