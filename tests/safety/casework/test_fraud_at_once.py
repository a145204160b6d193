"""A scam that waits is called a fraud at once, by the door of those that are public."""

import zipfile

import pytest
from django.core.management import call_command
from django.urls import reverse

from listings.models import Listing
from listings.publication.employer_status import move_employer_with_listings
from safety.appeals.transitions import create_appeal, decide_appeal
from safety.evidence.pack_verification import find_pack_faults
from safety.evidence.police_pack import build_police_pack
from safety.models import Decision, FraudCase, GovernanceMonth
from safety.moderation.claims import claim_case
from screening.models import KnownContact
from tests.people import make_person, sign_in
from tests.safety.desks import (
    get_stored_status,
    hash_state,
    make_moderator_user,
    make_pending_listing,
)
from tests.safety.governing import into_last_month, store_finished_months
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
QUEUE = "/admin/desk/listings/"
SCAM = {
    "title": "点赞员",
    "duties": "先垫钱点赞，三分钟返利，进群领单。" * 3,
    "contact_phone": "13900007777",
}


def post_fraud_decision(client, case, **data):
    data = {"action": "removed_fraud", "seen": hash_state(case), **data}
    return client.post(reverse("desk:listing_decide", args=[case.pk]), data)


def post_fraud_confirmation(client, case, **data):
    answers = {"confirm": "1", "sure": "on", "fraud_type": "brushing_rebate", "freeze": "on"}
    return post_fraud_decision(client, case, **{"reason": "群里让人先垫钱", **answers, **data})


@pytest.fixture
def owner(employer):
    user = make_person("owner")
    employer.memberships.create(user=user, role="owner")
    return user


def test_the_consequences_of_a_waiting_scam_are_read_then_all_of_them_follow(
    client, mod, employer, owner, publish
):
    case, public = (
        make_pending_listing(employer, owner, level="high", **SCAM),
        publish(title="理货"),
    )
    page = client.get(QUEUE).content.decode()
    assert 'data-row-key="f"' in page
    answer = post_fraud_decision(client, case, from_queue="1")
    page = answer.content.decode()
    assert answer.status_code == 200 and get_stored_status(case) == "pending"
    for words in ("还没有公开过", "记入黑名单", "另外 1 条公开的兼职一起收起来", "不能撤销"):
        assert words in page
    assert answer.context["form"]["reason"].value(), "a reason to begin with"
    assert answer.context["confirm"]["freeze"].value() is True

    answer = post_fraud_confirmation(client, case, sure="")
    assert answer.status_code == 422 and get_stored_status(case) == "pending"
    answer = post_fraud_confirmation(client, case, reason="")
    assert answer.status_code == 422 and "请写明原因" in answer.content.decode()
    answer = post_fraud_confirmation(client, case, from_queue="1")
    assert answer.url == reverse("desk:listings")
    assert get_stored_status(case) == "removed_fraud" and get_stored_status(public) == "held"
    assert get_stored_status(employer) == "frozen"
    assert case.revisions.get().status == "refused"
    fraud_case = FraudCase.objects.get()
    assert (fraud_case.listing, fraud_case.held, fraud_case.warned) == (case, 1, 0)
    assert KnownContact.objects.filter(source=case.pk).exists()
    assert client.get(reverse("desk:fraud", args=[fraud_case.pk])).status_code == 200
    export = fraud_case.exports.create(by=mod, to="吉首市公安局", reason="立案协查")
    with build_police_pack(export) as pack, zipfile.ZipFile(pack) as archive:
        assert not find_pack_faults(pack)
        text = archive.read(f"text-{case.revisions.get().pk}.txt").decode("utf-8-sig")
    assert "三分钟返利" in text and "13900007777" in text
    client.logout()
    assert client.get(case.get_absolute_url()).status_code == 404, "nobody has ever seen it"


def test_similar_ones_are_ticked_and_go_together_or_none(client, mod, employer, owner):
    case, alike, other = (make_pending_listing(employer, owner, **SCAM) for _ in range(3))
    public = make_pending_listing(employer, owner, **SCAM)
    values = [choice.value for choice in post_fraud_decision(client, case).context["alike"]]
    assert sorted(values) == sorted(f"{row.pk}:{hash_state(row)}" for row in (alike, other, public))
    page = post_fraud_decision(client, case).content.decode()
    assert page.count('name="alike"') == 3 and 'name="alike" checked' not in page
    ticks = [f"{row.pk}:{hash_state(row)}" for row in (alike, public)]

    claim_case("listing", public.pk, make_moderator_user("second"))
    answer = post_fraud_confirmation(client, case, alike=ticks)
    assert answer.status_code == 409 and "一件也没有处理" in answer.content.decode()
    assert {get_stored_status(row) for row in (case, alike, public)} == {"pending"}
    assert not Decision.objects.exists()
    answer = post_fraud_confirmation(client, case, alike=[f"{alike.pk}:pending.1.1"])
    assert answer.status_code == 422 and "刚刚有了变化" in answer.content.decode()
    assert get_stored_status(case) == "pending"

    post_fraud_confirmation(client, case, alike=ticks[:1])
    assert [get_stored_status(row) for row in (case, alike, other)] == ["removed_fraud"] * 2 + [
        "pending"
    ]
    assert FraudCase.objects.count() == 2 and get_stored_status(employer) == "frozen"


