"""Makers of single rows, through the same transitions as the site; for demo data and for tests."""

import datetime
import itertools
import zlib

from django.db import transaction
from django.utils import timezone

from accounts.models import (
    RECHECK_AFTER,
    CheckKind,
    Employer,
    EmployerCheck,
    EmployerEvent,
    EmployerKind,
    EmployerStatus,
    User,
)
from cities.directory.regions import get_region, get_region_by_slug
from cities.models import Region
from listings.choices import ListingStatus, SettlementCycle
from listings.models import CONTENT_FIELDS, Listing, ListingRevision, ListingSource
from listings.models.listing_fields import OPEN_CYCLES
from listings.publication.repost_sources import change_source, ensure_sources
from listings.publication.transitions import (
    move_listing,
    needs_two_people,
    publish_listing,
    submit_revision,
)
from listings.search.search_index import refresh_search_rows
from news.articles.article_places import set_places
from news.articles.transitions import publish_article, schedule_article, withdraw_article
from news.choices import ArticleStatus
from news.models import Article, Source, Tag
from sitekit.workflow.periods import HOUR

_count = itertools.count(1)

# What was looked at, by the letter used in the data files, and how.
CHECKS = {
    "I": (CheckKind.ID_CARD, "当面核对身份证原件"),
    "L": (CheckKind.LICENCE, "在企业信用信息公示系统核对"),
    "P": (CheckKind.PHONE, "短信验证码"),
    "A": (CheckKind.AUTHORISATION, "核对盖章的委托书"),
    "H": (CheckKind.HR_LICENCE, "在人社部门名录核对"),
    "S": (CheckKind.SITE_VISIT, "到店看过并拍照"),
}
# How an employer came to its status: (reason, status after), oldest first.
_VERIFIED = [
    ("提交材料", EmployerStatus.PENDING),
    ("材料齐全，核对一致", EmployerStatus.VERIFIED),
]
HISTORY = {
    EmployerStatus.UNVERIFIED: [],
    EmployerStatus.PENDING: _VERIFIED[:1],
    EmployerStatus.VERIFIED: _VERIFIED,
    EmployerStatus.LAPSED: [*_VERIFIED, ("到期未复核", EmployerStatus.LAPSED)],
    EmployerStatus.REJECTED: [_VERIFIED[0], ("材料不符", EmployerStatus.REJECTED)],
    EmployerStatus.FROZEN: [*_VERIFIED, ("正在核实投诉", EmployerStatus.FROZEN)],
    EmployerStatus.BANNED: [*_VERIFIED, ("查实欺骗求职者", EmployerStatus.BANNED)],
}


def find_region(place):
    """A Region for a Region, a slug or a code."""
    if isinstance(place, Region):
        return place
    region = get_region(place) if isinstance(place, int) else get_region_by_slug(place)
    if region is None:
        raise LookupError(f"no place {place!r}")
    return region


def make_user(email=None, password=None, **fields):
    email = email or ("" if fields.get("phone") else f"person{next(_count)}@example.com")
    return User.objects.create_user(email, password, **fields)


def make_employer(  # noqa: PLR0913 - a maker names what it makes
    name=None,
    *,
    region="xiangxi",
    kind=EmployerKind.DIRECT_EMPLOYER,
    status=EmployerStatus.VERIFIED,
    checks="LP",
    recheck_due=None,
    reason="",
    member=None,
    reviewer=None,
    verified_days_ago=40,
    **fields,
):
    """An employer with its checks and the events that led to its status.

    `checks` are letters of CHECKS; `member` is a user who acts for it.
    """
    name = name or f"吉首试营业小店{next(_count)}"
    checked_on = timezone.localdate() - datetime.timedelta(days=verified_days_ago)
    begun = timezone.now() - datetime.timedelta(days=verified_days_ago + 2)
    history = HISTORY[status]
    if "P" in checks:
        fields.setdefault("phone_proved_at", begun)
    if history:
        fields.setdefault("submitted_at", begun)
    if any(after == EmployerStatus.VERIFIED for _, after in history):
        fields.setdefault("checked_name", name)
        recheck_due = recheck_due or _choose_recheck_date(status, checked_on)
    with transaction.atomic():
        employer = Employer.objects.create(
            name=name,
            kind=kind,
            status=status,
            region=find_region(region),
            recheck_due=recheck_due,
            created_at=begun,
            **fields,
        )
        EmployerCheck.objects.bulk_create(
            _build_employer_checks(employer, checks, checked_on, reviewer)
        )
        EmployerEvent.objects.bulk_create(
            _build_employer_events(employer, history, begun, reason, reviewer)
        )
        if member:
            employer.memberships.create(user=member, role="owner")
    return employer


