"""Categories as the operator sets them: name, order, hidden for new ones, risk and age; codes stay."""

import datetime

import pytest
from django.utils import timezone

from listings.models import CategorySetting, Listing
from listings.publication.gate import judge_publication
from listings.search.search_index import SEARCH_ROWS
from listings.vocabulary.categories import (
    CATEGORIES,
    CATEGORY_CHANGES,
    GROUPS,
    list_posting_choices,
)
from sitekit.models import BackfillProgress
from tests.conftest import build_listing_fields
from tests.edit_marks import read_edit_mark

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator_settings")]
ADDRESS = "/admin/listings/categorysetting/"
FORM = {"code": "flyer", "label": "", "position": "", "waits": "", "edit_reason": "地方有规定"}


def list_reason_codes(employer, listing=None, **fields):
    text = Listing(employer=employer, **build_listing_fields(**fields))
    return {reason.code for reason in judge_publication(text, employer, listing=listing).reasons}


def test_a_category_is_named_ordered_hidden_and_made_risky(admin_client, employer, publish, client):
    listing = publish()
    BackfillProgress.objects.create(
        name=SEARCH_ROWS.name, version=SEARCH_ROWS.version, reached=99, finished_at=timezone.now()
    )
    assert "category" not in list_reason_codes(employer)
    assert admin_client.post(f"{ADDRESS}add/", FORM | {"edit_reason": ""}).status_code == 200
    set_to = FORM | {"label": "派单", "waits": "True", "adults_only": "on", "is_hidden": "on"}
    assert admin_client.post(f"{ADDRESS}add/", set_to).status_code == 302
    assert BackfillProgress.objects.get().reached == 0  # cards and search rows are written anew
    kind = CATEGORIES["flyer"]
    assert (kind.code, kind.label, kind.is_high_risk) == ("flyer", "派单", True)
    assert Listing.objects.get(pk=listing.pk).minimum_age == 18
    assert "派单" in client.get("/xiangxi/jobs/flyer/").content.decode()
    assert {"hidden_category"} <= list_reason_codes(employer)
    assert {"category"} <= list_reason_codes(employer, listing=listing)  # an edit only waits
    shown = dict(pair for _group, kinds in list_posting_choices() for pair in kinds)
    assert "flyer" not in shown
    assert "flyer" in dict(pair for _g, kinds in list_posting_choices("flyer") for pair in kinds)
    row = CategorySetting.objects.get()
    page = f"{ADDRESS}{row.pk}/change/"
    back = FORM | {"waits": "False", "position": "1", "edit_reason": "规定取消了"}
    back |= read_edit_mark(row)
    assert admin_client.post(page, back).status_code == 302
    assert "category" not in list_reason_codes(employer)
    history = admin_client.get(page).content.decode()
    assert "显示的名称：“派单” → “空”" in history
    assert "规定取消了" in history


def test_the_order_is_the_operators_and_the_rest_stays_behind():
    shipped = [kind.code for kind in GROUPS["promotion"].categories]
    CategorySetting.objects.create(code="survey", position=1)
    CATEGORY_CHANGES.forget()
    rest = [code for code in shipped if code != "survey"]
    assert [kind.code for kind in GROUPS["promotion"].categories] == ["survey", *rest]


def test_the_law_s_ages_stay(employer):
    CategorySetting.objects.create(code="security", adults_only=False)
    CATEGORY_CHANGES.forget()
    text = build_listing_fields(
        category="security", valid_through=timezone.localdate() + datetime.timedelta(3)
    )
    assert Listing(employer=employer, **text).minimum_age == 18


def test_the_list_asks_few_questions(admin_client, django_assert_max_num_queries):
    for code in ("survey", "security", "flyer", "cashier"):
        CategorySetting.objects.create(code=code)
    with django_assert_max_num_queries(10):
        assert "安保" in admin_client.get(ADDRESS).content.decode()
