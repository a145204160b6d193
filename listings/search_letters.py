"""What is written to those who saved a search, and under which key, so that nothing comes twice."""

from django.urls import reverse
from django.utils import timezone

from cities import directory
from listings import cards
from news.structured import SITE
from sitekit import letters, outbox, signed
from sitekit.addresses import absolute
from sitekit.models import Mail

KEY = "search-news"
LONGEST_SUBJECT = 90


def confirmation(row) -> None:
    key = f"search-confirm-{row.pk}-{row.created_at:%Y%m%d%H%M%S}"
    context = {"confirm": _link("confirm", row)}
    outbox.put_all([_mail(row, key, f"请确认：{_what(row)}", "mail/search_confirm.txt", context)])


def already(row) -> None:
    key = f"search-already-{row.pk}-{timezone.now():%Y%m%d%H%M%S}"
    outbox.put_all([_mail(row, key, f"已经订了：{row.title}", "mail/search_already.txt", {})])


def key_of_reminder(row) -> str:
    return f"search-lapse-{row.pk}-{row.lapses_at:%Y%m%d}"


def remind(rows) -> None:
    outbox.put_all(
        [
            _mail(
                row,
                key_of_reminder(row),
                f"快到期了：{_what(row)}",
                "mail/search_lapse.txt",
                {"renew": _link("renew", row)},
            )
            for row in rows
        ]
    )


def of_news(row, listings, more) -> Mail:
    """The mail, not yet put in: one of many written in one step. `more` are on the page only."""
    lines = [
        {"listing": listing, **cards.row(listing), "link": absolute(listing.get_absolute_url())}
        for listing in listings
    ]
    total = len(listings) + more
    context = {"lines": lines, "total": total, "more": more, "all": absolute(list_path(row))}
    if letters.is_near_its_end(row):
        context["renew"] = _link("renew", row)
    first = listings[0]
    words = f"{row.title}：{first.title} {first.pay_words}{first.pay_unit_words}"
    words = " ".join(words.split())[:LONGEST_SUBJECT]
    rest = f" 等 {total} 条" if total > 1 else ""
    key = f"{KEY}-{row.pk}-{row.looked_at:%Y%m%d%H%M%S%f}"
    return _mail(row, key, words + rest, "mail/search_news.txt", context)


def list_path(row) -> str:
    place = directory.get(row.region_id)
    path = reverse("listings:list", kwargs={"city": place} if place else {})
    return f"{path}?{row.query}" if row.query else path


def _what(row):
    return f"订阅{row.title}"


def _mail(row, key, subject, template, context):
    words = {"title": row.title, "name": SITE, "row": row, **context}
    return letters.stoppable(row.email, key, subject, template, words, _link("end", row))


def _link(purpose, row):
    token = signed.sign(f"search {purpose}", row.pk)
    return absolute(reverse(f"listings:search_{purpose}", args=[token]))
