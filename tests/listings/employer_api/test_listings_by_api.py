"""Listings by API: the same forms, gate, moves and quotas as on the pages, and nothing of others."""

import json
import math

import pytest
from django.conf import settings
from django.db import OperationalError

from listings.employer_api import listing_output
from listings.models import Application, Listing, ListingDraft, ListingRevision
from listings.publication.employer_status import move_employer_with_listings
from listings.publication.posting_quota import QUOTAS_BY_LEVEL, PostingQuota
from tests.listings.api_client import SCAM, ApiClient, build_listing_fields, get_problem_reasons
from tests.listings.posting import CONTACT, format_day_from_today
from tests.people import make_person
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_employer(checks="LP")


@pytest.fixture
def api(client, shop):
    return ApiClient(client, shop)


def test_a_draft_waits_for_a_person_and_is_submitted(api, shop, place):
    answer = api.post(
        "listings", {"fields": {"title": "商场派发", "headcount": 4, "slots": ["6a"]}}
    )
    assert answer.status_code == 201 and answer["Cache-Control"] == "no-store, private"
    listing_json = answer.json()
    assert (listing_json["status"], listing_json["has_draft"], listing_json["result"], listing_json["public_url"]) == (
        "draft", True, None, None,
    )  # fmt: skip
    missing = {each["field"]: each["reason"] for each in listing_json["draft"]["missing"]}
    assert {"category", "place", "pay_min", "valid_through"} <= set(
        missing
    ) and "title" not in missing
    assert listing_json["draft"]["fields"]["headcount"] == 4 and listing_json["draft"]["fields"][
        "slots"
    ] == ["6a"]
    path = f"listings/{listing_json['id']}"
    incomplete = get_problem_reasons(api.post(f"{path}/submission", {"no_fee": True}))
    assert incomplete["category"] == "请选类别。"
    assert (
        api.ask("patch", path, {"fields": build_listing_fields()}).json()["draft"]["missing"] == []
    )
    unsigned = api.post(f"{path}/submission", {"no_fee": False})
    assert (unsigned.status_code, [*get_problem_reasons(unsigned)]) == (422, ["no_fee"])
    listing_json = api.post(f"{path}/submission", {"no_fee": True}).json()
    assert listing_json["result"] == {"outcome": "published", "reasons": []}
    listing = shop.listings.get()
    assert (listing.status, listing.place, listing.headcount) == ("published", place("jishou"), 4)
    assert (
        listing_json["public_url"].endswith(f"/xiangxi/jobs/{listing.pk}/")
        and not listing_json["has_draft"]
    )
    assert (
        listing_json["fields"]["pay_min"] == 22
        and listing_json["fields"]["contact_phone"] == "13800138000"
    )
    revision = ListingRevision.objects.get()
    assert revision.no_fee_signed_at and revision.author == api.owner


def test_the_gate_is_that_of_the_pages(api):
    answered = api.created(title="入职派发", duties=SCAM)
    assert (answered["status"], answered["result"]["outcome"]) == ("rejected", "refused")
    reason = answered["result"]["reasons"][0]
    assert reason["field"] == "duties" and reason["quote"] in SCAM and reason["reason"]
    assert answered["refusal"][0]["reason"] == reason["reason"]
    answered = api.created(title="展位派发", duties=f"在商场一楼介绍新口味。{CONTACT}")
    assert (answered["status"], answered["result"]["outcome"]) == ("pending", "waiting")


