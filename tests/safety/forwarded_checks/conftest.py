import pytest

from safety.forwarded_checks import wechat_views
from tests.safety import wechat


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """On a busy machine an answer that is no late one takes longer than WeChat waits."""
    monkeypatch.setattr(wechat_views, "ANSWER_SECONDS", wechat.LONG)
    monkeypatch.setattr(wechat_views, "ANSWER_AGE", wechat.LONG)


@pytest.fixture
def servers(settings):
    servers = wechat.WechatServers()
    settings.WECHAT, settings.SITE_URL = servers.settings, "https://jobs.example"
    yield servers
    servers.close()
