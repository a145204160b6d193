import pytest

from accounts.models import StaffPost, User
from news.analysis import schemes
from news.analysis.proposals import (
    ProposalRefused,
    accept_proposal,
    create_proposals,
    format_proposal,
    reject_proposal,
    settle_proposals,
)
from news.articles.article_places import set_places
from news.choices import AlertLevel, ArticleKind
from news.models import Article, Proposal, Tag
from tests.articles import make_alert, make_article
from tests.people import make_person

What, State = Proposal.What, Proposal.State
TITLE = "吉首网警：刷单返利的网络水军被打掉"
BODY = (
    "<p>近日，吉首警方打掉一个刷单返利的网络水军团伙。吉首的李某垫付三单后被骗，报了警。</p>"
    "<p>网警提醒：刷单都是诈骗，网络水军也要担责。</p>"
)


@pytest.fixture
def editor(db):
    return User.objects.create_superuser("editor@example.com", "long-enough-for-tests")


@pytest.fixture
def draft(places):
    return make_article(TITLE, BODY, status="draft")


def list_proposal_values(article, what=None):
    proposals = article.proposals.filter(**({"what": what} if what else {}))
    return {row.value for row in proposals}


def list_named_places(article):
    return set(article.places.filter(named=True).values_list("region__short_name", flat=True))


def get_proposal(article, what, value=None):
    return article.proposals.get(what=what, **({"value": value} if value else {}))


def test_a_draft_waits_for_the_editor(draft):
    rows = create_proposals(draft, apply=False)
    draft.refresh_from_db()
    assert (draft.kind, draft.fraud_type, draft.alert_level) == ("news", "", "")
    assert not draft.tags.exists() and not draft.places.exists()
    assert {row.pk for row in rows} == set(draft.proposals.values_list("pk", flat=True))
    assert all(row.state == State.OPEN and not row.in_use and row.why for row in rows)
    assert list_proposal_values(draft, What.KIND) == {"alert"}
    assert list_proposal_values(draft, What.LEVEL) == {"warning"}
    assert list_proposal_values(draft, What.PLACE) == {"433101"}
    assert "网络水军" in list_proposal_values(draft, What.TAG)


def test_an_import_uses_them_at_once_and_they_stay_open(draft):
    create_proposals(draft, apply=True)
    draft.refresh_from_db()
    guess = schemes.guess_scheme(TITLE, draft.text)
    assert (draft.kind, draft.fraud_type, draft.alert_level) == (
        "alert",
        guess.fraud_type,
        "warning",
    )
    assert list_named_places(draft) == {"吉首"}
    assert draft.places.count() == 3  # with the prefecture and the province around it
    assert draft.tags.filter(name="网络水军").exists()
    assert set(draft.proposals.values_list("state", "in_use")) == {("open", True)}


def test_places_that_were_given_stay(draft, places):
    set_places(draft, [places["hebei"]])
    create_proposals(draft, apply=True)
    assert list_named_places(draft) == {"河北", "吉首"}


def test_nothing_is_proposed_twice_or_that_is_there_already(draft):
    draft.tags.add(Tag.objects.create(name="网络水军"))
    create_proposals(draft, apply=True)
    assert "网络水军" not in list_proposal_values(draft, What.TAG)
    assert create_proposals(draft, apply=True) == []


def test_a_refused_one_is_not_made_again(draft, editor):
    create_proposals(draft, apply=True)
    place = get_proposal(draft, What.PLACE)
    reject_proposal(place, editor)
    assert list_named_places(draft) == set()
    assert not draft.places.exists()
    place.refresh_from_db()
    assert (place.state, place.in_use, place.decided_by) == ("refused", False, editor)
    assert create_proposals(draft, apply=True) == []
    assert list_named_places(draft) == set()


@pytest.mark.parametrize("what", [What.KIND, What.LEVEL])
@pytest.mark.parametrize("status", ["published", "scheduled"])
def test_what_is_out_becomes_an_alert_of_its_proposed_places(places, editor, what, status):
    article = make_article(TITLE, BODY)
    Article.objects.filter(pk=article.pk).update(status=status)
    create_proposals(article, apply=False)
    accept_proposal(get_proposal(article, what), editor)
    article.refresh_from_db()
    assert article.kind == ArticleKind.ALERT and not article.national
    assert list_named_places(article) == {"吉首"}
    assert get_proposal(article, What.PLACE).state == State.ACCEPTED


def test_what_is_out_and_names_no_place_becomes_no_alert_of_the_whole_country(places, editor):
    article = make_article(TITLE, BODY)
    create_proposals(article, apply=False)
    article.proposals.filter(what=What.PLACE).delete()
    for what in (What.KIND, What.LEVEL):
        with pytest.raises(ProposalRefused, match="发给全国"):
            accept_proposal(get_proposal(article, what), editor)
    article.refresh_from_db()
    assert article.kind == ArticleKind.NEWS
    assert get_proposal(article, What.KIND).state == State.OPEN
    set_places(article, [places["changsha"]])
    accept_proposal(get_proposal(article, What.KIND), editor)
    assert list_named_places(article) == {"长沙"}