def _choose_recheck_date(status, checked_on):
    """A date that is past if the employer lapsed because of it."""
    if status == EmployerStatus.LAPSED:
        return timezone.localdate() - datetime.timedelta(days=9)
    return checked_on + RECHECK_AFTER


def _build_employer_checks(employer, letters, checked_on, reviewer):
    for letter in letters:
        kind, method = CHECKS[letter]
        until = checked_on + RECHECK_AFTER
        if employer.status == EmployerStatus.LAPSED:
            until = employer.recheck_due
        yield EmployerCheck(
            employer=employer,
            kind=kind,
            method=method,
            checked_on=checked_on,
            expires_on=until,
            # A code proves a phone; no person of the staff can have done that.
            reviewer=None if kind == CheckKind.PHONE else reviewer,
        )


_BY_NOBODY = (EmployerStatus.PENDING, EmployerStatus.LAPSED)  # handed in, or by the clock


def _build_employer_events(employer, history, begun, reason, reviewer):
    before = EmployerStatus.UNVERIFIED
    for step, (usual, after) in enumerate(history):
        last = step == len(history) - 1
        yield EmployerEvent(
            employer=employer,
            actor=None if after in _BY_NOBODY else reviewer,
            action=after,
            reason=reason if last and reason else usual,
            before=before,
            after=after,
            created_at=begun + datetime.timedelta(days=step),
        )
        before = after


def build_listing_content(by="", **content_fields):
    """Everything an author fills in, with plain values for what is not given; `by` is the employer's
    name, on which the contact depends."""
    content = {
        "title": f"周末服务员{next(_count)}",
        "category": "waiter",
        "region": "jishou",
        "address": "人民北路 1 号",
        "term": "long_term",
        "headcount": 2,
        "pay_min": 20,
        "pay_max": 24,
        "pay_unit": "hour",
        "settlement": SettlementCycle.DAILY,
        "duties": "迎客、点单、传菜、收台，忙的时候帮着洗杯子；头一天有人带着熟悉桌号。",
        "requirements": "手脚利索，待人和气。",
        "valid_through": timezone.localdate() + datetime.timedelta(days=30),
        **_build_example_contact(by),
        **content_fields,
    }
    if content["settlement"] == SettlementCycle.NEGOTIABLE and "pay_min" not in content_fields:
        content |= {"pay_min": None, "pay_max": None, "pay_unit": ""}
    if content["settlement"] in OPEN_CYCLES:
        content.setdefault("latest_pay_days", 7)
    content["region"] = find_region(content["region"])
    return content


def _build_example_contact(employer_name):
    """Somebody to call, with a number that is plainly an example."""
    number = zlib.crc32(employer_name.encode()) % 100_000
    return {
        "contact_name": "值班店员",
        "contact_phone": f"0743-555{number:05}",
        "contact_wechat": f"example-{number:05}" if number % 3 else "",
    }


def trust_source(name, sample_every=0):
    """A source whose harmless reposts the worker publishes; by default none of them is a sample."""
    ensure_sources([name])
    source = ListingSource.objects.get(name=name)
    reason = "演示：来源可靠"
    return change_source(source.pk, None, reason, is_trusted=True, sample_every=sample_every)


NO_CONTACT = {"contact_name": "", "contact_phone": "", "contact_wechat": ""}


