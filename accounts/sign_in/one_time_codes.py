"""Six digits that prove a phone or a mailbox is at hand: by text message or by mail.

Neither the addressee nor the code is kept here: a keyed hash of each. One use, ten minutes, five
tries. The message itself stands in the outbox, and loses its words once it was sent.
"""

import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import ProofCode
from sitekit.forms.fields import normalise_input
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail, TextMessage
from sitekit.web.rate_limits import count_attempt
from sitekit.workflow.refusals import Refusal

LASTS = timedelta(minutes=10)
TRIES = 5
A_MINUTE = timedelta(minutes=1)
# To one phone or mailbox, and for one who asks: a person, or a network that many phones share.
TO_ONE = ((1, A_MINUTE), (5, timedelta(hours=1)), (10, timedelta(days=1)))
FOR_ONE = ((60, timedelta(hours=1)), (300, timedelta(days=1)))


class TooManyCodes(Refusal):
    """Says in Chinese that it was asked too often; nothing was sent."""


def send_code(purpose: str, to: str, who: str) -> None:
    """A new code to a phone (E.164) or an e-mail address, asked for by `who`; the last is void."""
    count_code(to, who)
    code, until = f"{secrets.randbelow(10**6):06}", timezone.now() + LASTS
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


def send_once(purpose: str, to: str, who: str) -> None:
    """The same, but a second press within the minute sends nothing more."""
    refusal = None
    with transaction.atomic():
        _wait_for_other_presses(purpose, to)
        until_of_recent = timezone.now() + LASTS - A_MINUTE
        recent_codes = ProofCode.objects.filter(
            pk=_build_key(purpose, to), until__gt=until_of_recent
        )
        if not recent_codes.exists():
            try:
                send_code(purpose, to, who)
            except TooManyCodes as too_many:  # raised in here it would take back what was counted
                refusal = too_many
    if refusal:
        raise refusal


def _wait_for_other_presses(purpose: str, to: str) -> None:
    """Hold a lock of this code until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_build_key(purpose, to)]
        )


def verify_code(purpose: str, to: str, code: str) -> bool:
    """Whether it is the code that was sent last; right or not, it counts."""
    code_hash = _hash_code(purpose, to, "".join(normalise_input(code).split()))
    with transaction.atomic():
        proof_code = (
            ProofCode.objects.select_for_update().filter(pk=_build_key(purpose, to)).first()
        )
        if proof_code is None:
            return False
        proof_code.tries += 1
        is_open = proof_code.until > timezone.now() and proof_code.tries <= TRIES
        is_right = is_open and constant_time_compare(proof_code.code, code_hash)
        if is_right:
            proof_code.delete()
        else:
            proof_code.save(update_fields=["tries"])
    return is_right


def is_used_up(purpose: str, to: str) -> bool:
    """Whether no try is left, or none ever was: only a new code helps."""
    open_codes = ProofCode.objects.filter(pk=_build_key(purpose, to), until__gt=timezone.now())
    return not open_codes.filter(tries__lt=TRIES).exists()


def purge_old_codes() -> None:
    ProofCode.objects.filter(until__lt=timezone.now()).delete()


def count_code(to: str, who: str) -> None:
    """Count a message to be sent; raises `TooManyCodes`. Who is stopped uses up nothing of the phone's."""
    turns = [("code for", who, most, within) for most, within in FOR_ONE]
    turns += [("code to", to.lower(), most, within) for most, within in TO_ONE]
    for action, actor, most, within in turns:
        if not count_attempt(f"{action} {within}", actor, most, within):
            raise TooManyCodes("验证码要得太勤了，请过一会儿再试。")


def _enqueue_code(to: str, code: str, until: datetime) -> None:
    message = {
        "key": f"code-{secrets.token_hex(16)}",
        "to": to,
        "is_secret": True,
        "not_after": until,
    }
    if "@" in to:
        letter = render_to_string("accounts/sign_in/mail/code.txt", {"code": code})
        enqueue_messages([Mail(subject="登录验证码", text=letter, **message)])
    else:
        text = f"验证码 {code}，10 分钟内有效。谁要都不要给，工作人员也不会问你要。"
        enqueue_messages([TextMessage(kind="code", words={"code": code}, text=text, **message)])


def _build_key(purpose: str, to: str) -> str:
    return _compute_hash("addressee", f"{purpose} {to.lower()}")


def _hash_code(purpose: str, to: str, code: str) -> str:
    return _compute_hash("code", f"{purpose} {to.lower()} {code}")


def _compute_hash(subject: str, text: str) -> str:
    return salted_hmac(f"accounts.codes.{subject}", text, algorithm="sha256").hexdigest()
