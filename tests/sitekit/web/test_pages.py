"""How a page may be asked for: methods, caching, sign-in, in this order."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import User
from sitekit.web.pages import page


def get_page_response(rf, method="get", user=None, **rules):
    request = rf.generic(method.upper(), "/a-page/")
    request.user = user or AnonymousUser()

    @page(**rules)
    def view(request, word):
        return HttpResponse(word)

    return view(request, "content")


@pytest.mark.parametrize(
    ("takes", "methods"),
    [("read", "GET, HEAD"), ("form", "GET, HEAD, POST"), ("post", "POST")],
)
def test_a_page_takes_its_methods_alone(rf, takes, methods):
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        response = get_page_response(rf, method, takes=takes)
        if method in methods:
            assert (response.status_code, response.content) == (200, b"content")
        else:
            assert (response.status_code, response["Allow"]) == (405, methods)


@pytest.mark.django_db
def test_who_opens_the_address_of_a_button_is_told_so(client):
    address = reverse("listings:post_new")
    response = client.get(address, headers={"accept": "text/html,*/*"})
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "<h1>这一步要按按钮</h1>" in response.content.decode()
    assert client.get(address, headers={"accept": "application/json"}).content == b""


def test_a_page_says_nothing_of_caching_unless_told(rf):
    assert not get_page_response(rf, takes="read").has_header("Cache-Control")


def test_a_page_that_is_never_cached_says_so(rf):
    assert "no-store" in get_page_response(rf, takes="read", cache="never")["Cache-Control"]


@pytest.mark.parametrize("seconds", [0, 60])
def test_a_page_may_be_cached_by_everybody_for_seconds(rf, seconds):
    header = get_page_response(rf, takes="read", cache=seconds)["Cache-Control"]
    assert header == f"public, max-age={seconds}"


def test_a_visitor_is_sent_to_sign_in_and_back(rf):
    response = get_page_response(rf, takes="read", login=True)
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/a-page/")


def test_who_is_signed_in_sees_the_page(rf):
    assert get_page_response(rf, takes="read", login=True, user=User()).content == b"content"


def test_the_way_to_the_sign_in_page_is_not_cached_either(rf):
    response = get_page_response(rf, takes="read", login=True, cache="never")
    assert response.status_code == 302
    assert "no-store" in response["Cache-Control"]


def test_another_method_is_refused_before_sign_in_and_caching(rf):
    response = get_page_response(rf, "post", takes="read", login=True, cache="never")
    assert response.status_code == 405
    assert not response.has_header("Cache-Control")


def test_the_rules_can_be_read_from_the_view():
    @page(takes="form", login=True, cache="never")
    def profile(request):
        """Shows the profile."""

    assert profile.page_rules == ("form", True, "never", "")
    assert (profile.__name__, profile.__doc__) == ("profile", "Shows the profile.")
