"""The API driven by its own OpenAPI document: no answer is an accident, every refusal is explained."""

import html
import json
from collections import Counter

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate

from listings.employer_api import requests
from tests.answers import read_body
from tests.listings.api_client import ApiClient
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
EXAMPLES = [pytest.param(5), pytest.param(150, marks=pytest.mark.full)]


@pytest.fixture
def document():
    return Client().get("/api/openapi.json").json()


def test_the_document_is_valid_and_tells_nothing_of_anybody(document):
    shop = make_employer("不该出现的店")
    validate(document)
    again = Client().get("/api/openapi.json").json()
    assert document == again and shop.name not in json.dumps(again, ensure_ascii=False)
    listing_fields = document["components"]["schemas"]["ListingFields"]["properties"]
    kinds = listing_fields["settlement"]["anyOf"][0]["enum"]
    assert "daily" in kinds and listing_fields["headcount"]["anyOf"][0]["maximum"] == 999


def test_the_page_names_every_operation_and_field(document):
    page = read_body(Client().get("/api/"))
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page
    for name in document["components"]["schemas"]["ListingFields"]["properties"]:
        assert f"<code>{name}</code>" in page


def test_the_example_of_the_page_would_be_published(client):
    page = html.unescape(read_body(client.get("/api/")))
    body = json.loads(page.partition("-d '")[2].partition("'</code>")[0])
    api = ApiClient(client, make_employer(checks="LP"))
    answer = api.post("listings", body | {"submit": True, "no_fee": True})
    assert (answer.status_code, answer.json()["status"]) == (201, "published")


@pytest.mark.parametrize("examples", EXAMPLES)
def test_whatever_is_sent_is_answered_as_the_document_says(document, client, monkeypatch, examples):
    monkeypatch.setattr(requests, "REQUESTS_A_MINUTE", 10**9)
    api = ApiClient(client, make_employer(checks="LP"))
    own_ids = [api.created(submit=False)["id"], api.created(title="另一份")["id"]]
    schema = schemathesis.openapi.from_dict(document)
    statuses = Counter()

    def send(case):
        if isinstance(pk := case.path_parameters.get("pk"), int) and pk % 4:
            case.path_parameters["pk"] = own_ids[pk % 2]
        path = case.formatted_path
        body = case.body if isinstance(case.body, list | dict | str | int | None) else None
        headers = {k: v for k, v in (case.headers or {}).items() if k == "Idempotency-Key"}
        answer = api.client.generic(
            case.method,
            path,
            json.dumps(body) if case.method != "GET" else "",
            content_type="application/json",
            query_params=case.query or {},
            headers=headers | {"Authorization": f"Bearer {api.secret}"},
        )
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, (case.method, path, body)
        declared = case.operation.definition.raw["responses"]
        assert str(answer.status_code) in declared, (case.method, path, answer.status_code)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            problem = answer.json()
            assert problem["detail"] and problem["title"] and "Input should" not in str(problem)

    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in schemathesis.GenerationMode:
            run = given(operation.as_strategy(generation_mode=mode))(send)
            settings(
                max_examples=examples,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
                derandomize=True,
            )(run)()
    assert {200, 201, 404, 409, 422} <= {*statuses}, statuses
