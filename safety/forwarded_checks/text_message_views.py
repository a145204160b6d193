"""Text messages that people send to the site, as Alibaba Cloud delivers them (SmsUp)."""

import json
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from accounts.inbox.preferences import stop_text_messages_to
from safety.checker.hidden_errors import hide_text_in_errors
from safety.forwarded_checks.answers import (
    ANSWER_USEFUL,
    CheckRefused,
    build_answer_key,
    count_forwarded_check,
    judge_forwarded,
    name_verdict,
)
from sitekit.forms.fields import normalise_input
from sitekit.forms.phone_numbers import normalise_phone
from sitekit.messages.outbox import enqueue_messages
from sitekit.messages.text_messages import has_template
from sitekit.models import TextMessage
from sitekit.web.pages import page

MAX_BODY_BYTES = 1_000_000
TEMPLATE = "check"
STOP_WORDS = frozenset({"R", "T", "TD", "N", "退订", "拒收", "停止"})


@page(takes="post", cache="never")
@csrf_exempt
@sensitive_post_parameters()
@hide_text_in_errors
def receive_text_messages(request: HttpRequest, key: str) -> JsonResponse:
    """Answer each text message with one; a person who asks to stop gets no more of them. A request that cannot be read
    is refused in the provider's format, because Django would write the address with its key to the log."""
    if settings.SMS_UP_KEY is None or not constant_time_compare(key, settings.SMS_UP_KEY.hex()):
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
        return _build_provider_reply(1, "太长")
    try:
        messages = [
            (str(row["phone_number"]), str(row["content"]), str(row["sequence_id"]))
            for row in json.loads(request.body)
        ]
    except (ValueError, TypeError, KeyError, RecursionError):
        return _build_provider_reply(1, "格式不对")
    messages = [message for message in messages if not _stop_if_asked(*message)]
    if has_check_template():
        answers = [_answer_text_message(*message) for message in messages]
        enqueue_messages(answer for answer in answers if answer)
    return _build_provider_reply(0, "成功")


def _stop_if_asked(phone: str, text: str, _sequence: str) -> bool:
    """Stop text messages to this phone if the reader replied as every text message offers: 拒收请回复R."""
    if normalise_input(text).upper().strip("。. ") not in STOP_WORDS:
        return False
    with suppress(ValueError):
        stop_text_messages_to(normalise_phone(phone))
    return True


def has_check_template() -> bool:
    return has_template(TEMPLATE)


def _answer_text_message(phone: str, text: str, sequence: str) -> TextMessage | None:
    """Return the answer, or None where it would cost money and help nobody: a message of a few words is often meant
    for somebody else."""
    try:
        phone = normalise_phone(phone)
        count_forwarded_check("text message", phone)
    except (ValueError, CheckRefused):
        return None
    answer = judge_forwarded(text)
    if answer.verdict is None or not answer.verdict.explanation_path:
        return None
    code = "/".join(filter(None, (answer.verdict.level, answer.verdict.fraud_type)))
    return TextMessage(
        key=build_answer_key(sequence),
        to=phone,
        kind=TEMPLATE,
        text=answer.words,
        words={"verdict": name_verdict(answer.verdict), "code": code},
        not_after=timezone.now() + ANSWER_USEFUL,
        is_secret=True,
    )


def _build_provider_reply(code: int, words: str) -> JsonResponse:
    body: dict[str, Any] = {"code": code, "msg": words}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})
