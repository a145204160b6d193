"""Six digits that prove a phone or a mailbox is at hand: by text message or by mail.

Neither the addressee nor the code is kept here: a keyed hash of each. One use (a second press of
the same form is the same one), ten minutes, five tries. The message itself stands in the outbox, and loses its words
once it was sent.
"""

import logging
import math
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.choices import NoticeKind
from accounts.inbox.notices import NoticeMessage, send_notices
from accounts.models import ProofCode, User
from sitekit.forms.fields import normalise_input
from sitekit.forms.phone_numbers import require_text_phone
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail, TextMessage
from sitekit.web.rate_limits import count_attempt, get_seconds_left, has_attempts_left
from sitekit.workflow.advisory_lock import hold_lock_until_commit
from sitekit.workflow.periods import DAY, HOUR, MINUTE
from sitekit.workflow.refusals import Refusal

logger = logging.getLogger(__name__)
CODE_LIFETIME = timedelta(minutes=10)
MAX_CODE_TRIES = 5
# Codes that one requester may ask for, a person or a network that many phones share; and those to one contact.
REQUESTS_OF_ONE_VISITOR = ((60, HOUR), (300, DAY))
CODES_TO_ONE_CONTACT = ((1, MINUTE), (5, HOUR), (10, DAY))
# To one contact from all who are not known to be its owner: enough that a stranger on one network
# does not use it up.
CODES_TO_ONE_CONTACT_FROM_ALL = ((3, MINUTE), (12, HOUR), (24, DAY))
SITE_CODES_USED_UP_MESSAGE = "现在要短信验证码的人太多，请过一会儿再试，或者用邮箱。"


class CodeRefused(Refusal):
    """Says in Chinese why no code was sent."""


def describe_wait(seconds: int) -> str:
    """Return when another code can be asked for, as a sentence."""
    if seconds <= MINUTE.total_seconds():
        return f"刚发过，{seconds} 秒后可以重发。"
    minutes = math.ceil(seconds / 60)
    wait = f"{minutes} 分钟" if minutes < 100 else f"{math.ceil(minutes / 60)} 小时"
    return f"这里要验证码的次数用完了，{wait}后可以再要。"


def find_resend_wait(to: str, requester: str) -> int:
    """Return in how many seconds a code can be sent there again, 0 for at once; counts nothing."""
    actor = f"{to.lower()} {requester}"
    waits = [
        get_seconds_left(within)
        for most, within in CODES_TO_ONE_CONTACT
        if not has_attempts_left(f"code to {within}", actor, most, within)
    ]
    return max(waits, default=0)


def send_code(purpose: str, to: str, requester: str, *, is_known: bool = False) -> None:
    """Send a new code to a phone (E.164) or an e-mail address; the last one is void. `requester` asked for it;
    `is_known`: as far as can be told, that is the owner of the contact."""
    count_code(to, requester, is_known=is_known)
    code, until = f"{secrets.randbelow(10**6):06}", timezone.now() + CODE_LIFETIME
    with transaction.atomic():
        ProofCode.objects.update_or_create(
            key=_build_key(purpose, to),
            defaults={
                "code": _hash_code(purpose, to, code),
                "until": until,
                "tries": 0,
            },
        )
        _enqueue_code(to, code, until)


def send_code_unless_recent(
    purpose: str, to: str, requester: str, *, is_known: bool = False
) -> None:
    """Send a code as `send_code` does, but none if one was sent within the last minute."""
    refusal = None
    with transaction.atomic():
        hold_lock_until_commit(_build_key(purpose, to))
        until_of_recent = timezone.now() + CODE_LIFETIME - MINUTE
        recent_codes = ProofCode.objects.filter(
            pk=_build_key(purpose, to), until__gt=until_of_recent
        )
        if not recent_codes.exists():
            try:
                send_code(purpose, to, requester, is_known=is_known)
            except CodeRefused as too_many:  # raised in here it would take back what was counted
                refusal = too_many
    if refusal:
        raise refusal


