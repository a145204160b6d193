"""What shares contacts, wording or papers with a case, two steps out, drawn and in words."""

import re

import pytest
from django.urls import reverse

from accounts.models import Employer
from listings.copies.fingerprints import store_fingerprints
from listings.models import Listing
from listings.publication.transitions import move_listing
from safety.connections.case_graph import build_case_graph
from safety.connections.graph_drawing import NODE_RADIUS, draw_graph
from tests.conftest import build_listing_fields
from tests.people import make_person, sign_in
from tests.safety.desks import make_pending_listing
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
PHONE, OTHER_PHONE = "13812345678", "13912345678"
DUTIES = (
    "负责把早上到的牛奶和面包搬进冷柜，按日期前后摆好，过期的挑出来放进蓝色筐子，"
    "客人问路就带他们走到货架前面。下班前和店长一起点一遍数，少了的记在本子上。"
)


@pytest.fixture
def case(employer):
    """Waits for a decision, with a number."""
    listing = make_pending_listing(employer, duties=DUTIES, contact_phone=PHONE)
    store_fingerprints([listing.pk])
    return listing


def make_other_listing(publish, name, number="", **fields):
    """A listing of another employer, with its fingerprint."""
    by = make_employer(name)
    text = {"title": f"{name}的兼职", "duties": f"{name}" * 30, "contact_wechat": ""}
    listing = publish(by=by, **text | {"contact_phone": number} | fields)
    store_fingerprints([listing.pk])
    return listing


def build_graph(listing):
    return build_case_graph(listing, listing.revisions.first() or listing)


def get_connections_by_name(listing):
    """{name: (step, {words})}"""
    return {
        str(node.thing.title if node.is_listing else node.thing.name): (
            node.step,
            set(node.because),
        )
        for node in build_graph(listing).nodes
    }


def page_of(client, listing):
    return client.get(reverse("desk:listing_graph", args=[listing.pk])).content.decode()


def test_the_same_number_is_one_step_and_what_follows_from_there_two(case, publish, employer):
    make_other_listing(publish, "甲店", PHONE, contact_wechat="lihuo_2026")
    make_other_listing(publish, "乙店", contact_wechat="lihuo_2026")
    make_other_listing(publish, "丙店", OTHER_PHONE)
    connections = get_connections_by_name(case)
    assert connections["甲店的兼职"] == (1, {"同一个电话"})
    assert connections["乙店的兼职"] == (2, {"同一个微信"})
    assert connections["甲店"] == (2, {"发布方"})
    assert connections[employer.name] == (1, {"发布方"})
    assert "丙店的兼职" not in connections


def test_the_same_wording(case, publish):
    make_other_listing(publish, "甲店", duties=DUTIES, title=case.title)
    _itself, twin, *_more = build_graph(case).nodes
    assert (twin.step, set(twin.because)) == (1, {"文字几乎相同"})


def test_employers_with_the_same_phone_paper_or_member(case, employer, owner):
    Employer.objects.filter(pk=employer.pk).update(contact_phone=f"+86{OTHER_PHONE}")
    same_phone, same_paper, same_member = map(make_employer, ("同机店", "同证店", "同人店"))
    Employer.objects.filter(pk=same_phone.pk).update(contact_phone=f"+86{OTHER_PHONE}")
    for shop in (employer, same_paper):
        shop.documents.create(
            kind="licence",
            file=f"x{shop.pk}",
            content_type="a/b",
            size=1,
            digest="d",
            uploaded_by=owner,
        )
    same_member.memberships.create(user=owner, role="owner")
    connections = get_connections_by_name(case)
    assert connections["同机店"] == (2, {"同一个联系手机"})
    assert connections["同证店"] == (2, {"同一份证照"})
    assert connections["同人店"] == (2, {"同一个成员"})


def test_an_employer_whose_phone_the_text_names(case, publish):
    named = make_employer("被写了电话的店")
    Employer.objects.filter(pk=named.pk).update(contact_phone=f"+86{PHONE}")
    assert get_connections_by_name(case)["被写了电话的店"] == (1, {"兼职里的电话是这家单位的"})


