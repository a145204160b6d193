"""What people agreed to, in which version of its words, and when; taking it back is recorded too."""

from django.db import transaction
from django.utils import timezone

from accounts.choices import ConsentKind
from accounts.models import Consent, User
from sitekit.models import SiteText
from sitekit.site_settings.site_texts import (
    SHIPPED_VERSION,
    ConsentRequest,
    find_current_version,
    list_consent_requests,
)

PRIVACY = SiteText.Kind.PRIVACY.value  # what a consent of the kind TERMS is about, if not the rules
# The shipped versions. Raise a version by hand whenever its text asks for something new. The operator may write later
# versions of the rules and the privacy text.
TEXT_VERSIONS = {
    ConsentKind.TERMS: SHIPPED_VERSION,
    ConsentKind.HANDOVER: "2025-12",
    ConsentKind.EMPLOYER_TERMS: "2025-12",
}


def give_consent(user: User, kind: str, about: str = "", version: str = "") -> Consent:
    """Store the consent, unless there is one for the same version and subject that was not withdrawn."""
    shipped = TEXT_VERSIONS[ConsentKind(kind)]
    if kind == ConsentKind.TERMS:
        version = version or find_current_version(about or SiteText.Kind.RULES)
    version = shipped if version in ("", SHIPPED_VERSION) else version
    consent = user.consents.filter(
        kind=kind, about=about, version=version, withdrawn_at=None
    ).first()
    return consent or user.consents.create(kind=kind, about=about, version=version)


def withdraw_consent(user: User, kind: str, about: str = "") -> None:
    consents = user.consents.filter(kind=kind, about=about, withdrawn_at=None)
    consents.update(withdrawn_at=timezone.now())


def agree_to_texts(user: User, shown: str = "") -> None:
    """Store the consent to the rules, and to the privacy text if it is another version than the shipped one. `shown`
    names the versions that the user saw; by default those in force."""
    versions = dict(text.split() for text in (shown or name_current_texts()).split(", "))
    with transaction.atomic():
        # Two presses at once: one after the other.
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        give_consent(user, ConsentKind.TERMS, "", versions[SiteText.Kind.RULES])
        if versions[PRIVACY] != SHIPPED_VERSION:
            give_consent(user, ConsentKind.TERMS, PRIVACY, versions[PRIVACY])


def name_current_texts() -> str:
    """Return the texts in force with their versions. A form sends this back, so that `agree_to_texts` stores what
    was shown."""
    return ", ".join(f"{kind} {find_current_version(kind)}" for kind in SiteText.Kind.values)


def list_missing_consents(user: User) -> list[ConsentRequest]:
    """Return the texts that every user must accept again and that this user has not accepted. A query only if there
    is one."""
    requests = list_consent_requests()
    if not requests:
        return []
    accepted = set(
        user.consents.filter(kind=ConsentKind.TERMS, withdrawn_at=None).values_list(
            "about", "version"
        )
    )
    return [
        request
        for request in requests
        if accepted.isdisjoint(
            (PRIVACY if request.text.kind == PRIVACY else "", version)
            for version in request.versions
        )
    ]