def test_the_last_place_of_a_public_alert_is_not_refused(places, editor):
    alert = make_article(TITLE, BODY)
    create_proposals(alert, apply=True)
    place = get_proposal(alert, What.PLACE)
    with pytest.raises(ProposalRefused, match="全国预警"):
        reject_proposal(place, editor)
    alert.refresh_from_db()
    assert not alert.national and get_proposal(alert, What.PLACE).state == State.OPEN
    set_places(alert, [places["jishou"], places["changsha"]])
    reject_proposal(place, editor)
    assert list_named_places(alert) == {"长沙"}


def test_an_editor_of_a_place_keeps_the_article_within_it(draft, places):
    user = make_person("local", is_staff=True)
    StaffPost.objects.create(user=user, role="editor", places=[places["xiangxi"].adcode])
    create_proposals(draft, apply=True)
    set_places(draft, [places["jishou"], places["changsha"]])
    with pytest.raises(ProposalRefused, match="你负责的"):
        reject_proposal(get_proposal(draft, What.PLACE), user)
    assert list_named_places(draft) == {"吉首", "长沙"}


def test_what_a_decision_changes_in_a_public_article_stands_in_its_history(places, editor):
    alert = make_article(TITLE, BODY)
    create_proposals(alert, apply=True)
    accept_proposal(get_proposal(alert, What.TAG, "网络水军"), editor)
    assert not alert.events.filter(what="edit").exists(), "it was in use already"
    level = get_proposal(alert, What.LEVEL)
    reject_proposal(level, editor)
    event = alert.events.get(what="edit")
    assert event.who == editor
    assert event.why == f"不采用建议：预警级别「{format_proposal(level)}」"


def test_danger_is_never_proposed(places):
    article = make_article("高危预警：吉首刷单诈骗高发，十万火急", BODY)
    create_proposals(article, apply=True)
    assert list_proposal_values(article, What.LEVEL) == {"warning"}


@pytest.mark.parametrize("what", [What.KIND, What.LEVEL])
def test_an_alert_is_taken_whole(draft, editor, what):
    create_proposals(draft, apply=False)
    accept_proposal(get_proposal(draft, what), editor)
    draft.refresh_from_db()
    assert draft.kind == ArticleKind.ALERT
    assert draft.fraud_type
    assert draft.alert_level == AlertLevel.WARNING
    taken = draft.proposals.filter(state=State.ACCEPTED, in_use=True, decided_by=editor)
    assert set(taken.values_list("what", flat=True)) == {"kind", "fraud_type", "level"}


def test_an_alert_can_be_taken_when_its_type_was_refused(draft, editor):
    create_proposals(draft, apply=False)
    reject_proposal(get_proposal(draft, What.FRAUD_TYPE), editor)
    accept_proposal(get_proposal(draft, What.KIND), editor)
    draft.refresh_from_db()
    assert (draft.kind, draft.fraud_type, draft.alert_level) == ("alert", "other", "warning")


def test_a_tag_and_a_place_are_taken_alone(draft, editor):
    create_proposals(draft, apply=False)
    accept_proposal(get_proposal(draft, What.TAG, "网络水军"), editor)
    accept_proposal(get_proposal(draft, What.PLACE), editor)
    assert list(draft.tags.values_list("name", flat=True)) == ["网络水军"]
    assert list_named_places(draft) == {"吉首"}
    assert Article.objects.get(pk=draft.pk).kind == "news"


def test_refusing_what_is_in_use_takes_it_away(draft, editor):
    create_proposals(draft, apply=True)
    reject_proposal(get_proposal(draft, What.TAG, "网络水军"), editor)
    assert not draft.tags.filter(name="网络水军").exists()
    reject_proposal(get_proposal(draft, What.LEVEL), editor)
    draft.refresh_from_db()
    assert draft.alert_level == AlertLevel.INFO
    reject_proposal(get_proposal(draft, What.FRAUD_TYPE), editor)
    draft.refresh_from_db()
    assert draft.fraud_type == "other"
    reject_proposal(get_proposal(draft, What.KIND), editor)
    draft.refresh_from_db()
    assert (draft.kind, draft.alert_level) == ("news", "")


def test_a_saved_form_settles_what_it_changed(draft, editor):
    create_proposals(draft, apply=True)
    draft.tags.remove(Tag.objects.get(name="网络水军"))
    draft.refresh_from_db()
    draft.alert_level = AlertLevel.DANGER
    draft.save()
    settle_proposals(draft, editor)
    for what, value in ((What.TAG, "网络水军"), (What.LEVEL, "warning")):
        row = get_proposal(draft, what, value)
        assert (row.state, row.in_use, row.decided_by) == ("refused", False, editor)
    place = get_proposal(draft, What.PLACE)
    assert (place.state, place.in_use, place.decided_by) == ("open", True, None)


