"""Fields of the admin that look up rows: posted while one types, and filled without script."""

import pytest
from django.contrib import admin
from django.urls import reverse

from listings.admin.listing_admin import ListingAdmin
from listings.models import Listing
from sitekit.forms.autocomplete import NOT_FOUND, WITHOUT_SCRIPT
from tests.people import make_person
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
LOOKUP = {"app_label": "accounts", "model_name": "employermember", "field_name": "user"}


def test_what_is_typed_stands_in_no_address(admin_client):
    make_person("owner", phone="+8613900001234")
    address = reverse("admin:autocomplete")
    assert admin_client.get(address, LOOKUP | {"term": "13900001234"}).status_code == 405
    answer = admin_client.post(address, LOOKUP | {"term": "13900001234"}).json()
    assert admin_client.post(address, LOOKUP | {"term": "a\0b"}).json()["results"] == []
    assert len(answer["results"]) == 1 and answer["pagination"] == {"more": False}


def test_every_such_field_posts_and_can_be_filled_without_script(admin_client):
    for model, model_admin in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        answer = admin_client.get(address)
        page = answer.content.decode()
        assert WITHOUT_SCRIPT not in page, model
        if not model_admin.autocomplete_fields or answer.status_code != 200:
            continue
        for name in model_admin.autocomplete_fields:
            assert f'<noscript><p><label for="id_{name}_typed">' in page, (model, name)
        assert 'data-ajax--type="GET"' not in page and "js/admin-lookup.js" in page, model


def test_every_list_that_looks_up_rows_posts_too(admin_client):
    looked_up = []
    for model, model_admin in admin.site._registry.items():
        page = admin_client.get(
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        ).content.decode()
        if 'class="admin-autocomplete"' in page:
            looked_up.append(model_admin)
            assert 'data-ajax--type="GET"' not in page and "js/admin-lookup.js" in page, model
            assert WITHOUT_SCRIPT not in page, model
    assert looked_up


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [("number", True), ("吉首晨光", True), ("吉首", False), ("没有这家", False), ("a\0b", False)],
)
def test_a_row_is_chosen_by_what_was_typed_or_offered(admin_client, place, typed, is_found):
    wanted, other = make_employer("吉首晨光"), make_employer("吉首小吃")
    model_admin = ListingAdmin(Listing, admin.site)
    request = admin_client.get("/admin/").wsgi_request
    typed = str(wanted.pk) if typed == "number" else typed
    form = model_admin.get_form(request)({"employer": "", "employer_typed": typed})
    form.full_clean()
    assert form.cleaned_data.get("employer") == (wanted if is_found else None)
    assert ("employer" in form.errors) != is_found
    assert is_found or "\0" in typed or form.errors["employer"] == [NOT_FOUND]
    field = str(form["employer"])
    if typed == "吉首":
        assert f'value="{wanted.pk}"' in field and f'value="{other.pk}"' in field, (
            "both are offered"
        )
    if not is_found and "\0" not in typed:
        assert f'value="{typed}"' in field, "what was typed stays"
    assert WITHOUT_SCRIPT not in field


def test_a_row_that_was_offered_is_chosen_though_the_words_still_stand_there(admin_client, place):
    wanted = make_employer("吉首晨光")
    make_employer("吉首小吃")
    request = admin_client.get("/admin/").wsgi_request
    build_form = ListingAdmin(Listing, admin.site).get_form(request)
    answers = {"employer": wanted.pk, "employer_typed": "吉首"}
    offered = build_form(answers | {"employer_offered": "吉首"})
    offered.full_clean()
    assert offered.cleaned_data["employer"] == wanted
    new_words = build_form(answers | {"employer_offered": ""})
    new_words.full_clean()
    assert new_words.errors["employer"] == [NOT_FOUND], "chosen before the words were typed"


def test_places_of_the_same_name_are_told_apart(admin_client):
    field = {"app_label": "listings", "model_name": "listing", "field_name": "region"}
    answer = admin_client.post(reverse("admin:autocomplete"), field | {"term": "朝阳区"}).json()
    assert [row["text"] for row in answer["results"]] == ["北京朝阳区", "吉林长春朝阳区"]
    answer = admin_client.post(reverse("admin:autocomplete"), field | {"term": "崇文区"}).json()
    assert [row["text"] for row in answer["results"]] == ["崇文区（旧名，现在是北京东城区）"]