@pytest.mark.parametrize("is_own_frozen", [True, False])
def test_the_employer_of_another_that_is_ticked_is_named_and_asked_about(
    client, mod, employer, owner, is_own_frozen
):
    other_employer = make_employer("别家推广部")
    case, alike = (make_pending_listing(shop, owner, **SCAM) for shop in (employer, other_employer))
    if is_own_frozen:
        move_employer_with_listings(employer.pk, "frozen", mod, "核实")
    answer = post_fraud_decision(client, case)
    page = answer.content.decode()
    assert "「别家推广部」，勾了哪家的才冻结哪家" in page
    assert answer.context["confirm"]["freeze"].value() is True
    ticks = [f"{alike.pk}:{hash_state(alike)}"]
    answer = post_fraud_confirmation(client, case, alike=ticks, freeze="")
    assert answer.status_code == 422 and "不冻结的话，请写明为什么" in answer.content.decode()
    because = {"freeze": "", "not_frozen_because": "号码被人冒用"}
    post_fraud_confirmation(client, case, alike=ticks, **because)
    assert get_stored_status(alike) == "removed_fraud"
    assert get_stored_status(other_employer) == "verified"
    assert FraudCase.objects.get(listing=alike).not_frozen_because == "号码被人冒用"


def test_what_is_alike_of_ones_own_employer_is_not_offered(client, mod, employer, owner):
    """Nobody decides about their own employer: one tick would refuse all."""
    case, alike = (make_pending_listing(employer, owner, **SCAM) for _ in range(2))
    own_shop = make_employer("自己的店", member=mod)
    make_pending_listing(own_shop, mod, **SCAM)
    page = post_fraud_decision(client, case)
    assert [choice.number for choice in page.context["alike"]] == [alike.pk]
    assert "自己的店" not in page.content.decode()


def test_of_one_that_is_frozen_nothing_is_asked_while_no_other_is_ticked(
    client, mod, employer, owner
):
    case = make_pending_listing(employer, owner, **SCAM)
    make_pending_listing(make_employer("别家推广部"), owner, **SCAM)
    move_employer_with_listings(employer.pk, "frozen", mod, "核实")
    post_fraud_confirmation(client, case, freeze="")
    assert get_stored_status(case) == "removed_fraud"


def test_a_held_one_of_the_same_employer_is_among_those_taken_together(
    client, mod, employer, owner, publish
):
    """The first removal holds the other listings: what was seen of them is compared before."""
    case, public = make_pending_listing(employer, owner, **SCAM), publish(**SCAM)
    post_fraud_confirmation(client, case, alike=[f"{public.pk}:{hash_state(public)}"])
    assert get_stored_status(case) == get_stored_status(public) == "removed_fraud"
    assert client.get(public.get_absolute_url()).status_code == 410


def test_an_upheld_appeal_lets_it_wait_again(client, mod, employer, owner):
    case = make_pending_listing(employer, owner, **SCAM)
    before = get_stored_status(employer)
    post_fraud_confirmation(client, case)
    case.refresh_from_db()
    appeal = create_appeal(case, owner, "我们是正规推广，不收钱。")
    data = {"action": "upheld", "reason": "核对了合同，不收钱"}
    sign_in(client, make_moderator_user("third"))
    client.post(reverse("desk:appeal_take", args=[appeal.pk]))
    answer = client.post(reverse("desk:appeal_decide", args=[appeal.pk]), data)
    assert "回到待审核" in answer.content.decode(), "what upholding does"
    decide_appeal(appeal.pk, "upheld", make_moderator_user("second"), "核对了合同，不收钱")
    assert (get_stored_status(case), get_stored_status(employer)) == ("pending", before)
    assert case.revisions.get().status == "waiting"
    assert not KnownContact.objects.filter(source=case.pk).exists()
    assert Listing.objects.get(pk=case.pk).published_at is None
    month = into_last_month()
    store_finished_months()
    counted = GovernanceMonth.objects.get(month=month, region=None).figures
    assert counted["counts"]["removed_fraud"] == 1
    call_command("verify_governance")  # raises if a recount finds other numbers
