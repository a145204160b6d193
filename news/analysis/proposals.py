"""What the site proposes about an article, and what editors decide about it.

An import takes its proposals into use at once, and they stay open until an editor looks; a draft
waits for the editor. A refused one is not made again.
"""

from django.db import transaction
from django.utils import timezone

from cities.directory.regions import get_region
from news.analysis.suggestions import suggest_for_article
from news.articles.article_places import set_places
from news.choices import AlertLevel, ArticleKind
from news.models import Article, Proposal, Tag
from screening.fraud_types import FraudType

What, State = Proposal.What, Proposal.State
_ALERT = {"what": What.KIND, "value": ArticleKind.ALERT}
# What stands in when one of the two levels that are proposed is refused.
OTHER_LEVEL = {AlertLevel.WARNING: AlertLevel.INFO, AlertLevel.INFO: AlertLevel.WARNING}


@transaction.atomic(savepoint=False)
def create_proposals(article, *, apply):
    """Write what the text of a saved article suggests and it has not yet; returns the new rows.

    With `apply` the article takes them at once.
    """
    seen = {
        (what, value): state
        for what, value, state in article.proposals.values_list("what", "value", "state")
    }
    has = _has(article)
    no_alert = seen.get((_ALERT["what"], _ALERT["value"])) == State.REFUSED
    wanted = [
        Proposal(article=article, what=guess.what, value=guess.value, why=guess.why, in_use=apply)
        for guess in suggest_for_article(article)
        if (guess.what, guess.value) not in seen
        and guess.what not in _said(article)
        and guess.value not in has[guess.what]
        and not (no_alert and guess.what == What.LEVEL)
    ]
    Proposal.objects.bulk_create(wanted)
    if apply and wanted:
        _put_in_use(article, wanted)
    return wanted


@transaction.atomic
def accept_proposal(proposal, who):
    """The editor takes it. An alert has a fraud type and a level: those proposed come with it."""
    article = _locked(proposal)
    taken = [proposal]
    if proposal.what in (What.KIND, What.LEVEL) and not proposal.in_use:
        taken += _companions(article, proposal)
    _put_in_use(article, taken)
    for row in taken:
        row.in_use = True
    _decide(taken, State.ACCEPTED, who)


@transaction.atomic
def reject_proposal(proposal, who):
    """The editor does not want it; an article that uses it gives it up."""
    article = _locked(proposal)
    if proposal.in_use:
        _give_up(article, proposal)
        proposal.in_use = False
    _decide([proposal, *_of_no_use(article, proposal)], State.REFUSED, who)


@transaction.atomic
def settle_with(article, who):
    """After an editor saved the form: what is no longer there was refused by that.

    What the editor set by hand as proposed was accepted by that, and what goes against a fact set
    by hand was refused; what was in use and stayed remains open.
    """
    has, said = _has(article), _said(article)
    gone, taken = [], []
    for proposal in article.proposals.select_for_update().filter(state=State.OPEN):
        stands = proposal.value in has[proposal.what]
        if not stands and (proposal.in_use or proposal.what in said):
            proposal.in_use = False
            gone.append(proposal)
        elif stands and not proposal.in_use:
            proposal.in_use = True
            taken.append(proposal)
    _decide(gone, State.REFUSED, who)
    _decide(taken, State.ACCEPTED, who)


def _said(article):
    """What somebody decided: nothing is proposed against it. News is what every article begins as."""
    said = {What.FRAUD_TYPE} if article.fraud_type else set()
    return said if article.kind == ArticleKind.NEWS else {*said, What.KIND, What.LEVEL}


def _has(article):
    return {
        What.KIND: {article.kind},
        What.FRAUD_TYPE: {article.fraud_type},
        What.LEVEL: {article.alert_level},
        What.TAG: set(article.tags.values_list("name", flat=True)),
        What.PLACE: {
            str(code) for code in article.places.filter(named=True).values_list("region", flat=True)
        },
    }


def _put_in_use(article, proposals):
    """Fields first and in one go: the database knows no alert without a type and a level."""
    values = {}
    for proposal in proposals:
        values.setdefault(proposal.what, []).append(proposal.value)
    if fields := {What.KIND, What.FRAUD_TYPE, What.LEVEL} & values.keys():
        article.kind = values.get(What.KIND, [article.kind])[0]
        article.fraud_type = values.get(What.FRAUD_TYPE, [article.fraud_type])[0]
        article.alert_level = values.get(What.LEVEL, [article.alert_level])[0]
        if What.LEVEL in fields:
            article.kind = ArticleKind.ALERT
        _save_facts(article)
    if names := values.get(What.TAG):
        article.tags.add(*Tag.named(names))
    if codes := values.get(What.PLACE):
        named = article.places.filter(named=True).values_list("region_id", flat=True)
        _place(article, {*named, *map(int, codes)})


def _give_up(article, proposal):
    if proposal.what == What.TAG:
        article.tags.remove(*Tag.objects.filter(name=proposal.value))
    elif proposal.what == What.PLACE:
        named = set(article.places.filter(named=True).values_list("region_id", flat=True))
        _place(article, named - {int(proposal.value)})
    else:
        if proposal.what == What.KIND and article.kind == proposal.value:
            article.kind = ArticleKind.NEWS
        elif proposal.what == What.FRAUD_TYPE and article.fraud_type == proposal.value:
            article.fraud_type = ""
        elif proposal.what == What.LEVEL and article.alert_level == proposal.value:
            article.alert_level = OTHER_LEVEL[proposal.value]
        _save_facts(article)


def _save_facts(article):
    if article.kind == ArticleKind.ALERT:
        article.fraud_type = article.fraud_type or FraudType.OTHER
        article.alert_level = article.alert_level or AlertLevel.WARNING
    else:
        article.alert_level = ""
    article.save(update_fields=["kind", "fraud_type", "alert_level", "updated_at"])


def _place(article, codes):
    set_places(article, [get_region(code) for code in sorted(codes)])


def _companions(article, proposal):
    """The open proposals that an alert can't be without."""
    if proposal.what == What.KIND and proposal.value != ArticleKind.ALERT:
        return []
    others = article.proposals.filter(
        state=State.OPEN, in_use=False, what__in=(What.KIND, What.FRAUD_TYPE, What.LEVEL)
    ).exclude(pk=proposal.pk)
    has = _has(article)
    return [
        other
        for other in others
        if other.what != proposal.what and (other.what == What.KIND or has[other.what] == {""})
    ]


def _of_no_use(article, refused):
    """The open levels of what was refused as an alert."""
    if {"what": refused.what, "value": refused.value} != _ALERT:
        return []
    levels = list(article.proposals.filter(state=State.OPEN, what=What.LEVEL))
    for level in levels:
        level.in_use = False
    return levels


def _locked(proposal):
    return Article.objects.select_for_update(of=("self",)).get(pk=proposal.article_id)


def _decide(proposals, state, who):
    for proposal in proposals:
        proposal.state, proposal.decided_by, proposal.decided_at = state, who, timezone.now()
    Proposal.objects.bulk_update(proposals, ["state", "in_use", "decided_by", "decided_at"])
