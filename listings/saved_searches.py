"""Searches that send mail: asked for, confirmed, renewed, ended; and forgotten in time.

As with the alerts (`news.subscribing`): whoever asks gets the same answer whether the address is
subscribed or not, and a link carries the row's number only, signed for one purpose. Somebody who
is signed in with the address needs no confirmation.
"""

from datetime import timedelta
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from listings import asked, panels, search_letters
from listings.choices import Frequency
from listings.models import SavedSearch, SavedSearchHit
from sitekit import limits, outbox, signed
from sitekit.letters import (
    FORGOTTEN,
    LASTS,
    LETTERS_A_DAY,
    MAX_AGE,
    REMINDED,
    UNCONFIRMED,
    is_near_its_end,
)
from sitekit.models import Mail

MOST = 20  # of one person
LONGEST_QUERY = 500  # as the table has it
REMEMBERED = timedelta(days=180)  # what was told


class TooMany(Exception):
    """The address has as many searches as one may have."""


def form_address(said: asked.Asked, city) -> str:
    """The page that saves the search of a list; the city is that of the list's address."""
    query = canonical(said)
    if city:
        query += f"{'&' if query else ''}city={city.slug}"
    address = reverse("listings:search_new")
    return f"{address}?{query}" if query else address


def canonical(said: asked.Asked) -> str:
    """The same search in the same words, in whatever order its address had them; unsorted."""
    values = said.filters.values | ({"q": said.question.text} if said.question.text else {})
    pairs = []
    for name in sorted(values.keys() - {"sort"}):
        value = values[name]
        if isinstance(value, list):
            pairs += [(name, one) for one in sorted(value)]
        else:
            pairs.append((name, f"{value.normalize():f}" if name == "pay_min" else value))
    return urlencode(pairs)


def title(said: asked.Asked) -> str:
    """湘西周末日结兼职, with what the heading of the list leaves out."""
    words = panels.heading(said.filters, said.place, said.question.words)
    more = [
        chip.label
        for chip in panels.chips(said.filters)
        if chip.name in ("slots", "pay_min", "verified")
    ]
    return f"{words}（{'、'.join(more)}）"[:120] if more else words[:120]


def ask(email, region, query, words, frequency, user=None) -> None:
    """Write to the address: with the link that confirms, or that it has this search already."""
    with transaction.atomic():
        if not limits.allow("search letters", email.lower(), LETTERS_A_DAY, timedelta(days=1)):
            return
        row = _open(email, region, query) or _new(email, region, query, words)
        if row.confirmed_at:
            search_letters.already(row)
            return
        row.frequency, row.user, row.created_at = frequency, user, timezone.now()
        row.save(update_fields=["frequency", "user", "created_at"])
        search_letters.confirmation(row)


def start(user, region, query, words, frequency) -> SavedSearch:
    """For somebody signed in, at their own address: begins at once, or goes on as asked now."""
    with transaction.atomic():
        row = _open(user.email, region, query)
        if row is None:
            if of(user).count() >= MOST:
                raise TooMany
            row = _new(user.email, region, query, words)
        row.user, row.frequency = user, frequency
        row.save(update_fields=["user", "frequency"])
        _confirm(row)
    return row


def of(user):
    """The open searches of a person: saved while signed in, or under the same address."""
    rows = _of(user).filter(ended_at=None).exclude(lapses_at__lte=timezone.now())
    return rows.order_by("-created_at", "-pk")


def belongs(user, number) -> bool:
    return _of(user).filter(pk=number).exists()


def _of(user):
    own = Q(user=user)
    if user.email:
        own |= Q(email__iexact=user.email)
    return SavedSearch.objects.filter(own)


def find(purpose, token):
    """The row of a link, None where it is gone; raises `signed.Unusable`."""
    number = signed.read(f"search {purpose}", token, MAX_AGE[purpose])
    return SavedSearch.objects.filter(pk=number).first()


def confirm(number):
    with transaction.atomic():
        row = _locked(number)
        if row and not row.ended_at:
            _confirm(row)


def renew(number):
    """Another year, once for each time that the end has come near."""
    with transaction.atomic():
        row = _locked(number)
        if row and is_near_its_end(row) and not row.ended_at:
            row.lapses_at = timezone.now() + LASTS
            row.save(update_fields=["lapses_at"])


def end(number):
    """What was written and not sent yet is not sent any more."""
    with transaction.atomic():
        row = _locked(number)
        if row and not row.ended_at:
            row.ended_at = timezone.now()
            row.save(update_fields=["ended_at"])
            outbox.take_back(key__startswith=f"{search_letters.KEY}-{row.pk}-")


def set_frequency(row: SavedSearch, frequency: str) -> None:
    SavedSearch.objects.filter(pk=row.pk).update(frequency=Frequency(frequency))


def remind(limit=500) -> int:
    """Write to those whose year is nearly over, once; how many."""
    now = timezone.now()
    ending = SavedSearch.objects.filter(
        ended_at=None, lapses_at__gt=now, lapses_at__lte=now + REMINDED
    )
    by_key = {search_letters.key_of_reminder(row): row for row in ending.order_by("lapses_at")}
    written = set(Mail.objects.filter(key__in=by_key).values_list("key", flat=True))
    fresh = [row for key, row in by_key.items() if key not in written][:limit]
    search_letters.remind(fresh)
    return len(fresh)


def tidy() -> None:
    """Rows nobody confirmed go; a month after the end so do addresses and what was told."""
    now, rows = timezone.now(), SavedSearch.objects
    rows.filter(confirmed_at=None, ended_at=None, created_at__lt=now - UNCONFIRMED).delete()
    over = Q(ended_at__lt=now - FORGOTTEN) | Q(lapses_at__lt=now - FORGOTTEN)
    rows.filter(over).delete()
    SavedSearchHit.objects.filter(created_at__lt=now - REMEMBERED).delete()


def _open(email, region, query):
    """The open row of this search; one whose year is over is ended, so that a new one may begin."""
    rows = SavedSearch.objects.filter(
        email__iexact=email, region=region, query=query, ended_at=None
    )
    row = rows.select_for_update(of=("self",)).order_by("pk").first()
    if row and row.lapses_at and row.lapses_at <= timezone.now():
        row.ended_at = row.lapses_at
        row.save(update_fields=["ended_at"])
        return None
    return row


def _new(email, region, query, words):
    row = SavedSearch(email=email, region=region, query=query, title=words)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # asked for twice at the same moment
        return _open(email, region, query)
    return row


def _locked(number):
    return SavedSearch.objects.select_for_update(of=("self",)).filter(pk=number).first()


def _confirm(row):
    """What was published before is no news."""
    if not row.confirmed_at:
        row.confirmed_at = row.looked_at = timezone.now()
        row.lapses_at = row.confirmed_at + LASTS
        row.save(update_fields=["confirmed_at", "looked_at", "lapses_at"])
