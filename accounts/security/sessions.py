"""Ending the sessions of somebody, whoever asks for it."""

from allauth.usersessions.models import UserSession

from accounts.models import User


def end_all_sessions(user: User, kept_session_key: str | None = None) -> None:
    """`but` is the key of a session that goes on."""
    for session in UserSession.objects.filter(user=user).exclude(
        session_key=kept_session_key or ""
    ):
        session.end()