def test_the_page_says_it_in_words_with_status_and_kind_of_fraud(client, mod, case, publish):
    removed = make_other_listing(publish, "甲店", PHONE)
    move_listing(removed.pk, "removed_fraud", None, "骗人", "brushing_rebate")
    Employer.objects.filter(pk=removed.employer_id).update(status="banned")
    page = page_of(client, case)
    row = re.search(r"甲店的兼职</a>(.*?)</tr>", page, re.DOTALL)[1]
    for words in ("涉诈下架", "刷单返利", "黑名单", "这一件：同一个电话"):
        assert words in row
    assert reverse("desk:listing", args=[removed.pk]) in page
    assert reverse("desk:employer", args=[removed.employer_id]) in page
    assert PHONE not in page
    assert (
        '<svg class="graph-picture"' in page
        and "style=" not in re.search("<svg.*</svg>", page, re.DOTALL)[0]
    )
    assert (
        reverse("desk:listing_graph", args=[case.pk])
        in client.get(reverse("desk:listing", args=[case.pk])).content.decode()
    )


def test_with_nothing_around_it_says_so(client, mod, publish):
    listing = publish(duties=DUTIES, contact_phone="", contact_wechat="")
    Listing.objects.filter(pk=listing.pk).update(employer=None, source_name="某网")
    store_fingerprints([listing.pk])
    page = page_of(client, listing)
    assert "没有找到" in page and "graph-picture" not in page


def test_a_draft_without_a_word_has_a_page_too(client, mod, employer):
    listing = Listing.objects.create(
        employer=employer, **build_listing_fields() | {"title": "", "duties": ""}
    )
    assert employer.name in page_of(client, listing)


def test_never_more_than_sixty_however_many_share_a_number(client, mod, case, employer):
    rows = [
        Listing(
            employer=employer,
            status="published",
            published_at=case.created_at,
            **build_listing_fields(contact_phone=PHONE),
        )
        for _ in range(80)
    ]
    Listing.objects.bulk_create(rows)
    store_fingerprints([row.pk for row in rows])
    connections = build_graph(case)
    assert len(connections.nodes) == 60
    assert connections.left_out > 0
    page = page_of(client, case)
    assert page.count("<tr") == 1 + 59
    assert f"还有 {connections.left_out} 个没有列出来" in page


def test_two_listings_of_one_title_get_a_place_each(case, publish):
    for number in range(7):
        make_other_listing(
            publish,
            f"第{number}店",
            PHONE if number % 2 else OTHER_PHONE,
            contact_wechat="same_2026",
        )
    drawing = draw_graph(build_graph(case))
    places = {(spot.x, spot.y) for spot in drawing["spots"]}
    assert len(places) == len(drawing["spots"]) > 8
    left, top, width, height = drawing["box"]
    for spot in drawing["spots"]:
        assert left < spot.left and spot.x + NODE_RADIUS < left + width
        assert top < spot.top and spot.y + NODE_RADIUS < top + height


def test_the_number_of_queries_does_not_grow(
    case, publish, employer, owner, django_assert_num_queries
):
    Employer.objects.filter(pk=employer.pk).update(contact_phone=f"+86{OTHER_PHONE}")
    paper = {"file": "x", "content_type": "a/b", "size": 1, "digest": "d", "uploaded_by": owner}
    employer.documents.create(kind="licence", **paper)
    text = case.revisions.first()
    names = iter("甲乙丙丁戊己庚")
    for more in (1, 6):
        for _ in range(more):
            make_other_listing(publish, f"{next(names)}店", PHONE, contact_wechat="same_2026")
        # who names its contacts, says the same, has the phone; one step on: contacts, who names
        # them, says the same, employers; phones of employers, who names them, has them too; papers,
        # who has them; members, who has them; newest listings; the rows of listings, of employers
        with django_assert_num_queries(17):
            build_case_graph(case, text)


def test_only_staff(client, case):
    sign_in(client, make_person("seeker"))
    assert client.get(reverse("desk:listing_graph", args=[case.pk])).status_code == 302
