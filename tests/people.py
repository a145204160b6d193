"""The known cast of tests, and how they sign in."""

from jobsite.demo import make


def person(name, **fields):
    return make.make_user(f"{name}@example.com", name=name, **fields)


def sign_in(client, user):
    """As after a whole sign-in, with the second factor where one is needed."""
    client.force_login(user, backend="accounts.backends.EmailOrPhoneBackend")
    return client
