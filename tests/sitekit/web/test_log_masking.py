"""No link that works without an account can be copied from the log."""

import io
import logging
from urllib.parse import quote

import pytest
from django.core.checks import run_checks
from django.test import Client

from sitekit.web.log_masking import LONGEST_PATH, mask_path
from sitekit.web.signed_links import sign_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    """What the handler of the settings writes."""
    handler = next(
        candidate for candidate in logging.getLogger().handlers if candidate.get_name() == "console"
    )
    before = handler.setStream(io.StringIO())
    yield handler.stream
    handler.setStream(before)


@pytest.mark.parametrize(
    "path", ["/employer/join/{}/", "/evidence/{}/pakc/", "/searches/nothing/{}/", "/nothing/{}/x/"]
)
@pytest.mark.parametrize("token", ["", "12-0a1b2c3d4e5f6a7b8c9d"], ids=["signed", "evidence"])
def test_not_found_and_refused_are_logged_without_the_token(log, path, token):
    token = token or sign_link("employer invitation", 7)
    address = path.format(token)
    Client().get(address)
    Client(enforce_csrf_checks=True).post(address)
    assert "/***" in log.getvalue()
    assert token not in log.getvalue()


@pytest.mark.parametrize(
    "path",
    [
        "/xiangxi/jobs/",
        "/report/listing/12345678/",
        "/guides/how-to-recognise-a-fraud-in-time/",
        "/static/bundles/site.css",
        "/吉首市/乾州新区商业街十八号兼职信息列表页/",
    ],
)
def test_what_is_no_token_stays(path):
    assert mask_path(path) == path


@pytest.mark.parametrize(
    ("path", "masked"),
    [
        ("/13800138000/", "/***/"),
        ("/xiangxi/138-0013-8000", "/xiangxi/***"),
        ("/+86 138 0013 8000/x/", "/+***/x/"),
        ("/43310119900307123X/", "/***/"),
        ("/１３８００１３８０００/", "/***/"),
        ("/boss@example.com/", "/***/"),
        ("/xiangxi/写信给 boss@example.com 就行/", "/xiangxi/***/"),
        ("/" + "many-jobs/" * 500, ("/" + "many-jobs/" * 500)[:LONGEST_PATH] + "…"),
    ],
)
def test_what_somebody_typed_behind_the_site_s_name_is_not_logged(log, path, masked):
    assert mask_path(path) == masked
    Client().get(quote(path))
    assert masked in log.getvalue()
    assert path == masked or path not in log.getvalue()


@pytest.mark.parametrize("is_on", [True, False])
def test_without_a_proxy_the_deploy_check_tells_of_the_shared_limits(settings, is_on):
    settings.BEHIND_PROXY = is_on
    warnings = {message.id for message in run_checks(include_deployment_checks=True)}
    assert ("sitekit.W006" in warnings) is not is_on
