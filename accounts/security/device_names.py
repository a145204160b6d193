"""Where somebody is signed in, in words: 微信（安卓手机）, Chrome（Windows 电脑）."""

import re

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

BROWSERS = (
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
MACHINES = (
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("OpenHarmony|HarmonyOS", "鸿蒙手机"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)


def name_device(user_agent: str) -> str:
    browser = _first(BROWSERS, user_agent) or "浏览器"
    machine = _first(MACHINES, user_agent)
    return f"{browser}（{machine}）" if machine else browser


def _first(words, user_agent):
    return next((name for mark, name in words if re.search(mark, user_agent)), "")


def forget_session_device(request, **kwargs):
    """At signing out."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()


def forget_ended():
    open_now = Session.objects.filter(expire_date__gt=timezone.now())
    UserSession.objects.exclude(session_key__in=open_now.values("session_key")).delete()
