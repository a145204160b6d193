"""What the site proposes about an article, as an editor sees it and decides."""

import pytest

from news.models import Article, Proposal
from tests.articles import make_alert, make_article
from tests.news.editing import (
    ADD,
    LIST,
    build_article_form,
    get_change_url,
    post_list_action,
    press_button,
)

State = Proposal.State


def make_proposal(article, what="tag", value="网警", why="标题里的词", **fields):
    return Proposal.objects.create(article=article, what=what, value=value, why=why, **fields)


@pytest.fixture
def draft(db):
    return make_article(status="draft")


def test_each_proposal_stands_with_its_words_and_its_reason(admin_client, draft):
    make_proposal(draft)
    make_proposal(draft, "place", "433101", "文中写到「吉首」")
    make_proposal(draft, "fraud_type", "brushing_rebate", "文中写到「先返」")
    page = admin_client.get(get_change_url(draft)).content.decode()
    assert "3 条待核对" in page
    for words in ("网警", "标题里的词", "湖南 湘西 吉首", "文中写到「吉首」", "刷单返利"):
        assert words in page


def test_one_is_taken_and_one_refused_with_what_was_typed(admin_client, admin_user, draft):
    taken, refused = make_proposal(draft), make_proposal(draft, value="小时")
    page = press_button(admin_client, draft, "_accept", taken.pk, title="改过的题")
    assert "已采用：标签「网警」" in page.content.decode()
    press_button(admin_client, draft, "_refuse", refused.pk)
    draft.refresh_from_db()
    taken.refresh_from_db()
    refused.refresh_from_db()
    assert draft.title == "改过的题"
    assert [tag.name for tag in draft.tags.all()] == ["网警"]
    assert (taken.state, taken.decided_by) == (State.ACCEPTED, admin_user)
    assert refused.state == State.REFUSED


def test_all_are_taken_at_once(admin_client, draft):
    make_proposal(draft)
    make_proposal(draft, "place", "433101")
    make_proposal(draft, "kind", "alert")
    make_proposal(draft, "fraud_type", "brushing_rebate")
    make_proposal(draft, "level", "warning")
    press_button(admin_client, draft, "_accept_all")
    draft.refresh_from_db()
    assert (draft.kind, draft.fraud_type, draft.alert_level) == (
        *("alert", "brushing_rebate", "warning"),
    )
    assert draft.places.filter(region=433101, named=True).exists()
    assert not draft.proposals.filter(state=State.OPEN).exists()


def test_the_last_place_of_a_public_alert_stays_with_the_reason(admin_client, place):
    alert = make_alert(places=[place("jishou")])
    row = make_proposal(alert, "place", "433101", in_use=True)
    page = press_button(admin_client, alert, "_refuse", row.pk).content.decode()
    assert "去掉就会当成全国预警发出去" in page and "不采用：" not in page
    press_button(admin_client, alert, "_refuse", row.pk, named_places=[433101, 430100])
    alert.refresh_from_db()
    assert not alert.national and not alert.places.filter(region=433101).exists()


@pytest.mark.parametrize("value", ["", "x", "-1", "99999999999999999999", "²"])
def test_a_proposal_that_is_none_is_no_error(admin_client, draft, value):
    page = press_button(admin_client, draft, "_accept", value)
    assert "已经处理过了" in page.content.decode()


def test_nobody_decides_on_the_proposals_of_another_article(admin_client, draft):
    other = make_proposal(make_article("别的", status="draft"))
    press_button(admin_client, draft, "_accept", other.pk)
    other.refresh_from_db()
    assert other.state == State.OPEN


def test_saving_a_draft_finds_proposals_and_refused_ones_do_not_come_back(admin_client):
    words = "吉首市公安局提醒：刷单返利先返小钱再要大额垫付，凡是刷单都是诈骗。吉首警方接到报警。"
    admin_client.post(
        ADD, build_article_form(title="吉首警方提醒刷单诈骗", body=f"<p>{words}</p>", _continue="1")
    )
    draft = Article.objects.get()
    proposals = list(draft.proposals.filter(state=State.OPEN))
    assert any(row.what == "place" and row.value == "433101" for row in proposals)
    assert draft.kind == "news"  # proposed, not in use
    place = next(row for row in proposals if row.value == "433101")
    press_button(admin_client, draft, "_refuse", place.pk)
    press_button(admin_client, draft, "_propose")
    assert not draft.proposals.filter(value="433101", state=State.OPEN).exists()


def test_removing_what_is_in_use_refuses_it(admin_client, draft):
    from news.analysis.proposals import accept_proposal

    row = make_proposal(draft)
    accept_proposal(row, None)
    Proposal.objects.filter(pk=row.pk).update(state=State.OPEN)  # as an import leaves it
    press_button(admin_client, draft, "_save", tags=[])
    row.refresh_from_db()
    assert row.state == State.REFUSED


def test_the_list_finds_what_is_open_and_takes_it_in_bulk(admin_client, draft):
    make_article("没有建议的")
    make_proposal(draft)
    make_proposal(draft, value="刷单")
    page = admin_client.get(LIST, {"proposals": "open"}).content.decode()
    assert "有待核对的建议" in page
    assert draft.title in page
    assert "没有建议的" not in page
    assert "已采用 2 条建议" in post_list_action(admin_client, "accept_proposals", draft)
    assert {tag.name for tag in draft.tags.all()} == {"网警", "刷单"}
    assert "没有待核对的建议" in post_list_action(admin_client, "accept_proposals", draft)


def test_the_list_and_the_form_say_which_alert_would_go_to_the_whole_country(admin_client, db):
    public, draft = make_article("学费的事"), make_article("另一篇", status="draft")
    make_proposal(public)
    make_proposal(public, "kind", "alert")
    make_proposal(draft)
    answer = post_list_action(admin_client, "accept_proposals", public, draft)
    assert "《学费的事》的建议没有采用" in answer and "已采用 1 条建议" in answer
    page = press_button(admin_client, public, "_accept_all").content.decode()
    assert "马上发给全国" in page and "已采用" not in page
    public.refresh_from_db()
    assert public.kind == "news" and not public.tags.exists()
