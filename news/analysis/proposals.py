"""The proposals of the site about an article, and the decisions of editors on them.

An import uses its proposals at once, and they stay open until an editor decides; a draft waits for
the editor. A refused proposal is not made again.
"""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.staff.scope import get_staff_scope
from cities.directory.regions import get_region, get_region_ancestors, require_region
from news.analysis.story_leads import choose_story_leads
from news.analysis.suggestions import suggest_values
from news.articles.article_places import list_named_codes, set_places
from news.articles.transitions import record_article_edit
from news.choices import AlertLevel, ArticleKind, ArticleStatus
from news.models import Article, Proposal, Tag
from screening.fraud_types import FraudType
from sitekit.workflow.refusals import Refusal

What, State = Proposal.What, Proposal.State
_ALERT = (What.KIND, ArticleKind.ALERT)
# The columns of an article that a proposal may set; tags and places are rows of their own.
_COLUMNS = {What.KIND: "kind", What.FRAUD_TYPE: "fraud_type", What.LEVEL: "alert_level"}
# The level of an alert whose proposed level is refused.
OTHER_LEVEL: dict[str, str] = {
    AlertLevel.WARNING: AlertLevel.INFO,
    AlertLevel.INFO: AlertLevel.WARNING,
}
LAST_PLACE_MESSAGE = (
    "这是它唯一的涉及地区，去掉就会当成全国预警发出去。先在「涉及地区」写上正确的，再点「不采用」。"
)
NO_PLACE_MESSAGE = (
    "没有涉及地区的预警会马上发给全国。先写上「涉及地区」再采用；"
    "要发给全国的，在表单里改成预警，勾「发给全国」。"
)
OWN_PLACE_MESSAGE = "去掉它，文章就不在你负责的地区了。先写上一个你负责的，再点「不采用」。"
MAX_REASON = 200


class ProposalRefused(Refusal):
    """Says in Chinese why a proposal stays as it is; nothing was changed."""


@transaction.atomic(savepoint=False)
def create_proposals(article: Article, *, apply: bool) -> list[Proposal]:
    """Write proposals for what the text of a saved article suggests and the article does not have; return the new rows.

    With `apply` the article uses them at once.
    """
    states = {
        (field, value): state
        for field, value, state in article.proposals.values_list("what", "value", "state")
    }
    values, settled = _get_values(article), _get_settled_fields(article)
    no_alert = states.get(_ALERT) == State.REFUSED
    proposals = [
        Proposal(article=article, what=new.what, value=new.value, why=new.why, in_use=apply)
        for new in suggest_values(article)
        if (new.what, new.value) not in states
        and new.what not in settled
        and new.value not in values[new.what]
        and not (no_alert and new.what == What.LEVEL)
    ]
    Proposal.objects.bulk_create(proposals)
    if apply and proposals:
        _put_in_use(article, proposals)
    return proposals


@transaction.atomic
def accept_proposal(proposal: Proposal, editor: User) -> None:
    """Use the proposal. An alert needs a fraud type and a level, and a public one needs a place, so proposals of these
    are accepted with it. Raise `ProposalRefused` for an alert that would go to the whole country without a question."""
    article = _lock_article(proposal)
    if not _is_still_open(proposal):
        return
    accepted = [proposal]
    if proposal.what in (What.KIND, What.LEVEL) and not proposal.in_use:
        accepted += _list_companions(article, proposal)
        accepted += _list_missing_places(article, accepted)
    _put_in_use(article, accepted)
    _record_change(article, editor, "采用建议", [row for row in accepted if not row.in_use])
    for row in accepted:
        row.in_use = True
    _move_proposals(accepted, State.ACCEPTED, editor)
    choose_story_leads(article)


