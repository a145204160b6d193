"""A program that asks the API gets problem JSON for every error, a page for none."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from listings.employer_api.addresses import ApiProblemsMiddleware

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.mark.parametrize("method", ["get", "post", "delete"])
@pytest.mark.parametrize("path", ["employers", "listings/7/nothing", "listings/", "", "x/y/z"])
def test_an_address_that_leads_nowhere_is_explained(client, method, path):
    answer = client.generic(method.upper(), f"/api/v1/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
    assert answer["Cache-Control"] == "no-store, private"
    problem = answer.json()
    assert (problem["status"], problem["title"]) == (404, "没有找到")
    assert "没有这个地址" in problem["detail"]


def test_the_root_without_a_slash_is_explained_too(client):
    assert client.get("/api/v1")["Content-Type"] == PROBLEM


def test_what_cannot_be_read_is_explained(client):
    form = "application/x-www-form-urlencoded; charset=gbk"
    for answer in (
        client.get("/api/v1/listings/%00"),
        client.post("/api/v1/listings", b"a=b", content_type=form),
    ):
        assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
        assert "UTF-8" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/api/v2/listings", "/api/v12", "/api/nothing/", "/nowhere/api/v1/"]
)
def test_other_addresses_are_answered_by_a_page(client, path):
    answer = client.get(path)
    assert answer.status_code == 404 and answer["Content-Type"].startswith("text/html")


def test_the_page_of_a_site_that_is_busy_becomes_a_problem_that_says_when_to_ask_again():
    page = HttpResponse("<h1>网站正忙</h1>", status=503, headers={"Retry-After": "10"})
    answer = ApiProblemsMiddleware(lambda _request: page)(RequestFactory().get("/api/v1/employer"))
    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)
    assert answer["Retry-After"] == "10" and "什么也没有改变" in answer.content.decode()
