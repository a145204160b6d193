from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """The request of a view that only signed-in people reach: `page(login=True)`."""

    user: User
