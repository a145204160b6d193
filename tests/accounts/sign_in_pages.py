"""How tests come in: the pages of the door, and what was sent."""

import re

from sitekit.models import Mail, TextMessage

LOGIN, CODE, NEW = "/accounts/login/", "/accounts/login/code/", "/accounts/login/new/"
SIGNUP, PASSWORD = "/accounts/signup/", "/accounts/login/password/"
PHONE = "+8613800138000"
# The box under the texts that come with the site.
AGREEMENT = {"agreed": "on", "shown": "rules 2025-12, privacy 2025-12"}
MOTHERS_PASSWORD = "yushui hen duo 27"


def list_waiting_codes():
    """Codes that wait to go out, oldest first: (to, code)."""
    rows = [*TextMessage.objects.filter(kind="code"), *Mail.objects.filter(is_secret=True)]
    rows.sort(key=lambda row: row.created_at)
    return [(row.to, re.search(r"\d{6}", row.text)[0]) for row in rows]


def last_code():
    return list_waiting_codes()[-1][1]


def build_wrong_code(code):
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06}"


def post_contact(client, contact, page=LOGIN, **more):
    return client.post(page, {"contact": contact, **more})


def post_code(client, code=None):
    return client.post(CODE, {"code": code or last_code()})


def is_in(client):
    return "_auth_user_id" in client.session


def get_main_text(answer):
    return re.sub(r"<[^>]*>|\s+", "", answer.content.decode().partition("<main")[2])
