"""Tokens of the API: made, found, withdrawn. The token itself is shown once and never stored."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.employers.member_notices import MemberMessage, build_member_messages
from accounts.employers.membership import OWNER_ROLE, lock_employer
from accounts.employers.transitions import record_employer_event
from accounts.inbox.notices import NoticeMessage, send_notices
from accounts.models import Employer, EmployerMember, Notice, User
from listings.models import ApiAnswer, ApiToken
from sitekit.templatetags.sitekit import cn_date
from sitekit.workflow.refusals import Refusal

PREFIX = "jz_"
MAX_TOKENS = 10  # open ones of an employer
USE_NOTED_EVERY = timedelta(minutes=5)
ANSWERS_KEPT, REMINDS_BEFORE = timedelta(days=1), timedelta(days=7)


def create_employer_token(
    employer: Employer, owner: User, name: str, scope: str, days: int
) -> tuple[ApiToken, str]:
    """Return the row and the token, which cannot be read again later. Raise `Refusal` if there are too many tokens."""
    secret = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        employer = lock_employer(employer.pk)
        if list_open_tokens(employer).count() >= MAX_TOKENS:
            raise Refusal(f"令牌最多 {MAX_TOKENS} 个，先停用不再用的。", "name")
        if list_open_tokens(employer).filter(name=name).exists():
            raise Refusal("已经有一个同名的令牌；换个名称，或先停用那一个。", "name")
        token = ApiToken.objects.create(
            employer=employer,
            name=name,
            digest=_hash_token(secret),
            beginning=secret[:8],
            scope=scope,
            made_by=owner,
            expires_at=now + timedelta(days=days),
        )
        words = f"创建接口令牌“{name}”（{token.get_scope_display()}）"
        record_employer_event(employer, owner, "api_token", words, employer.status)
    return token, secret


def withdraw_employer_token(token: ApiToken, owner: User) -> None:
    """Withdraw the token; nothing changes if it was withdrawn before."""
    with transaction.atomic():
        employer = lock_employer(token.employer_id)
        withdrawn = ApiToken.objects.filter(pk=token.pk, withdrawn_at=None)
        if withdrawn.update(withdrawn_at=timezone.now()):
            words = f"停用接口令牌“{token.name}”"
            record_employer_event(employer, owner, "api_token", words, employer.status)


def list_open_tokens(employer: Employer) -> QuerySet[ApiToken]:
    return employer.api_tokens.filter(withdrawn_at=None, expires_at__gt=timezone.now())


def list_tokens_with_owner(employer: Employer) -> QuerySet[ApiToken]:
    """Return all open tokens, then the newest closed ones, each with `is_owned`: whether its creator is still an
    owner."""
    is_open = Exists(list_open_tokens(employer).filter(pk=OuterRef("pk")))
    return (
        employer.api_tokens.annotate(is_owned=Exists(_list_ownerships()))
        .select_related("made_by")
        .order_by(is_open.desc(), "-pk")[: 3 * MAX_TOKENS]
    )


def find_token(secret: str) -> ApiToken | None:
    """Return the open token with its `employer` and `made_by`; None if its creator has left the employer. One query."""
    owned = ApiToken.objects.filter(Exists(_list_ownerships()), made_by__is_active=True)
    is_open = Q(withdrawn_at=None, expires_at__gt=timezone.now())
    tokens = owned.filter(is_open, digest=_hash_token(secret))
    return tokens.select_related("employer", "made_by").first()


def note_token_use(token: ApiToken) -> None:
    """Write the time of use, at most once in five minutes."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def remind_ending_tokens() -> int:
    """Tell the owners once that a token which a program uses is about to end; return how many notices."""
    now = timezone.now()
    ending = ApiToken.objects.filter(
        Exists(_list_ownerships()),
        withdrawn_at=None,
        expires_at__gt=now,
        expires_at__lte=now + REMINDS_BEFORE,
    )
    messages = [
        message
        for token in ending.select_related("employer").order_by("expires_at", "pk")
        for message in _build_reminders(token)
    ]
    keys = [message.key for message in messages]
    sent = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    unsent = [message for message in messages if message.key not in sent]
    send_notices(unsent, kind=NoticeKind.HIRING)
    return len(unsent)


def _build_reminders(token: ApiToken) -> list[NoticeMessage]:
    day = cn_date(timezone.localdate(token.expires_at))
    message = MemberMessage(
        f"api-token-{token.pk}-ends",
        f"接口令牌{day}到期：{token.name}",
        "到期以后，用它的程序就连不上了。还要用，先建一个新的换到程序里，再停用旧的；不用了不用管。",
        reverse("listings:api_tokens"),
        "看令牌",
    )
    return build_member_messages(token.employer, message, roles=[OWNER_ROLE])


def forget_tokens(maker: User) -> None:
    """Delete the tokens of a user who closes the account, and tell the other owners, because programs with these
    tokens stop working."""
    names_by_employer: dict[Employer, list[str]] = {}
    tokens = ApiToken.objects.filter(made_by=maker).select_related("employer").order_by("pk")
    usable = tokens.filter(
        Exists(_list_ownerships()), withdrawn_at=None, expires_at__gt=timezone.now()
    )
    for token in usable:
        names_by_employer.setdefault(token.employer, []).append(f"“{token.name}”")
    tokens.delete()
    for employer, names in names_by_employer.items():
        message = MemberMessage(
            f"api-tokens-ended-{employer.pk}-{maker.pk}",
            f"接口令牌不能用了：{'、'.join(names)}",
            "创建令牌的人注销了账号，用它的程序连不上了。还要用，建一个新的换到程序里。",
            reverse("listings:api_tokens"),
            "看令牌",
        )
        messages = build_member_messages(employer, message, roles=[OWNER_ROLE])
        others = [row for row in messages if row.user != maker]
        send_notices(others, kind=NoticeKind.HIRING)


def purge_api_answers() -> int:
    """Delete the answers that are kept for repeated requests, after a day; return how many."""
    old = ApiAnswer.objects.filter(created_at__lt=timezone.now() - ANSWERS_KEPT)
    return old.delete()[0]


def _list_ownerships() -> QuerySet[EmployerMember]:
    return EmployerMember.objects.filter(
        employer=OuterRef("employer"), user=OuterRef("made_by"), role=OWNER_ROLE
    )


def _hash_token(secret: str) -> str:
    """A plain hash is enough: a token has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