@transaction.atomic
def reject_proposal(proposal: Proposal, editor: User) -> None:
    """Refuse the proposal; the article stops using it. Raise `ProposalRefused` for a place that the article needs."""
    article = _lock_article(proposal)
    if not _is_still_open(proposal):
        return
    if proposal.in_use:
        if proposal.what == What.PLACE:
            _require_other_place(article, int(proposal.value), editor)
        _take_out_of_use(article, proposal)
        _record_change(article, editor, "不采用建议", [proposal])
        proposal.in_use = False
    _move_proposals([proposal, *_list_pointless_levels(article, proposal)], State.REFUSED, editor)
    choose_story_leads(article)


def _require_other_place(article: Article, code: int, editor: User) -> None:
    """Raise `ProposalRefused` for the last place of an alert, which would then go to the whole country, and for the
    last place in which the editor has rights."""
    others = _get_named_codes(article) - {code}
    scope = get_staff_scope(editor)
    if not any(map(scope.covers_region, others or [None])):
        raise ProposalRefused(OWN_PLACE_MESSAGE)
    if not others and _is_out(article) and article.kind == ArticleKind.ALERT:
        raise ProposalRefused(LAST_PLACE_MESSAGE)


def _list_missing_places(article: Article, accepted: Sequence[Proposal]) -> list[Proposal]:
    """Return the open proposals of places if these proposals make a public article without a place an alert."""
    becomes_alert = article.kind != ArticleKind.ALERT and any(
        row.what == What.LEVEL or (row.what, row.value) == _ALERT for row in accepted
    )
    if not becomes_alert or not _is_out(article) or _get_named_codes(article):
        return []
    places = list(article.proposals.filter(state=State.OPEN, what=What.PLACE))
    if not places:
        raise ProposalRefused(NO_PLACE_MESSAGE)
    return places


def _is_out(article: Article) -> bool:
    return article.status in (ArticleStatus.PUBLISHED, ArticleStatus.SCHEDULED)


def _record_change(
    article: Article, editor: User, action: str, proposals: Sequence[Proposal]
) -> None:
    """Record the change in the history of the article, unless that is a draft or there are no proposals."""
    if proposals and article.status != ArticleStatus.DRAFT:
        words = "、".join(
            f"{row.get_what_display()}「{format_proposal(row)}」" for row in proposals
        )
        record_article_edit(article, editor, f"{action}：{words}"[:MAX_REASON])


def format_proposal(proposal: Proposal) -> str:
    """Return the proposed value in words."""
    value = proposal.value
    if proposal.what == What.PLACE:
        around = get_region_ancestors(get_region(int(value)))
        return " ".join(place.short_name for place in reversed(around))
    shown = Article(kind=value, fraud_type=value, alert_level=value)
    words: dict[str, Callable[[], str]] = {
        What.KIND: shown.get_kind_display,
        What.FRAUD_TYPE: shown.get_fraud_type_display,
        What.LEVEL: shown.get_alert_level_display,
    }
    return words[proposal.what]() if proposal.what in words else value


def _is_still_open(proposal: Proposal) -> bool:
    """Whether nobody decided it before the article was locked."""
    proposal.refresh_from_db(fields=["state", "in_use"])
    return proposal.state == State.OPEN


@transaction.atomic
def settle_proposals(article: Article, editor: User) -> None:
    """Settle the open proposals after an editor saved the form.

    A proposal is refused if the editor removed its value or set another one by hand, and accepted if the editor set the
    same value by hand. A proposal that was in use and was not touched stays open.
    """
    values, settled = _get_values(article), _get_settled_fields(article)
    refused, accepted = [], []
    for proposal in article.proposals.select_for_update().filter(state=State.OPEN):
        is_set = proposal.value in values[proposal.what]
        if not is_set and (proposal.in_use or proposal.what in settled):
            proposal.in_use = False
            refused.append(proposal)
        elif is_set and not proposal.in_use:
            proposal.in_use = True
            accepted.append(proposal)
    _move_proposals(refused, State.REFUSED, editor)
    _move_proposals(accepted, State.ACCEPTED, editor)
    choose_story_leads(article)


