from django.db.models import QuerySet

from accounts.models import User
from safety.models import Appeal, Claim, Report, Warned
from sitekit.maintenance.personal_data import PersonalData


def export(user: User) -> dict[str, list]:
    """Return what was decided, but not by whom."""
    report_fields = ("ticket", "reason", "words", "status", "outcome", "created_at", "decided_at")
    appeal_fields = ("ticket", "against", "words", "status", "outcome", "created_at", "decided_at")
    return {
        "reports": list(
            _list_reports(user).order_by("pk").values("listing_id", "article_id", *report_fields)
        ),
        "appeals": list(
            Appeal.objects.filter(appellant=user)
            .order_by("pk")
            .values("listing_id", "employer_id", *appeal_fields)
        ),
        "fraud_warnings": list(
            Warned.objects.filter(user=user)
            .order_by("pk")
            .values(
                "case__listing_id",
                "case__listing__title",
                "case__fraud_type",
                "case__withdrawn_at",
                "created_at",
            )
        ),
    }


def erase(user: User) -> None:
    """Keep the reports, on whose outcome others rely, but forget who made them."""
    _list_reports(user).update(email="", reporter=None)
    Appeal.objects.filter(appellant=user).update(appellant=None)
    Claim.objects.filter(moderator=user).delete()
    Warned.objects.filter(user=user).update(user=None, application=None)


def _list_reports(user: User) -> QuerySet[Report]:
    reports = Report.objects.filter(reporter=user)
    return reports | Report.objects.filter(email__iexact=user.email) if user.email else reports


PERSONAL_DATA = PersonalData(export, erase)