def test_what_is_wrong_is_told_by_field_and_leaves_nothing(api):
    wrong = {
        "headcount": -2,
        "category": "astronaut",
        "place": "朝阳区",
        "valid_through": "2015-01-01",
        "slots": ["9z"],
        "duties": "14 岁以上即可。",
        "pay_min": 1e300,
    }
    answer = api.post("listings", {"fields": wrong})
    assert answer.status_code == 422
    assert set(get_problem_reasons(answer)) == set(wrong)
    assert "北京朝阳区" in get_problem_reasons(answer)["place"]
    misspelt = api.post("listings", {"fields": {"titel": "派发", "headcount": "四"}, "x": 1})
    assert get_problem_reasons(misspelt) == {
        "fields.titel": "没有这个字段，请看接口文档。",
        "fields.headcount": "应当是整数。",
        "x": "没有这个字段，请看接口文档。",
    }
    endless = get_problem_reasons(
        api.post("listings", {"fields": {"headcount": math.nan, "pay_min": math.inf}})
    )
    assert endless == dict.fromkeys(["fields.headcount", "fields.pay_min"], "应当是数字。")
    truths = api.post("listings", {"fields": {"headcount": True, "pay_min": False}})
    assert get_problem_reasons(truths) == {
        "fields.headcount": "应当是整数。",
        "fields.pay_min": "应当是数字。",
    }
    incomplete = api.post("listings", {"fields": {"title": "派发"}, "submit": True, "no_fee": True})
    assert incomplete.status_code == 422 and "category" in get_problem_reasons(incomplete)
    for body in (
        "{",
        '{"fields": NaN}',
        "[" * 50_000,
        '"\\ud800"',
        '{"fields": {"title": "\\ud800"}}',
        "",
    ):
        answer = api.post("listings", body)
        assert answer.status_code in (400, 422) and answer.json()["detail"], body[:20]
    assert not Listing.objects.exists()


