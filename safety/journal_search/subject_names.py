"""The names of rows in the journal, and the addresses where they are opened."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Model, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.models import Employer, User
from listings.models import Listing
from news.models import Article
from safety.case_queues.moderators import is_moderator
from safety.choices import CaseKind
from safety.journal_search.search_terms import ROW_WORDS
from safety.journal_search.subjects import SubjectKey
from safety.models import Appeal

KIND_WORDS = {kind: words for words, kind in reversed(ROW_WORDS.items())}
NOBODY = "已注销的用户"
_NAMED: dict[str, tuple[type[Model], str]] = {
    "listing": (Listing, "title"),
    "employer": (Employer, "name"),
    "article": (Article, "title"),
}
_DESK_KINDS = {"listing", "employer", "text", "report", "appeal"}
_ADMIN_KINDS = {
    "listing": "listings_listing",
    "employer": "accounts_employer",
    "user": "accounts_user",
    "article": "news_article",
}


def load_subject_names(
    keys: Iterable[SubjectKey], known_users: Mapping[int, User]
) -> dict[SubjectKey, str]:
    """Return the names of listings, employers and articles by one query, and of people by another one. A row
    without a name is called by its number."""
    named_keys = set(keys)
    names = {key: f"{KIND_WORDS.get(key.kind, '')} {key.pk}" for key in named_keys}
    queries: list[Any] = []
    for kind, (model, column) in _NAMED.items():
        if pks := [key.pk for key in named_keys if key.kind == kind]:
            rows = model._default_manager.filter(pk__in=pks).order_by()
            columns = {
                "row_kind": Value(kind, CharField()),
                "number": Cast(F("pk"), BigIntegerField()),
                "row_name": Cast(F(column), TextField()),
            }
            queries.append(rows.annotate(**columns).values_list(*columns))
    if queries:
        for kind, pk, name in queries[0].union(*queries[1:], all=True).order_by():
            names[SubjectKey(kind, pk)] = name or names[SubjectKey(kind, pk)]
    people = [key.pk for key in named_keys if key.kind == "user"]
    for pk, user in load_users(people, known_users).items():
        names[SubjectKey("user", pk)] = str(user) or NOBODY
    return names


def load_users(pks: Iterable[int], known_users: Mapping[int, User]) -> dict[int, User]:
    """Return the known users and those of `pks`, by id. One query if some are not known."""
    missing = set(pks) - known_users.keys()
    return {**known_users, **(User.objects.in_bulk(missing) if missing else {})}


def replace_text_appeals(keys: Sequence[SubjectKey]) -> list[SubjectKey]:
    """Replace an appeal against a refused text by the text, because it is opened and decided together with the text."""
    numbers = [key.pk for key in keys if key.kind == CaseKind.APPEAL]
    if not numbers:
        return list(keys)
    appeals = Appeal.objects.filter(pk__in=numbers).exclude(text=None)
    texts = {
        SubjectKey(CaseKind.APPEAL, pk): text for pk, text in appeals.values_list("pk", "text")
    }
    return [SubjectKey(CaseKind.TEXT, texts[key]) if key in texts else key for key in keys]


def build_subject_address(key: SubjectKey, user: User) -> str:
    """Return the address where this member of the staff may open the row; "" if there is none."""
    if is_moderator(user) and key.kind in _DESK_KINDS | {"fraud"}:
        return reverse(f"desk:{key.kind}", args=[key.pk])
    name = _ADMIN_KINDS.get(key.kind, "")
    app, _underscore, model = name.partition("_")
    if name and user.has_perm(f"{app}.view_{model}"):
        return reverse(f"admin:{name}_change", args=[key.pk])
    return ""
