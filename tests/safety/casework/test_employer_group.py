"""The waiting cases of one employer are decided together; two with the same text become one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Notice
from safety.models import Decision
from safety.moderation.decisions import DecisionRefused, make_decision, undo_decision
from safety.reports.submission import submit_report
from tests.people import make_person
from tests.safety.desks import get_stored_status, hash_state, make_pending_listing
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(employer):
    user = make_person("owner")
    employer.memberships.create(user=user, role="owner")
    return user


def case_page(client, case):
    return " ".join(client.get(reverse("desk:listing", args=[case.pk])).content.decode().split())


def test_a_case_names_the_others_of_its_employer_and_they_are_decided_together(
    client, mod, employer, owner, publish
):
    first, second, third = (
        make_pending_listing(employer, title=f"周末{n}", duties="发单" * n) for n in (1, 2, 3)
    )
    risky = make_pending_listing(employer, title="高风险的", duties="先垫钱", level="high")
    strange = make_pending_listing(make_employer("别家"), title="别家的")
    submit_report(listing=publish(title="公开的"), reason="fake_info", user=make_person("seeker"))
    page = case_page(client, first)
    assert "兼职 3 件" in page and "举报 1 件" in page
    assert "这家的其他案件" not in case_page(client, strange)

    group = reverse("desk:employer_cases", args=[employer.pk])
    assert f'href="{group}"' in page
    answer = client.get(group)
    assert {row.pk for row in answer.context["rows"]} == {first.pk, second.pk, third.pk, risky.pk}
    page = " ".join(answer.content.decode().split())
    assert f'value="{risky.pk}:{hash_state(risky)}:0-0-0-0-0" form="bulk">' in page, (
        "read one by one"
    )
    assert page.count('form="bulk" checked') == 3 and "职位或待遇不实" in page
    cases = [f"{case.pk}:{hash_state(case)}:0-0-0-0-0" for case in (first, second)]
    data = {"employer": employer.pk, "case": cases, "action": "refuse"}
    answer = client.post(reverse("desk:listings_bulk"), data)
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422 and "不通过要有原因" in page
    assert page.count('form="bulk" checked') == 2, "what was ticked stays, nothing else"
    data["reason"] = "三条都没写工资"
    assert client.post(reverse("desk:listings_bulk"), data).url == group
    assert get_stored_status(risky) == "pending"
    assert [get_stored_status(case) for case in (first, second, third)] == [
        "rejected",
        "rejected",
        "pending",
    ]
    assert set(Decision.objects.values_list("reason", flat=True)) == {"三条都没写工资"}


def test_two_with_the_same_text_become_one_and_an_undo_parts_them(client, mod, employer, owner):
    kept, double, other = (
        make_pending_listing(employer, owner, title=title, duties="下班前整理货架，对价签。")
        for title in ("理货员", "理货员", "收银员")
    )
    page = case_page(client, kept)
    assert page.count("并成一件") == 1 and f"（{double.pk}）</a> 和这件内容相同" in page
    assert "并成一件" not in case_page(client, other)

    close = reverse("desk:listing_decide", args=[double.pk])
    data = {"action": "close_as_double", "keep": kept.pk, "stay": kept.pk, "canned": "double"}
    for wrong in (other.pk, double.pk, 10**8):
        assert client.post(close, data | {"keep": wrong}).status_code == 409
    assert client.post(close, data | {"keep": "x"}).status_code == 422
    assert get_stored_status(double) == "pending"
    answer = client.post(close, data)
    assert answer.url == reverse("desk:listing", args=[kept.pk])
    assert (get_stored_status(double), get_stored_status(kept)) == ("rejected", "pending")
    assert "并成一件审核" in Notice.objects.get(user=owner).text
    assert f"（{double.pk}）" in case_page(client, kept)
    page = case_page(client, double)
    assert f"（{kept.pk}）</a> 相同，已并入那件" in page

    decision = Decision.objects.get()
    undo_decision(decision.pk, mod)
    assert get_stored_status(double) == "pending" and not Notice.objects.exists()
    assert "并成一件" in case_page(client, kept) and "已并入" not in case_page(client, double)

    make_decision("listing", kept.pk, "published", mod)
    with pytest.raises(DecisionRefused, match="不一样了"):
        make_decision("listing", double.pk, "close_as_double", mod, keep=kept.pk)


def test_what_somebody_else_posts_is_no_double(client, mod, employer):
    own = make_pending_listing(employer, title="理货员")
    make_pending_listing(make_employer("别家"), title="理货员")
    assert "并成一件" not in case_page(client, own)


def test_the_other_cases_of_an_employer_take_as_many_queries_for_one_as_for_several(
    client, mod, employer, owner, publish
):
    address = reverse("desk:employer_cases", args=[employer.pk])
    listings = [publish(title=f"公开的 {n}") for n in range(4)]

    def report_and_count(listing):
        submit_report(listing=listing, reason="fake_info", marks=[listing.title])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).content.decode()
        return len(queries), page.count("职位或待遇不实</a>")

    counted = [report_and_count(listing) for listing in listings]
    assert counted == [(counted[0][0], number) for number in (1, 2, 3, 4)]