def test_what_the_editor_sets_by_hand_as_proposed_is_accepted_by_that(draft, editor):
    create_proposals(draft, apply=False)
    draft.tags.add(Tag.objects.create(name="网络水军"))
    settle_proposals(draft, editor)
    row = get_proposal(draft, What.TAG, "网络水军")
    assert (row.state, row.in_use, row.decided_by) == ("accepted", True, editor)
    assert get_proposal(draft, What.KIND).state == State.OPEN


@pytest.mark.parametrize(
    ("title", "body", "kind", "level"),
    [
        ("怎么写一份打动人的简历", "<p>先写做过什么，再写会什么。</p>", set(), set()),
        (
            "人才政策问答：补贴怎么领",
            "<p>问：哪些人能申请？答：引进的博士。问：在哪里办？答：政务大厅。</p>",
            set(),
            set(),
        ),
        ("零工驿站开门了", "<p>驿站里有热水，有座位，有招工黑板。</p>", set(), set()),
        (
            "反诈知识：刷单返利诈骗的四个步骤",
            "<p>刷单返利诈骗先给小钱，再要大钱，最后让人补单。刷单就是诈骗，不要垫付。</p>",
            {"guide"},
            set(),
        ),
        (
            "刷单就是诈骗，先垫钱的任务都不要做",
            "<p>刷单返利诈骗先给小钱，再要大钱，最后让人补单才能提现。不要垫付。</p>",
            {"alert"},
            {"info"},
        ),
    ],
)
def test_the_kind_follows_what_the_text_does(places, title, body, kind, level):
    article = make_article(title, body)
    create_proposals(article, apply=True)
    assert list_proposal_values(article, What.KIND) == kind
    assert list_proposal_values(article, What.LEVEL) == level


def test_a_known_tag_goes_before_a_new_one(places, monkeypatch):
    Tag.objects.create(name="征兵")
    proposed = [(word, "") for word in "网警 水军 押金 体检费 暑假工 家教 征兵".split()]
    monkeypatch.setattr("news.analysis.keywords.suggest_tags", lambda *_: proposed)
    article = make_article("标题", "<p>正文。</p>")
    create_proposals(article, apply=False)
    assert "征兵" in list_proposal_values(article, What.TAG)
    assert len(list_proposal_values(article, What.TAG)) == 6


def test_a_word_that_cannot_stand_in_an_address_is_no_tag(places, monkeypatch):
    monkeypatch.setattr(
        "news.analysis.keywords.suggest_tags", lambda *_: [("a/b", ""), ("网警", "")]
    )
    article = make_article("标题", "<p>正文。</p>")
    create_proposals(article, apply=True)
    assert list_proposal_values(article, What.TAG) == {"网警"}


def test_what_goes_against_a_level_set_by_hand_is_refused_by_that(draft, editor):
    create_proposals(draft, apply=False)
    facts = {"kind": "alert", "fraud_type": "pyramid", "alert_level": "danger"}
    Article.objects.filter(pk=draft.pk).update(**facts)
    draft.refresh_from_db()
    settle_proposals(draft, editor)
    assert get_proposal(draft, What.KIND).state == State.ACCEPTED
    assert (
        get_proposal(draft, What.LEVEL).state
        == get_proposal(draft, What.FRAUD_TYPE).state
        == State.REFUSED
    )
    assert get_proposal(draft, What.PLACE).state == State.OPEN


def test_nothing_is_proposed_against_what_an_editor_decided(places):
    danger = make_alert(TITLE, BODY, fraud_type="pyramid", alert_level="danger", status="draft")
    guide = make_article(TITLE, BODY, kind="guide", status="draft")
    for article in (danger, guide):
        create_proposals(article, apply=False)
        assert not list_proposal_values(article, What.KIND) | list_proposal_values(
            article, What.LEVEL
        )
    assert not list_proposal_values(danger, What.FRAUD_TYPE)
    assert list_proposal_values(danger, What.PLACE) == {"433101"}


def test_an_alert_that_is_one_gets_no_kind(places):
    article = make_alert(TITLE, BODY)
    create_proposals(article, apply=False)
    assert (
        list_proposal_values(article, What.KIND)
        == list_proposal_values(article, What.LEVEL)
        == set()
    )


def test_what_was_refused_as_an_alert_gets_no_level(draft, editor):
    create_proposals(draft, apply=False)
    reject_proposal(get_proposal(draft, What.KIND), editor)
    assert get_proposal(draft, What.LEVEL).state == State.REFUSED
    draft.proposals.filter(what=What.LEVEL).delete()
    create_proposals(draft, apply=True)
    draft.refresh_from_db()
    assert (draft.kind, draft.alert_level) == ("news", "")
