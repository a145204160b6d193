import datetime
import math
import time
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from cities.directory.regions import get_region_by_slug
from sitekit.images.pictures import SUFFIXES
from sitekit.kept_pages import store
from sitekit.kept_pages.store import forget_values
from sitekit.messages import quiet_hours
from sitekit.site_settings.kept_settings import KeptSetting
from sitekit.telemetry import page_reads
from sitekit.web import rate_limits
from tests.clock import clock_at_noon
from tests.daily_tests import EXAMPLES_AT_NIGHT
from tests.databases import django_db_setup, share_module_rows, switch_triggers
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer, make_listing

__all__ = ["clock_at_noon", "django_db_setup", "share_module_rows"]


# A busy machine is no fault of the site. In the night five times as many examples are tried.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("day", max_examples=20, **PATIENT)
hypothesis_settings.register_profile("night", max_examples=EXAMPLES_AT_NIGHT, **PATIENT)


def pytest_configure(config):
    is_full = "full" in config.option.markexpr.split()
    hypothesis_settings.load_profile("night" if is_full else "day")
    # As the site; Django turns it off only before the first test, and the URLconf may be read sooner.
    settings.DEBUG = False
    settings.KEEP_PAGES = False  # but where a test turns it on
    settings.SLOW_QUERY_MS = (
        0  # on a busy machine any query may be slow, and some tests count lines of the log
    )
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it
    settings.WHITENOISE_AUTOREFRESH = True  # each test's client would look through all static files
    # The one of the site is slow on purpose; what depends on a password is the same with this one.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Nor do pictures of a few bytes less need four times as long.
    SUFFIXES["avif"]["speed"], SUFFIXES["webp"]["method"] = 10, 0


class NoMomentYet(datetime.datetime):
    """Stands for `datetime` where the site asks for the moment."""

    @classmethod
    def now(cls, *_args, **_more):
        raise AssertionError(
            "Read the day in the test: one that is read while tests are collected is another than the site's"
            " when they run past midnight."
        )


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    with mock.patch.object(timezone, "datetime", NoMomentYet):
        return (yield)


def pytest_terminal_summary(terminalreporter):
    """What a test measured with `record_property("figure", words)`."""
    for report in terminalreporter.stats.get("passed", []):
        for name, words in report.user_properties:
            if name == "figure":
                terminalreporter.write_line(words)


@pytest.fixture(autouse=True)
def no_kept_counts(monkeypatch):
    cache.clear()
    forget_values()
    monkeypatch.setattr(rate_limits, "PERIODS_BEGIN", time.time())


@pytest.fixture(autouse=True)
def values_stay(monkeypatch, request):
    """What a process keeps is not read again because half a second went by, but where `timed_values` is asked for: on
    a slow machine it would be a query more among those that tests count."""
    if "timed_values" not in request.fixturenames:
        monkeypatch.setattr(store, "UNTRUSTED_SECONDS", math.inf)


@pytest.fixture(name="timed_values")
def keep_timed_values():
    """They are read again by the clock, as on the site."""


@pytest.fixture(autouse=True)
def reads_wait(monkeypatch, request):
    """They are not written because seconds went by, but where `timed_reads` is asked for: it would be a query
    more among those that tests count."""
    if "timed_reads" not in request.fixturenames:
        monkeypatch.setattr(page_reads, "WRITE_SECONDS", math.inf)


@pytest.fixture(name="timed_reads")
def write_timed_reads():
    """They are written by the clock, as on the site."""


@pytest.fixture(autouse=True)
def shipped_settings(monkeypatch, request):
    """Nobody asks what the operator set, but where `operator_settings` is asked for: a question a minute of each
    process would come and go among those that tests count."""
    if "operator_settings" not in request.fixturenames:
        monkeypatch.setattr(KeptSetting, "get", lambda setting: setting.shipped)


@pytest.fixture(name="operator_settings")
def read_operator_settings():
    """They are read, as on the site."""


@pytest.fixture(autouse=True)
def no_quiet_hours(monkeypatch, request):
    """At whatever hour the tests run, nothing waits for the morning but where `quiet_hours` is asked for."""
    if "quiet_hours" not in request.fixturenames:
        monkeypatch.setattr(quiet_hours, "is_quiet_hour", lambda *_hours: False)


@pytest.fixture(name="quiet_hours")
def keep_quiet_hours():
    """They are kept, as on the site."""


@pytest.fixture(scope="session", autouse=True)
def media(tmp_path_factory):
    """Files of pictures never lie beside those of the site."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture(scope="session", autouse=True)
def private(tmp_path_factory):
    """Nor do papers of employers."""
    settings.PRIVATE_ROOT = tmp_path_factory.mktemp("private")


@pytest.fixture
def admin_client(admin_user):
    """Signed in as staff must: with the second factor."""
    return sign_in(Client(), admin_user)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture(scope="session")
def place():
    return get_region_by_slug


@pytest.fixture
def employer(db):
    return tea_shop()


@pytest.fixture
def owner(employer):
    """Who acts for the employer."""
    user = make_person("owner")
    employer.memberships.create(user=user, role="owner")
    return user


@pytest.fixture
def notice_template(settings):
    """The provider of text messages has a template for notices."""
    settings.TEXT_MESSENGER = {
        "SENDER": "sitekit.messages.text_messages.AliyunSender",
        "OPTIONS": {"templates": {"code": "SMS_1", "notice": "SMS_5", "digest": "SMS_6"}},
    }


@pytest.fixture
def committed(transactional_db):
    """Threads see what is committed only."""


@pytest.fixture
def told_changes(committed):
    """The database tells of changes, as on the site."""
    switch_triggers("ENABLE")
    yield
    switch_triggers("DISABLE")


def tea_shop():
    return make_employer("乾州清茗饮品店", kind="individual_business", region="xiangxi")


def build_listing_fields(**fields):
    """A complete text of a listing; every field can be another."""
    defaults = {
        "title": "商场新品派发员",
        "category": "flyer",
        "region_id": get_region_by_slug("jishou").adcode,
        "address": "乾州新区商业街",
        "headcount": 4,
        "pay_min": 22,
        "pay_max": 22,
        "pay_unit": "hour",
        "settlement": "daily",
        "term": "weekend",
        "duties": "在商场一楼介绍新口味，把试饮券交到路过的顾客手里。",
        "requirements": "能连续站立四小时。",
        "valid_through": timezone.localdate() + datetime.timedelta(20),
    }
    return defaults | fields


@pytest.fixture
def publish(employer):
    return build_listing_publisher(employer)


@pytest.fixture(scope="module")
def publish_once(module_rows):
    """As `publish`, for all tests of a module that share rows (`tests.databases`)."""
    return build_listing_publisher(tea_shop())


def build_listing_publisher(employer):
    """Publishes a listing the real way; `at` backdates it."""

    def made(at=None, by=employer, listing_fields=None, **fields):
        text = build_listing_fields(**fields) | (listing_fields or {})
        text["region"] = text.pop("region_id")
        return make_listing(employer=by, published_at=at, **text)

    return made
