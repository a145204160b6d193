from django.db.models import Q, QuerySet

from accounts.models import User
from safety.case_queues.case_questions import forget_person
from safety.models import (
    Appeal,
    CaseMessage,
    CaseNote,
    Claim,
    Escalation,
    JournalSearch,
    Postponement,
    QueueFilter,
    Report,
    SecondLook,
    SecondLookShare,
    Warned,
)
from sitekit.maintenance.personal_data import PersonalData


def export(user: User) -> dict[str, list]:
    """Return the reports and appeals of the user with their outcomes, but without the deciders."""
    fields = ("words", "status", "outcome", "created_at", "decided_at")
    fraud_fields = ("listing_id", "listing__title", "fraud_type", "withdrawn_at")
    querysets = {
        "reports": _list_reports(user).values(
            "listing_id", "article_id", "ticket", "reason", *fields
        ),
        "appeals": Appeal.objects.filter(appellant=user).values(
            "listing_id", "employer_id", "text_id", "ticket", "against", *fields
        ),
        "replies_to_moderators": CaseMessage.objects.filter(author=user).values(
            "kind", "number", "words", "created_at"
        ),
        "fraud_warnings": Warned.objects.filter(user=user).values(
            *(f"case__{name}" for name in fraud_fields), "created_at"
        ),
    }
    return {name: list(rows.order_by("pk")) for name, rows in querysets.items()}


def erase(user: User) -> None:
    """Remove the user from reports. The reports stay, because others rely on their outcome."""
    _list_reports(user).update(email="", reporter=None)
    Appeal.objects.filter(appellant=user).update(appellant=None)
    CaseMessage.objects.filter(author=user).update(author=None)
    CaseNote.objects.filter(author=user).update(author=None)
    forget_person(user)
    Escalation.objects.filter(moderator=user).update(moderator=None)
    for name in ("approver", "looker"):
        SecondLook.objects.filter(**{name: user}).update(**{name: None})
    SecondLookShare.objects.filter(set_by=user).update(set_by=None)
    Claim.objects.filter(moderator=user).delete()
    QueueFilter.objects.filter(moderator=user).delete()
    Postponement.objects.filter(moderator=user).delete()
    Warned.objects.filter(user=user).update(user=None, application=None)
    _forget_search_terms(user)


def _forget_search_terms(user: User) -> None:
    """Delete the typed terms of searches for the user. Who searched and why stays."""
    typed = [text for text in (user.phone, user.email and user.email.lower(), user.name) if text]
    named = Q(subjects__contains=[f"user:{user.pk}"]) | Q(term__in=typed)
    JournalSearch.objects.filter(named).update(term="", masked="")


def _list_reports(user: User) -> QuerySet[Report]:
    reports = Report.objects.filter(reporter=user)
    return reports | Report.objects.filter(email__iexact=user.email) if user.email else reports


PERSONAL_DATA = PersonalData(export, erase)