def _get_settled_fields(article: Article) -> set[str]:
    """Return the fields that somebody has set; nothing is proposed for them. Every article begins as news."""
    settled: set[str] = {What.FRAUD_TYPE} if article.fraud_type else set()
    return settled if article.kind == ArticleKind.NEWS else {*settled, What.KIND, What.LEVEL}


def _get_values(article: Article) -> dict[str, set[str]]:
    """Return {field: the values that the article has}."""
    return {
        **{field: {getattr(article, column)} for field, column in _COLUMNS.items()},
        What.TAG: set(article.tags.values_list("name", flat=True)),
        What.PLACE: set(map(str, _get_named_codes(article))),
    }


def _get_named_codes(article: Article) -> set[int]:
    return set(list_named_codes(article))


def _put_in_use(article: Article, proposals: Sequence[Proposal]) -> None:
    """Save the fields first and together: a constraint forbids an alert without type and level."""
    values: dict[str, list[str]] = {}
    for proposal in proposals:
        values.setdefault(proposal.what, []).append(proposal.value)
    if columns := _COLUMNS.keys() & values.keys():
        for field in columns:
            setattr(article, _COLUMNS[field], values[field][0])
        if What.LEVEL in columns:
            article.kind = ArticleKind.ALERT
        _save_columns(article)
    if names := values.get(What.TAG):
        article.tags.add(*Tag.get_or_create_named(names))
    if codes := values.get(What.PLACE):
        _set_places_by_code(article, _get_named_codes(article) | set(map(int, codes)))


def _take_out_of_use(article: Article, proposal: Proposal) -> None:
    if proposal.what == What.TAG:
        article.tags.remove(*Tag.objects.filter(name=proposal.value))
    elif proposal.what == What.PLACE:
        _set_places_by_code(article, _get_named_codes(article) - {int(proposal.value)})
    else:
        column = _COLUMNS[What(proposal.what)]
        if getattr(article, column) == proposal.value:
            others = {"kind": ArticleKind.NEWS, "alert_level": OTHER_LEVEL.get(proposal.value)}
            setattr(article, column, others.get(column, ""))
        _save_columns(article)


def _save_columns(article: Article) -> None:
    if article.kind == ArticleKind.ALERT:
        article.fraud_type = article.fraud_type or FraudType.OTHER
        article.alert_level = article.alert_level or AlertLevel.WARNING
    else:
        article.alert_level = ""
    article.save(update_fields=["kind", "fraud_type", "alert_level", "updated_at"])


def _set_places_by_code(article: Article, codes: set[int]) -> None:
    set_places(article, [require_region(code) for code in sorted(codes)])


def _list_companions(article: Article, proposal: Proposal) -> list[Proposal]:
    """Return the open proposals of the other fields that an alert needs."""
    if proposal.what == What.KIND and proposal.value != ArticleKind.ALERT:
        return []
    others = article.proposals.filter(state=State.OPEN, in_use=False, what__in=_COLUMNS).exclude(
        pk=proposal.pk
    )
    values = _get_values(article)
    return [
        companion
        for companion in others
        if companion.what != proposal.what
        and (companion.what == What.KIND or values[companion.what] == {""})
    ]


def _list_pointless_levels(article: Article, refused: Proposal) -> list[Proposal]:
    """Return the open proposals of a level if the kind alert was refused."""
    if (refused.what, refused.value) != _ALERT:
        return []
    levels = list(article.proposals.filter(state=State.OPEN, what=What.LEVEL))
    for level in levels:
        level.in_use = False
    return levels


def _lock_article(proposal: Proposal) -> Article:
    return Article.objects.select_for_update(of=("self",)).get(pk=proposal.article_id)


def _move_proposals(proposals: Sequence[Proposal], state: Proposal.State, editor: User) -> None:
    for proposal in proposals:
        proposal.state, proposal.decided_by, proposal.decided_at = state, editor, timezone.now()
    Proposal.objects.bulk_update(proposals, ["state", "in_use", "decided_by", "decided_at"])
