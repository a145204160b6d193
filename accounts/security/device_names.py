"""The devices of a user's sessions in words: 微信（安卓手机）, Chrome（Windows 电脑）."""

import re
from collections.abc import Iterable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

BROWSER_PATTERNS = (
    ("MicroMessenger", "微信"),
    ("QQ/", "QQ"),
    ("MQQBrowser", "QQ 浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("VivoBrowser", "vivo 浏览器"),
    ("HeyTapBrowser", "OPPO 浏览器"),
    ("Edg", "Edge"),
    ("Firefox", "火狐"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
DEVICE_PATTERNS = (
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("OpenHarmony|HarmonyOS", "鸿蒙手机"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)


def name_device(user_agent: str) -> str:
    browser = _find_name(BROWSER_PATTERNS, user_agent) or "浏览器"
    machine = _find_name(DEVICE_PATTERNS, user_agent)
    return f"{browser}（{machine}）" if machine else browser


def _find_name(patterns: Iterable[tuple[str, str]], user_agent: str) -> str:
    return next((name for pattern, name in patterns if re.search(pattern, user_agent)), "")


def forget_session_device(request: HttpRequest, **kwargs: Any) -> None:
    """Delete the row of this session; receiver of the signal `user_logged_out`."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()


def forget_ended_sessions() -> None:
    live_sessions = Session.objects.filter(expire_date__gt=timezone.now())
    UserSession.objects.exclude(session_key__in=live_sessions.values("session_key")).delete()