def test_a_body_that_is_too_large_is_no_fault_of_ours(api):
    large = json.dumps({"fields": {"duties": "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}})
    for answer in (
        api.post("listings", large),
        api.ask("delete", "listings/1/draft", large, key="1"),
    ):
        assert answer.status_code == 413 and "最多" in answer.json()["detail"]
        assert answer["Content-Type"] == "application/problem+json"


def test_json_is_utf8_whatever_its_charset_is_called(api):
    body = '{"fields": {"title": "商场派发"}}'
    kind, token = "application/json; charset=gbk", {"Authorization": f"Bearer {api.secret}"}
    for encoding, status in (("utf-8", 201), ("gbk", 400)):
        answer = api.client.generic(
            "POST", "/api/v1/listings", body.encode(encoding), content_type=kind, headers=token
        )
        assert answer.status_code == status
    assert "UTF-8" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["flags", "perks", "slots"])
def test_null_takes_a_choice_of_several_back(api, name):
    draft = api.created(submit=False, **{name: None})["draft"]
    assert draft["fields"][name] == [] and name not in str(draft["missing"])


def test_an_edit_of_what_is_public_stays_beside_it(api, shop):
    pk = api.created()["id"]
    path = f"listings/{pk}"
    listing_json = api.ask("patch", path, {"fields": {"headcount": 6}}).json()
    assert (
        listing_json["fields"]["headcount"] == 4
        and listing_json["draft"]["fields"]["headcount"] == 6
    )
    listing_json = api.ask(
        "patch", path, {"fields": {"requirements": "能站四小时。"}, "submit": True, "no_fee": True}
    ).json()
    assert listing_json["fields"]["headcount"] == 6 and listing_json["draft"] is None
    listing_json = api.ask(
        "patch",
        path,
        {"fields": {"duties": f"介绍新口味。{CONTACT}"}, "submit": True, "no_fee": True},
    ).json()
    assert listing_json["status"] == "published" and listing_json["has_waiting_edit"]
    assert shop.listings.get().headcount == 6
    api.ask("patch", path, {"fields": {"headcount": 9}})
    assert api.ask("delete", f"{path}/draft").status_code == 204
    assert api.ask("delete", f"{path}/draft").status_code == 409
    assert not ListingDraft.objects.exists() and shop.listings.exists()
    draft = api.created(submit=False, title="另一条")["id"]
    assert api.ask("delete", f"listings/{draft}/draft").status_code == 204
    assert api.get(f"listings/{draft}").status_code == 404


def test_moves_and_renewal_are_those_of_the_desk(api):
    path = f"listings/{api.created()['id']}"
    for move, status in (("pause", "paused"), ("resume", "published"), ("fill", "filled")):
        assert api.post(f"{path}/moves", {"move": move}).json()["status"] == status
    again = api.post(f"{path}/moves", {"move": "fill"})
    assert again.status_code == 409 and "已招满" in again.json()["detail"]
    api.post(f"{path}/moves", {"move": "resume"})
    renewed = api.post(
        f"{path}/renewal", {"valid_through": format_day_from_today(40), "no_fee": True}
    )
    assert renewed.json()["valid_through"] == format_day_from_today(40)
    far = api.post(f"{path}/renewal", {"valid_through": format_day_from_today(400), "no_fee": True})
    assert get_problem_reasons(far) == {"valid_through": "有效期最长 90 天，到期可以再续。"}
    assert api.post(f"{path}/moves", {"move": "withdraw"}).json()["status"] == "withdrawn"
    assert api.post(f"{path}/moves", {"move": "resume"}).status_code == 409
    assert api.ask("patch", path, {"fields": {"headcount": 2}}).status_code == 409
    assert get_problem_reasons(api.post(f"{path}/moves", {"move": "publish"})) == {
        "move": "没有这个选项。"
    }


def test_quota_doubles_and_a_frozen_employer_are_refused_in_words(api, shop, monkeypatch):
    api.created()
    double = api.post(
        "listings", {"fields": build_listing_fields(), "submit": True, "no_fee": True}
    )
    assert double.status_code == 409 and "同一份工作" in double.json()["detail"]
    assert shop.listings.count() == 1, "nothing of it is left"
    monkeypatch.setitem(QUOTAS_BY_LEVEL, "identity", PostingQuota(1, 1, "明天再发。"))
    full = api.post(
        "listings", {"fields": build_listing_fields(title="另一份"), "submit": True, "no_fee": True}
    )
    assert full.status_code == 409 and "已经满了" in full.json()["detail"]
    assert api.get("employer").json()["may_submit"] == 0
    move_employer_with_listings(shop.pk, "frozen", None, "核实投诉")
    frozen = api.post("listings", {"fields": {"title": "派发"}})
    assert frozen.status_code == 409 and "冻结" in frozen.json()["detail"]


def test_nothing_of_another_employer_is_there(api, client):
    other = ApiClient(client, make_employer())
    pk = other.created()["id"]
    path = f"listings/{pk}"
    whole_listing = Listing.objects.filter(pk=pk).values().get()
    signed = {"no_fee": True}
    answers = [
        api.get(path),
        api.ask("patch", path, {"fields": {"headcount": 2}}),
        api.post(f"{path}/submission", signed),
        api.post(f"{path}/moves", {"move": "withdraw"}),
        api.post(f"{path}/renewal", {"valid_through": format_day_from_today(40), **signed}),
        api.ask("delete", f"{path}/draft"),
        api.get("listings/999999999"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1, "as if it were not there"
    assert api.get("listings").json()["listings"] == []
    assert Listing.objects.filter(pk=pk).values().get() == whole_listing


def test_the_same_key_does_it_once(api, shop, client):
    body = {"fields": build_listing_fields(), "submit": True, "no_fee": True}
    first = api.post("listings", body, key="2026-12-01/1")
    again = api.post("listings", body, key="2026-12-01/1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
    assert first.json() == again.json() and shop.listings.count() == 1
    another = api.post(
        "listings", {"fields": build_listing_fields(title="另一份")}, key="2026-12-01/1"
    )
    assert another.status_code == 422 and "另一个请求" in another.json()["detail"]
    assert api.post("listings", body, key="x" * 201).status_code == 422
    wrong = {"fields": {"headcount": -1}}
    assert api.post("listings", wrong, key="2").status_code == 422
    assert api.post("listings", {"fields": {"headcount": 3}}, key="2").status_code == 201, (
        "corrected"
    )
    draft = shop.listings.get(status="draft")
    assert api.ask("delete", f"listings/{draft.pk}/draft", key="4").status_code == 204
    repeated = api.ask("delete", f"listings/{draft.pk}/draft", key="4")
    assert repeated.status_code == 204 and repeated["Idempotency-Replayed"] == "true"
    gone = api.post("listings", {"fields": {"headcount": 3}}, key="2")
    assert gone.status_code == 409 and "后来删掉了" in gone.json()["detail"]
    second = ApiClient(client, shop, owner=api.owner)
    assert second.post("listings", {"fields": {"title": "乙店店员"}}, key="2").status_code == 201


def test_the_list_is_paged_and_counts_applications(api, shop, django_assert_num_queries):
    pks = [api.created(title=f"第{number}份", address=f"{number}号")["id"] for number in range(3)]
    api.post("listings", {"fields": {"title": "草稿"}})
    for name, status in (("a", "applied"), ("b", "applied"), ("c", "accepted")):
        Application.objects.create(listing_id=pks[0], seeker=make_person(name), status=status)
    api.get("listings")
    with django_assert_num_queries(4):  # token, limit, listings, counts
        answered = api.get("listings?status=published").json()
    assert [each["id"] for each in answered["listings"]] == pks[::-1] and answered[
        "next_after"
    ] is None
    counts = answered["listings"][-1]["applications"]
    assert {status: n for status, n in counts.items() if n} == {"applied": 2, "accepted": 1}
    first = api.get("listings?limit=3").json()
    second = api.get(f"listings?limit=3&after={first['next_after']}").json()
    seen = [each["id"] for page in (first, second) for each in page["listings"]]
    assert len(seen) == 4 and seen == sorted(seen, reverse=True)
    assert "seeker" not in str(answered) and "a@example.com" not in str(answered)
    with django_assert_num_queries(7):
        api.get(f"listings/{pks[0]}")
    for query in ("status=x", "limit=0", "limit=101", "after=-1", "after=x", f"after={2**63}"):
        assert api.get(f"listings?{query}").status_code == 422
    assert api.get(f"listings/{2**63}").status_code == 422


@pytest.mark.parametrize(
    ("error", "status"), [(ZeroDivisionError(), 500), (OperationalError("too slow"), 503)]
)
def test_what_cannot_be_answered_is_not_done(api, shop, monkeypatch, error, status):
    def fail(*_args):
        raise error

    monkeypatch.setattr(listing_output, "describe_listing", fail)
    answer = api.post("listings", {"fields": {"title": "商场派发"}})
    assert answer.status_code == status and "什么也没有改变" in answer.json()["detail"]
    assert ("Retry-After" in answer) == (status == 503)
    assert not shop.listings.exists()


def test_other_methods_are_explained(api):
    answer = api.ask("put", "listings", {})
    assert answer.status_code == 405 and answer["Allow"] in answer.json()["detail"]


def test_a_change_leaves_what_the_page_saved_at_the_same_moment(api, shop, save_meanwhile):
    path = f"listings/{api.created(submit=False)['id']}"
    save_meanwhile(photos=[7], duties="在三楼儿童区派发。")
    assert api.ask("patch", path, {"fields": {"headcount": 6}}).status_code == 200
    draft = ListingDraft.objects.get()
    assert (draft.photos, draft.data["duties"]) == ([7], ["在三楼儿童区派发。"])
    assert draft.data["headcount"] == ["6"]


def test_an_employer_that_may_not_post_is_told_that_none_is_left(api, shop):
    assert api.get("employer").json()["may_submit"] > 0
    shop.__class__.objects.filter(pk=shop.pk).update(status="frozen")
    assert api.get("employer").json()["may_submit"] == 0
