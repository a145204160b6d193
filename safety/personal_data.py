from safety.models import Appeal, Claim, Report, Warned
from sitekit.maintenance.personal_data import PersonalData


def export(user):
    """What was decided, but not by whom."""
    fields = ("ticket", "reason", "words", "status", "outcome", "created_at", "decided_at")
    appeals = ("ticket", "against", "words", "status", "outcome", "created_at", "decided_at")
    return {
        "reports": list(_reports(user).order_by("pk").values("listing_id", "article_id", *fields)),
        "appeals": list(
            Appeal.objects.filter(appellant=user)
            .order_by("pk")
            .values("listing_id", "employer_id", *appeals)
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


def erase(user):
    """Reports stay, because others rely on what came of them; who made them does not."""
    _reports(user).update(email="", reporter=None)
    Appeal.objects.filter(appellant=user).update(appellant=None)
    Claim.objects.filter(moderator=user).delete()
    Warned.objects.filter(user=user).update(user=None, application=None)


def _reports(user):
    mine = Report.objects.filter(reporter=user)
    return mine | Report.objects.filter(email__iexact=user.email) if user.email else mine


PERSONAL_DATA = PersonalData(export, erase)
