"""Messages that people send to a WeChat service account.

WeChat waits five seconds for an answer. One that is not ready by then is sent afterwards by a thread of
this process: it holds the sender's number in memory as long as the picture is read, where a row of a job
would hold it in the database and its backups. If the process ends before, the sender asks again.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import NamedTuple

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from safety.checker.hidden_errors import describe_error_place, hide_text_in_errors
from safety.checker.views import READER_BUSY
from safety.forwarded_checks.answers import (
    CHECK_FAILED_MESSAGE,
    CheckRefused,
    count_forwarded_check,
    judge_forwarded,
)
from safety.forwarded_checks.wechat_account import (
    MessageRefused,
    WechatAccount,
    get_wechat_account,
)
from safety.forwarded_checks.wechat_interface import WechatFailed, fetch_picture, send_text
from safety.forwarded_checks.wechat_messages import open_message, read_echo, seal_reply
from sitekit.ocr.reader_client import ReaderBusy
from sitekit.web.pages import page
from sitekit.web.rate_limits import is_noted, note_once
from sitekit.workflow.periods import DAY

logger = logging.getLogger(__name__)
ANSWER_SECONDS = 4.0  # of the five that WeChat waits, counted from now
ANSWER_AGE = 4.5  # the same, counted from the time of the message, which may be a repeated one
READING_SECONDS = 180
_ANSWERED = "wechat message"
MAX_PICTURES_AT_ONCE = 4  # of this process; the other threads send late answers
_threads = ThreadPoolExecutor(2 * MAX_PICTURES_AT_ONCE, "wechat")
_picture_slots = BoundedSemaphore(MAX_PICTURES_AT_ONCE)
SEND_TEXT_MESSAGE = "把对方发来的话或者截图发到这里，马上告诉你像不像骗局。发来的不保存。"
NOT_READABLE = "这里只看得懂文字和截图。把对方的话复制过来，或者截一张图发来。"
PICTURE_BEING_READ_MESSAGE = "正在看图，看完马上告诉你。"
NOT_FETCHED = "这张图没有取到，请再发一次，或者把对方的话打成文字发来。"


@page(takes="form", cache="never")
@csrf_exempt
@sensitive_post_parameters()
@hide_text_in_errors
def receive_wechat(request: HttpRequest) -> HttpResponse:
    """Confirm the address by GET, answer a message by POST."""
    account = get_wechat_account()
    try:
        if request.method != "POST":
            return HttpResponse(read_echo(account, request.GET), content_type="text/plain")
        message = open_message(account, request)
        words = _answer_once(account, message)
    except MessageRefused:
        return HttpResponse(status=403)
    if not words:
        return HttpResponse("success", content_type="text/plain")
    return HttpResponse(seal_reply(account, message, words), content_type="application/xml")


class _Answer(NamedTuple):
    """`words` are sent now, "" for none; `send_later` sends the rest as soon as it is ready."""

    words: str
    send_later: Callable[[], object] | None = None


def _answer_once(account: WechatAccount, message: dict[str, str]) -> str:
    """Return the words to answer at once; empty if there is nothing to say, or not now.

    WeChat repeats what was not answered in time. A message is noted when its answer is ready, not when it comes: one
    whose process ended before is answered when it comes again.
    """
    openid, created_at = message.get("FromUserName", ""), message.get("CreateTime", "")
    if not (openid and message.get("ToUserName") and created_at.isdigit()):
        raise MessageRefused
    number = message.get("MsgId") or f"{openid} {created_at} {message.get('Event')}"
    if is_noted(_ANSWERED, number):
        return ""
    answer = _build_answer(account, message)
    if not note_once(_ANSWERED, number, DAY):
        return ""  # the same message came again meanwhile and was answered
    if answer.send_later:
        answer.send_later()
    return answer.words


def _build_answer(account: WechatAccount, message: dict[str, str]) -> _Answer:
    kind, openid = message.get("MsgType"), message["FromUserName"]
    if kind == "event":
        return _Answer(SEND_TEXT_MESSAGE if message.get("Event") == "subscribe" else "")
    if kind not in ("text", "image"):
        return _Answer(NOT_READABLE)
    try:
        count_forwarded_check("wechat", openid, has_pictures=kind == "image")
    except CheckRefused as refused:
        return _Answer(str(refused))
    deadline = min(time.time() + ANSWER_SECONDS, int(message["CreateTime"]) + ANSWER_AGE)
    if kind == "text":
        return _answer_text(account, openid, message.get("Content", ""), deadline)
    return _answer_picture(account, openid, message.get("MediaId", ""), deadline)


def _answer_text(account: WechatAccount, openid: str, text: str, deadline: float) -> _Answer:
    words = judge_forwarded(text).words
    if time.time() <= deadline:
        return _Answer(words)
    return _Answer("", lambda: _threads.submit(_send_late_answer, account, openid, words))


def _answer_picture(account: WechatAccount, openid: str, media_id: str, deadline: float) -> _Answer:
    if not _picture_slots.acquire(blocking=False):
        return _Answer(READER_BUSY)
    reading = _threads.submit(_judge_picture, account, media_id)
    reading.add_done_callback(lambda _done: _picture_slots.release())

    def send_later() -> None:
        reading.add_done_callback(
            lambda done: _threads.submit(_send_late_answer, account, openid, done.result())
        )

    try:
        return _Answer(reading.result(max(0.0, deadline - time.time())))
    except TimeoutError:
        return _Answer(PICTURE_BEING_READ_MESSAGE, send_later)


def _judge_picture(account: WechatAccount, media_id: str) -> str:
    """Return the answer or why there is none; raises nothing."""
    try:
        picture = fetch_picture(account, media_id)
        return judge_forwarded("", [picture], READING_SECONDS).words
    except ReaderBusy:
        return READER_BUSY
    except WechatFailed as error:
        logger.warning("a picture could not be fetched from WeChat: %s", error)
        return NOT_FETCHED
    except Exception as error:
        logger.error("a picture from WeChat: %s", describe_error_place(error))  # noqa: TRY400 (its words)
        return CHECK_FAILED_MESSAGE
    finally:
        connections.close_all()


def _send_late_answer(account: WechatAccount, openid: str, words: str) -> None:
    try:
        send_text(account, openid, words)
    except WechatFailed as error:
        logger.warning("a late answer was not sent by WeChat: %s", error)