def verify_code(purpose: str, to: str, code: str, *, stays: timedelta = timedelta(0)) -> bool:
    """Return whether it is the code that was sent last; every call counts as a try. A right code is used up, or
    stays valid for `stays`: so a form that is pressed twice is taken twice, where the purpose is bound to one
    browser."""
    code_hash = _hash_code(purpose, to, "".join(normalise_input(code).split()))
    with transaction.atomic():
        proof_code = (
            ProofCode.objects.select_for_update().filter(pk=_build_key(purpose, to)).first()
        )
        if proof_code is None:
            return False
        proof_code.tries += 1
        is_open = proof_code.until > timezone.now() and proof_code.tries <= MAX_CODE_TRIES
        is_right = is_open and constant_time_compare(proof_code.code, code_hash)
        if is_right and not stays:
            proof_code.delete()
            return True
        if is_right:
            proof_code.until = min(proof_code.until, timezone.now() + stays)
        proof_code.save(update_fields=["tries", "until"])
    return is_right


def is_used_up(purpose: str, to: str) -> bool:
    """Whether no try is left, or no code was ever sent: only a new code helps."""
    open_codes = ProofCode.objects.filter(pk=_build_key(purpose, to), until__gt=timezone.now())
    return not open_codes.filter(tries__lt=MAX_CODE_TRIES).exists()


def purge_old_codes() -> None:
    ProofCode.objects.filter(until__lt=timezone.now()).delete()


def count_code(to: str, requester: str, *, is_known: bool = False) -> None:
    """Count a message to be sent; raises `CodeRefused`. Limits are counted in order: visitor,
    contact, site. A refusal by one leaves the later ones uncounted."""
    to = to.lower()
    turns = [("code for", requester, most, within) for most, within in REQUESTS_OF_ONE_VISITOR]
    turns += [
        ("code to", f"{to} {requester}", most, within) for most, within in CODES_TO_ONE_CONTACT
    ]
    if not is_known:
        turns += [
            ("code to, all", to, most, within) for most, within in CODES_TO_ONE_CONTACT_FROM_ALL
        ]
    for action, actor, most, within in turns:
        if not count_attempt(f"{action} {within}", actor, most, within):
            raise CodeRefused(describe_wait(get_seconds_left(within)))
    if "@" not in to:
        _count_text_message(to)


def _count_text_message(to: str) -> None:
    """Count it in the budget of the whole site, which limits the cost even if one person asks from many networks."""
    try:
        require_text_phone(to)
    except ValueError as wrong:
        raise CodeRefused(str(wrong)) from wrong
    budgets = ((settings.SMS_CODES_AN_HOUR, HOUR), (settings.SMS_CODES_A_DAY, DAY))
    for most, within in budgets:
        if not count_attempt(f"codes of the site {within}", "site", most, within):
            _raise_alarm(most, within)
            raise CodeRefused(SITE_CODES_USED_UP_MESSAGE)


def _raise_alarm(most: int, within: timedelta) -> None:
    """Log that the budget is used up and notify all administrators, once in each period."""
    if not count_attempt(f"alarm of codes {within}", "site", 1, within):
        return
    period = "一小时" if within == HOUR else "一天"
    logger.error("The budget of %s text messages with codes within %s is used up", most, within)
    text = f"{period}的上限是 {most} 条，到下一个{period}才会再发。可能有人在刷短信：看看代理的访问记录。"
    key = f"codes-{timezone.now():%Y%m%d%H}-{within.days}"
    send_notices(
        [
            NoticeMessage(user, f"{key}-{user.pk}", "短信验证码的额度用完了", text)
            for user in User.objects.filter(is_superuser=True)
        ],
        kind=NoticeKind.SECURITY,
    )


def _enqueue_code(to: str, code: str, until: datetime) -> None:
    message = {
        "key": f"code-{secrets.token_hex(16)}",
        "to": to,
        "is_secret": True,
        "not_after": until,
    }
    if "@" in to:
        letter = render_to_string("accounts/sign_in/mail/code.txt", {"code": code})
        enqueue_messages([Mail(subject="验证码", text=letter, **message)])
    else:
        text = f"验证码 {code}，10 分钟内有效。谁要都不要给，工作人员也不会问你要。"
        enqueue_messages([TextMessage(kind="code", words={"code": code}, text=text, **message)])


def _build_key(purpose: str, to: str) -> str:
    return _compute_hash("addressee", f"{purpose} {to.lower()}")


def _hash_code(purpose: str, to: str, code: str) -> str:
    return _compute_hash("code", f"{purpose} {to.lower()} {code}")


def _compute_hash(subject: str, text: str) -> str:
    return salted_hmac(f"accounts.codes.{subject}", text, algorithm="sha256").hexdigest()