def make_listing(  # noqa: PLR0913 - a maker names what it makes
    *,
    employer=None,
    status=ListingStatus.PUBLISHED,
    expired=False,
    published_at=None,
    actor=None,
    author=None,
    first_approver=None,
    reason="",
    fraud_type="",
    **further_fields,
):
    """A listing brought to `status` through the transitions, with its revision and events.

    `further_fields` are content fields, or those of a repost (source_name …, then without an employer); the
    source of a repost is trusted.
    `expired` publishes it with a date that is then past.
    """
    at = published_at or timezone.now()
    listing_fields = {
        name: further_fields.pop(name)
        for name in list(further_fields)
        if name not in CONTENT_FIELDS
    }
    employer = employer or (None if "source_name" in listing_fields else make_employer())
    usual = {"by": employer.name} if employer else NO_CONTACT
    content = build_listing_content(**{**usual, **further_fields})
    reason = reason or "演示：核实后处理"
    with transaction.atomic():
        listing = Listing(employer=employer, created_at=at - HOUR, **listing_fields, **content)
        listing.save()
        if listing.is_repost:
            trust_source(listing.source_name)
        if status != ListingStatus.DRAFT:
            revision = ListingRevision(author=author, created_at=at - HOUR, **content)
            if needs_two_people(revision):
                revision.first_approver = first_approver
            submit_revision(listing, revision)
            _move_to_status(listing.pk, status, at, actor, reason, fraud_type)
        if expired:
            _let_expire(listing.pk)
        if published_at:
            _spread_events(listing.events.order_by("pk"), published_at, "created_at")
    listing.refresh_from_db()
    return listing


def _move_to_status(pk, status, at, actor, reason, fraud_type):
    if status in (ListingStatus.PENDING, ListingStatus.REJECTED):
        move_listing(pk, ListingStatus.PENDING, actor)
        if status == ListingStatus.REJECTED:
            move_listing(pk, status, actor, reason)
        return
    publish_listing(pk, actor, at=at)
    if status != ListingStatus.PUBLISHED:
        move_listing(pk, status, actor, reason, fraud_type or _choose_fraud_type(status))


def _choose_fraud_type(status):
    return "upfront_fee" if status == ListingStatus.REMOVED_FRAUD else ""


def _let_expire(pk):
    """Give a listing a last day that is past; no listing can be published with one."""
    past = timezone.localdate() - datetime.timedelta(days=2)
    Listing.objects.filter(pk=pk).update(valid_through=past)
    refresh_search_rows([pk])


def _spread_events(events, at, field):
    """Date the events of a backdated row: the first at `at`, the others one hour apart, none later
    than now."""
    for step, event in enumerate(events):
        moment = min(at + step * HOUR, timezone.now())
        type(event).objects.filter(pk=event.pk).update(**{field: moment})


def make_article(  # noqa: PLR0913 - a maker names what it makes
    title=None,
    *,
    body="<p>先交钱的兼职都是骗局，遇到了先停手，再拨 96110 问一问。</p>",
    status=ArticleStatus.PUBLISHED,
    published_at=None,
    regions=(),
    tags=(),
    source=None,
    actor=None,
    reason="",
    **fields,
):
    """An article brought to `status`; `source` is a Source or (name, kind), regions may be slugs.

    An alert needs nothing more than kind="alert": its type and level have usual values.
    """
    if fields.get("kind") == "alert":
        fields.setdefault("alert_level", "warning")
        fields.setdefault("fraud_type", "brushing_rebate")
    if isinstance(source, tuple):
        source = get_or_create_source(*source)
    with transaction.atomic():
        article = Article(
            title=title or f"本地用工消息{next(_count)}", body=body, source=source, **fields
        )
        article.save()
        set_places(article, [find_region(region) for region in regions])
        add_article_tags(article, tags)
        _publish_article(article, status, published_at, actor, reason)
    article.refresh_from_db()
    return article


def get_or_create_source(name, kind):
    return Source.objects.get_or_create(name=name, defaults={"kind": kind})[0]


def add_article_tags(article, names):
    """Give tags in this order, which is the order in which they are shown."""
    through = Article.tags.through
    rows = [Tag.objects.get_or_create(name=name)[0] for name in names]
    through.objects.bulk_create(through(article=article, tag=row) for row in rows)


def _publish_article(article, status, at, actor, reason):
    if status == ArticleStatus.DRAFT:
        return
    if status == ArticleStatus.SCHEDULED:
        later = at or timezone.now() + datetime.timedelta(days=1)
        schedule_article(article.pk, later, actor)
        return
    publish_article(article.pk, actor, at=at)  # without a moment, dated as the site does it
    if status == ArticleStatus.WITHDRAWN:
        withdraw_article(article.pk, reason or "核实后撤回", actor)
    if at:
        _spread_events(article.events.order_by("pk"), at, "at")
