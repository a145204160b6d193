"""End the sessions of a user."""

from allauth.usersessions.models import UserSession

from accounts.models import User


def end_all_sessions(user: User, kept_session_key: str | None = None) -> None:
    """End all sessions of the user except the one with `kept_session_key`."""
    for session in UserSession.objects.filter(user=user).exclude(
        session_key=kept_session_key or ""
    ):
        session.end()
