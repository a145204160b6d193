"""Facts of an employer and of a person for an evidence pack: everything that they registered, unmasked."""

from typing import Any

from accounts.models import Employer, User


def describe_employer(employer: Employer) -> dict[str, Any]:
    members = employer.memberships.select_related("user").order_by("pk")
    return {
        "number": employer.pk,
        "name": employer.name,
        "checked_name": employer.checked_name,
        "kind": employer.get_kind_display(),
        "status": employer.get_status_display(),
        "region": str(employer.region),
        "licence_code": employer.licence_code,
        "contact_name": employer.contact_name,
        "contact_phone": employer.contact_phone,
        "phone_proved_at": employer.phone_proved_at,
        "registered_at": employer.created_at,
        "checks": list(
            employer.checks.order_by("pk").values(
                "kind", "method", "checked_on", "expires_on", "ended_on", "ended_because"
            )
        ),
        "papers": list(
            employer.documents.order_by("pk").values("pk", "kind", "uploaded_at", "digest")
        ),
        "members": [
            describe_person(row.user) | {"role": row.get_role_display()} for row in members
        ],
    }


def describe_person(user: User) -> dict[str, Any]:
    return {
        "number": user.pk,
        "name": user.name,
        "phone": user.phone,
        "phone_proved_at": user.phone_proved_at,
        "email": user.email,
        "joined_at": user.date_joined,
        "closed_at": user.closed_at,
    }
