"""Which of the rows that a search found lie in the reader's places."""

from collections.abc import Callable, Iterable, Mapping

from django.db.models import Q

from accounts.models import User
from accounts.staff.scope import get_staff_scope
from accounts.staff.switching import list_people_in_scope
from news.articles.article_places import build_article_scope_condition
from safety.choices import CaseKind
from safety.journal_search.subjects import MODELS, SubjectKey
from safety.moderation.case_type import build_appeal_condition
from safety.moderation.decisions import CASE_TYPES


def list_subjects_in_scope(keys: Iterable[SubjectKey], reader: User) -> list[SubjectKey]:
    """Return the rows in the reader's places, in their order. Rows in no place are for staff of the whole country."""
    keys = list(keys)
    if get_staff_scope(reader).is_national:
        return keys
    in_scope: set[SubjectKey] = set()
    for kind in MODELS.keys() & {key.kind for key in keys}:
        numbers = [key.pk for key in keys if key.kind == kind]
        rows = MODELS[kind]._default_manager.filter(_build_condition(kind, reader), pk__in=numbers)
        pks = rows.order_by().values_list("pk", flat=True)
        in_scope |= {SubjectKey(kind, pk) for pk in pks}
    return [key for key in keys if key in in_scope]


def _build_condition(kind: str, reader: User) -> Q:
    scope = get_staff_scope(reader)
    if kind in (CaseKind.LISTING, CaseKind.EMPLOYER, CaseKind.TEXT, CaseKind.REPORT):
        return CASE_TYPES[kind].build_scope_condition(scope)
    builders: Mapping[str, Callable[[], Q]] = {
        "user": lambda: Q(pk__in=list_people_in_scope(User.objects.all(), reader).values("pk")),
        "article": lambda: build_article_scope_condition(scope),
        "appeal": lambda: build_appeal_condition(reader),
        "fraud": lambda: scope.build_condition("listing__region"),
    }
    return builders[kind]()
