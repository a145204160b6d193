"""Whom the outcome of a report or an appeal is told to, through the inbox."""

from django.urls import reverse

from accounts import inbox
from accounts.models import User


def tell_members(employer, key, title, text, listing=None, *, wait=None) -> list[str]:
    """Everybody who acts for the employer; the keys under which it was told.

    The button leads to the appeal, where there is something to appeal against.
    """
    if employer is None:
        return []
    name, number = ("listing", listing.pk) if listing else ("employer", employer.pk)
    address = reverse(f"safety:appeal_{name}", args=[number])
    keys = []
    for member in User.objects.filter(memberships__employer=employer).order_by("pk"):
        keys.append(f"{key}-{member.pk}")
        inbox.tell(member, keys[-1], title, text, address=address, button="看看", wait=wait)
    return keys
