"""Subscriptions by mail: requested, confirmed, renewed, ended, deleted. Those of an account need no confirmation.

The answer to a request does not tell whether the address is subscribed. A link has the row's id
only, signed for one purpose; it leads to a page with one button, and mail programs can end the
subscription without the page (RFC 8058). Each app has a table, mails and pages of its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, cast

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from sitekit.messages.mail_channel import build_stop_headers
from sitekit.messages.outbox import enqueue_messages, withdraw_messages
from sitekit.messages.quiet_hours import postpone_to_morning
from sitekit.models import Mail
from sitekit.site_settings.limits import declare_limit
from sitekit.templatetags.sitekit import cn_date
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.pages import View, page
from sitekit.web.rate_limits import count_attempt
from sitekit.web.signed_links import LinkUnusable, read_signed_link, sign_link
from sitekit.web.visitor_network import get_visitor_network

LAPSES_AFTER, REMINDS_BEFORE = timedelta(days=365), timedelta(days=14)
# How long rows are kept that nobody confirmed, or that ended or lapsed.
UNCONFIRMED_FOR, ENDED_FOR = timedelta(days=7), timedelta(days=30)
CONFIRMATION_MAILS_A_DAY = declare_limit(
    "subscription_letters", "消息和订阅", "一个邮箱每天收几封订阅确认", 3, most=20
)
PRESSED_TWICE = timedelta(seconds=30)  # a form sent again within it gets no second mail
SUBSCRIPTION_FORMS_AN_HOUR = declare_limit(
    "subscription_forms", "消息和订阅", "同一个网络每小时提交几次订阅", 20, most=400
)
TOO_MANY_FORMS = "这个网络一小时里订得太多了，请过一会儿再试。"
# How long a link works; the one that ends a subscription works longer than the subscription.
MAX_AGE = {"confirm": UNCONFIRMED_FOR, "renew": REMINDS_BEFORE + ENDED_FOR, "end": 2 * LAPSES_AFTER}
# Of the page a link leads to: heading, words, and the button if there is something to do.
LINK_PAGE_TEXTS = {
    "confirm": ("确认订阅{title}", "按一下才开始收。满一年自动停，每封信里都能退订。", "确认订阅"),
    "confirmed": ("订好了：{title}", "{delivery}{until}。", ""),
    "lapsed": ("订阅已经到期", "满一年就自动停了。还想收的话，再订一次。", ""),
    "renew": ("再订一年{title}？", "现在{until}，按一下延长一年。", "再订一年"),
    "renewed": ("已续订：{title}", "会继续发，{until}。", ""),
    "end": ("不再收{title}？", "按一下就停，不会再有信来。", "退订"),
    "ended": ("已经退订", "不会再有信来，邮箱地址会在 30 天后删掉。", ""),
    "gone": ("这个链接已经用不上了", "订阅没有按时确认，已经删掉。还想收的话，再订一次。", ""),
    "unusable": (
        "这个链接用不了",
        "可能没有复制完整，也可能过期了。请从最近的一封信里再点，或者重新订阅。",
        "",
    ),
}


class SubscriptionRow(Protocol):
    """The fields that the tables of the apps have in common."""

    pk: Any
    email: Any
    confirmed_at: Any
    lapses_at: Any
    ended_at: Any

    def save(self, *, update_fields: Iterable[str]) -> None: ...


def is_near_lapse(row: SubscriptionRow) -> bool:
    return bool(row.lapses_at) and row.lapses_at <= timezone.now() + REMINDS_BEFORE


@dataclass(frozen=True)
class SubscriptionMails[Row: SubscriptionRow]:
    """The mails to subscribers, with their keys, so that no mail is sent twice.

    `texts` has (subject, template) for "confirm", "already" and "lapse"; `key_prefix` begins their
    keys, `link_purpose` what the links are signed for, `link_name` is the URL name of a link.
    """

    key_prefix: str
    link_purpose: str
    link_name: str
    site_name: str
    get_title: Callable[[Row], str]
    texts: Mapping[str, tuple[str, str]]

    def build_link(self, purpose: str, row: Row) -> str:
        token = sign_link(f"{self.link_purpose} {purpose}", row.pk)
        return build_absolute_url(reverse(self.link_name.format(purpose=purpose), args=[token]))

    def build_mail(
        self, row: Row, key: str, subject: str, template: str, context: Mapping[str, object]
    ) -> Mail:
        """Return an unsaved mail with the link that ends the subscription, also as a header for mail programs."""
        end_link = self.build_link("end", row)
        headers = build_stop_headers(end_link)
        values = {
            "end": end_link,
            "site": build_absolute_url("/"),
            "title": self.get_title(row),
            "name": self.site_name,
            "row": row,
            **context,
        }
        text = render_to_string(template, values).strip() + "\n"
        return Mail(key=key, to=row.email, subject=subject, text=text, headers=headers)

    def send(self, name: Literal["confirm", "already"], row: Row, moment: datetime) -> None:
        """Send a mail to a locked row, unless the same one was written moments ago."""
        prefix = f"{self.key_prefix}-{name}-{row.pk}-"
        since = moment - PRESSED_TWICE
        if not Mail.objects.filter(key__startswith=prefix, created_at__gt=since).exists():
            key = f"{prefix}{moment:%Y%m%d%H%M%S}"
            enqueue_messages([self._build_text(name, row, key)])

    def build_lapse_key(self, row: Row) -> str:
        return f"{self.key_prefix}-lapse-{row.pk}-{row.lapses_at:%Y%m%d}"

    def build_lapse_mail(self, row: Row) -> Mail:
        mail = self._build_text("lapse", row, self.build_lapse_key(row))
        mail.not_before = postpone_to_morning(timezone.now())
        return mail

    def _build_text(self, name: str, row: Row, key: str) -> Mail:
        subject, template = self.texts[name]
        subject = subject.format(title=self.get_title(row))
        links = {purpose: self.build_link(purpose, row) for purpose in ("confirm", "renew")}
        return self.build_mail(row, key, subject, template, links)


class MailSubscriptions[Row: SubscriptionRow]:
    """The subscriptions of one table, from the request to the end.

    `requested_field` has the time of the last mail that asked for a confirmation; `confirmed_fields` get the time of
    the confirmation. `reminded_field` has the time of the reminder; without it, a mail with the reminder's key shows
    that one was written. `on_end` is called with a row that was ended, `on_remind` with those reminded of the end,
    `forget` with the rows that ended or lapsed a month ago.
    """

    def __init__(  # noqa: PLR0913 - the differences of the tables
        self,
        model: type[Row],
        mails: SubscriptionMails[Row],
        *,
        limit_name: str,
        forget: Callable[[QuerySet[Any]], object],
        on_end: Callable[[Row], object] | None = None,
        on_remind: Callable[[Sequence[Row]], object] | None = None,
        requested_field: str = "created_at",
        confirmed_fields: Sequence[str] = ("confirmed_at",),
        reminded_field: str = "",
        related: str | None = None,
    ) -> None:
        self.mails = mails
        self.rows = cast("Any", model).objects
        self._limit_name = limit_name
        self._forget, self._on_end, self._on_remind = forget, on_end, on_remind
        self._requested_field, self._confirmed_fields = requested_field, confirmed_fields
        self._reminded_field, self._related = reminded_field, related

    def count_form(self, request: HttpRequest) -> bool:
        """Count a sent form; return whether its network has not sent too many in this hour."""
        network = get_visitor_network(request)
        name = f"{self._limit_name} form"
        return count_attempt(name, network, SUBSCRIPTION_FORMS_AN_HOUR, timedelta(hours=1))

    def request(
        self,
        email: str,
        *,
        first_fields: Mapping[str, object] | None = None,
        each_time_fields: Mapping[str, object] | None = None,
        **key: object,
    ) -> None:
        """Send a mail with the link that confirms, or one that says it is subscribed already. `key` are the fields
        that say what is subscribed to. `first_fields` are set in a new row only, `each_time_fields` at each request
        until the row is confirmed."""
        with transaction.atomic():
            name = f"{self._limit_name} letters"
            if not count_attempt(name, email.lower(), CONFIRMATION_MAILS_A_DAY, timedelta(days=1)):
                return
            now = timezone.now()
            row = self.lock_open(email, **key) or self.create(email, key, first_fields)
            if row.confirmed_at:
                self.mails.send("already", row, now)
                return
            _save_row_values(row, {**(each_time_fields or {}), self._requested_field: now})
            self.mails.send("confirm", row, now)

    def lock_open(self, email: str, **key: object) -> Row | None:
        """Return the locked open row, or None; one whose year is over is ended, so that a new one may begin."""
        rows = self.rows.filter(email=email, ended_at=None, **key)
        row = rows.select_for_update(of=("self",)).order_by("pk").first()
        if row and row.lapses_at and row.lapses_at <= timezone.now():
            _save_row_values(row, {"ended_at": row.lapses_at})
            return None
        return row

    def begin_for_member(
        self,
        user: Any,
        key: Mapping[str, object],
        first_fields: Mapping[str, object] | None = None,
        **each_time_fields: object,
    ) -> Row:
        """Begin what a member subscribes to; the contacts of an account are proved by codes. The fields are those of
        `request`. A row without a mail address, perhaps older than the user's, is found by the user."""
        email = user.email or ""
        whole_key = key if email else {**key, "user": user}
        with transaction.atomic():
            row = self.lock_open(email, **whole_key) or self.lock_open("", **{**key, "user": user})
            row = row or self.create(email, whole_key, first_fields)
            _save_row_values(row, {**each_time_fields, "user": user})
            self.begin(row)
        return row

    def create(
        self, email: str, key: Mapping[str, object], fields: Mapping[str, object] | None = None
    ) -> Row:
        """Return a new row, not confirmed, or the one that another process created at this moment."""
        try:
            with transaction.atomic():
                return self.rows.create(email=email, **key, **(fields or {}))
        except IntegrityError:  # requested twice at the same moment
            row = self.lock_open(email, **key)
            if row is None:
                raise
            return row

    def find_by_link(self, purpose: str, token: str) -> Row | None:
        """Return the row of a link, or None if it was deleted; raises LinkUnusable."""
        row_id = read_signed_link(f"{self.mails.link_purpose} {purpose}", token, MAX_AGE[purpose])
        return self.rows.filter(pk=row_id).select_related(self._related).first()

    def confirm(self, pk: int) -> None:
        with transaction.atomic():
            if row := self._lock_running(pk):
                self.begin(row)

    def begin(self, row: Row) -> None:
        """Confirm the row, a mail address for a year from now; a confirmed row is not changed. A row without an
        address is a member's, who stops it by one tap at any time."""
        if not row.confirmed_at:
            now = timezone.now()
            lapses_at = now + LAPSES_AFTER if row.email else None
            moments = dict.fromkeys(self._confirmed_fields, now)
            _save_row_values(row, {**moments, "lapses_at": lapses_at})

    def renew(self, pk: int) -> None:
        """Give it another year, if the end is near."""
        with transaction.atomic():
            row = self._lock_running(pk)
            if row and is_near_lapse(row):
                reminded = self._withdraw_reminder(row)
                _save_row_values(row, {"lapses_at": timezone.now() + LAPSES_AFTER, **reminded})

    def end(self, pk: int) -> None:
        with transaction.atomic():
            if row := self._lock_running(pk):
                _save_row_values(row, {"ended_at": timezone.now(), **self._withdraw_reminder(row)})
                if self._on_end:
                    self._on_end(row)

    def resume(self, pk: int) -> None:
        """Take back the end of a row, unless the same was subscribed to anew meanwhile."""
        with suppress(IntegrityError), transaction.atomic():
            row = self.rows.select_for_update(of=("self",)).filter(pk=pk).first()
            if row and row.ended_at:
                _save_row_values(row, {"ended_at": None})

    def remind_lapsing(self, limit: int = 500) -> int:
        """Remind, once, those whose year is nearly over; return how many."""
        now = timezone.now()
        lapsing = self.rows.filter(
            ended_at=None, lapses_at__gt=now, lapses_at__lte=now + REMINDS_BEFORE
        )
        list_new = self._mark_reminded if self._reminded_field else self._list_unwritten
        with transaction.atomic():
            rows = list_new(lapsing, limit)
            enqueue_messages(self.mails.build_lapse_mail(row) for row in rows)
            if self._on_remind:
                self._on_remind(rows)
        return len(rows)

    def purge_dead(self) -> None:
        """Delete rows that nobody confirmed; a month after their end call `forget` for the others."""
        now, rows = timezone.now(), self.rows
        requested = Coalesce(self._requested_field, "created_at")
        unconfirmed = rows.alias(requested=requested).filter(confirmed_at=None, ended_at=None)
        unconfirmed.filter(requested__lt=now - UNCONFIRMED_FOR).delete()
        rows.filter(ended_at=None, lapses_at__lt=now - ENDED_FOR).update(ended_at=F("lapses_at"))
        self._forget(rows.filter(ended_at__lt=now - ENDED_FOR))

    def build_link_views(
        self,
        build_context: Callable[[HttpRequest, str, Row | None], Mapping[str, object]],
        *,
        describe_delivery: Callable[[Row], str],
        title_format: str = "{title}",
    ) -> dict[str, View]:
        """Return the views that the links lead to, by purpose.

        `build_context` is called with the request, the state and the row, and returns what the
        page has beside heading, words and button. `describe_delivery` says how often mails come.
        """

        def show(request: HttpRequest, purpose: str, token: str) -> HttpResponse:
            state, row = self._follow_link(request, purpose, token)
            facts = {"title": "", "delivery": "", "until": ""}
            if row:
                # Whose frame the page has: a mail is often read on another device than it was asked for.
                request.place = getattr(row, "region", None)  # type: ignore[attr-defined]
                facts["title"] = title_format.format(title=self.mails.get_title(row))
                facts["delivery"] = describe_delivery(row)
                until = cn_date(row.lapses_at, "full")
                facts["until"] = f"到 {until}自动停" if until else "随时能停"
            heading, words, button = (text.format(**facts) for text in LINK_PAGE_TEXTS[state])
            context: dict[str, object] = {"heading": heading, "words": words, "button": button}
            context |= build_context(request, state, row)
            template = "sitekit/messages/subscription_step.html"
            return render(request, template, context, status=404 if state == "unusable" else 200)

        def build_view(purpose: str) -> View:
            @page(takes="form", cache="never")
            def link_page(request: HttpRequest, token: str) -> HttpResponse:
                return show(request, purpose, token)

            # A mail program sends the POST without a cookie; the signed link is proof enough.
            return csrf_exempt(link_page) if purpose == "end" else link_page

        return {purpose: build_view(purpose) for purpose in MAX_AGE}

    def _follow_link(
        self, request: HttpRequest, purpose: str, token: str
    ) -> tuple[str, Row | None]:
        """Act on a POST; return the state of the page (a key of LINK_PAGE_TEXTS) and the row.

        The state is the purpose itself if there is still something to do.
        """
        act = {"confirm": self.confirm, "renew": self.renew, "end": self.end}[purpose]
        try:
            row = self.find_by_link(purpose, token)
            if request.method == "POST" and row:
                act(row.pk)
                row = self.find_by_link(purpose, token)
        except LinkUnusable:
            return "unusable", None
        return _get_link_state(purpose, row), row

    def _lock_running(self, pk: int) -> Row | None:
        rows = self.rows.select_for_update(of=("self",))
        return rows.filter(pk=pk, ended_at=None).first()

    def _withdraw_reminder(self, row: Row) -> dict[str, object]:
        """Delete the reminder if it was not sent; return the values of a row without one."""
        if row.lapses_at:
            withdraw_messages(key=self.mails.build_lapse_key(row))
        return {self._reminded_field: None} if self._reminded_field else {}

    def _mark_reminded(self, lapsing: QuerySet[Any], limit: int) -> list[Row]:
        unreminded = lapsing.filter(**{self._reminded_field: None}).order_by("pk")
        rows = list(unreminded.select_for_update(skip_locked=True)[:limit])
        marked = self.rows.filter(pk__in=[row.pk for row in rows])
        marked.update(**{self._reminded_field: timezone.now()})
        return rows

    def _list_unwritten(self, lapsing: QuerySet[Any], limit: int) -> list[Row]:
        by_key = {self.mails.build_lapse_key(row): row for row in lapsing.order_by("lapses_at")}
        written = set(Mail.objects.filter(key__in=by_key).values_list("key", flat=True))
        return [row for key, row in by_key.items() if key not in written][:limit]


def _save_row_values(row: SubscriptionRow, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _get_link_state(purpose: str, row: SubscriptionRow | None) -> str:
    if row is None:
        return "ended" if purpose == "end" else "gone"
    if row.ended_at:
        return "ended"
    if purpose == "confirm" and row.confirmed_at:
        return "lapsed" if row.lapses_at and row.lapses_at <= timezone.now() else "confirmed"
    if purpose == "renew" and not is_near_lapse(row):
        return "renewed"
    return purpose
