"""What people agreed to, in which version of its words, and when; taking it back is recorded too."""

from django.utils import timezone

from accounts.choices import ConsentKind
from accounts.models import Consent, User

# Raised by hand whenever the words of a text change in what they ask for.
TEXT_VERSIONS = {
    ConsentKind.TERMS: "2025-12",
    ConsentKind.HANDOVER: "2025-12",
    ConsentKind.EMPLOYER_TERMS: "2025-12",
}


def give_consent(user: User, kind: str, about: str = "") -> Consent:
    """Once for each version and each thing it is about, as long as it is not taken back."""
    version = TEXT_VERSIONS[ConsentKind(kind)]
    consent = user.consents.filter(
        kind=kind, about=about, version=version, withdrawn_at=None
    ).first()
    return consent or user.consents.create(kind=kind, about=about, version=version)


def withdraw_consent(user: User, kind: str, about: str = "") -> None:
    given = user.consents.filter(kind=kind, about=about, withdrawn_at=None)
    given.update(withdrawn_at=timezone.now())
