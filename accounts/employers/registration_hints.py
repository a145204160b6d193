"""What somebody wrote before registering an employer: the form of the registration begins with it."""

from django.http import HttpRequest

REGISTRATION_HINTS_KEY = "registration_hints"  # in the session
_FIELDS = ("contact_name", "region")


def store_registration_hints(request: HttpRequest, hints: dict[str, str]) -> None:
    known = {name: hints[name] for name in _FIELDS if hints.get(name)}
    if request.session.get(REGISTRATION_HINTS_KEY, {}) != known:
        request.session[REGISTRATION_HINTS_KEY] = known


def get_registration_hints(request: HttpRequest) -> dict[str, str]:
    hints: dict[str, str] = request.session.get(REGISTRATION_HINTS_KEY, {})
    return dict(hints)
