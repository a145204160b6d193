"""The rows that all faults find: employers, listings, people who are signed in."""

import base64
import io
import os
from typing import NamedTuple, Protocol

import psycopg

from tools.cluster.databases import NAME
from tools.embedded_pg.server import EmbeddedServer

BACKEND = "accounts.backends.EmailOrPhoneBackend"
LISTINGS = 12
PUBLIC_PAGES = ("/", "/xiangxi/", "/xiangxi/jobs/", "/jobs/", "/news/", "/about/")


class HasServer(Protocol):
    server: EmbeddedServer


class Scene(NamedTuple):
    employer: int
    owner_session: str
    moderator_session: str
    listings: list[int]
    pages: list[str]
    report_path: str


def write_scene(site: HasServer) -> Scene:
    """Make tables, places and rows in an empty database, by the code of the site."""
    from django.core.management import call_command

    from tools.demo.factories import make_employer, make_listing, make_user

    with psycopg.connect(site.server.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NAME}")
    for words in (("migrate",), ("load_regions",), ("collectstatic", "--noinput")):
        call_command(*words, verbosity=0, stdout=io.StringIO(), skip_checks=True)
    owner = make_user("owner@example.com", name="陈店长")
    employer = make_employer("乾州清茗饮品店", member=owner)
    listings = [
        make_listing(employer=employer, title=f"周末传单派发 {number} 组")
        for number in range(LISTINGS)
    ]
    return Scene(
        employer=employer.pk,
        owner_session=sign_in(owner),
        moderator_session=sign_in(make_moderator("moderator")),
        listings=[listing.pk for listing in listings],
        pages=[*PUBLIC_PAGES, *(listing.get_absolute_url() for listing in listings[:4])],
        report_path=f"/report/listing/{listings[-1].pk}/",
    )


def make_moderator(name):
    from safety.moderation.permissions import ensure_moderator_group
    from tools.demo.factories import make_user

    user = make_user(f"{name}-at-work@example.com", name=name, is_staff=True)
    user.groups.add(ensure_moderator_group())
    return user


def make_seeker(name: str) -> str:
    """Return the session of somebody whose phone is proved."""
    import zlib

    from django.utils import timezone

    from tools.demo.factories import make_user

    phone = f"+86199{zlib.crc32(name.encode()) % 10**8:08}"
    return sign_in(
        make_user(f"{name}@example.com", name=name, phone=phone, phone_proved_at=timezone.now())
    )


def sign_in(user) -> str:
    """Return the key of a session, with the second factor where one is needed."""
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.http import HttpRequest
    from django.test import Client

    from accounts.sign_in.allauth_internals import record_authentication_step

    client = Client()
    client.force_login(user, backend=BACKEND)
    request = HttpRequest()
    request.session = client.session
    record_authentication_step(request, user, "code")
    if user.is_staff:
        totp = Authenticator.Type.TOTP
        Authenticator.objects.create(
            user=user, type=totp, data={"secret": base64.b32encode(os.urandom(20)).decode()}
        )
        record_authentication_step(request, user, "mfa", type="totp")
    request.session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def make_member() -> tuple[int, str]:
    """Return an employer that may still hand in papers, and the session of its owner."""
    from accounts.models import EmployerStatus
    from tools.demo.factories import make_employer, make_user

    user = make_user()
    employer = make_employer(status=EmployerStatus.UNVERIFIED, checks="", member=user)
    return employer.pk, sign_in(user)
