"""How the environment says where text messages go."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from jobsite.env import read_env_text_messenger
from sitekit.messages import text_messages

WHOLE = (
    "aliyun://LTAI:a%2Fb%40c@dysmsapi.aliyuncs.com/"
    "?sign=%E6%B9%98%E8%A5%BF&template_code=SMS_1&template_warning=SMS_2"
)


def test_a_provider_is_read(monkeypatch, settings):
    monkeypatch.setenv("SMS", WHOLE)
    settings.TEXT_MESSENGER = read_env_text_messenger("SMS", "console:")
    sender = text_messages.get_text_message_sender()
    assert isinstance(sender, text_messages.AliyunSender)
    assert (sender.host, sender.scheme) == ("dysmsapi.aliyuncs.com", "https")
    assert (sender.key_id, sender.key_secret, sender.sign) == ("LTAI", "a/b@c", "湘西")
    assert sender.templates == {"code": "SMS_1", "warning": "SMS_2"}


def test_a_port_is_not_lost(monkeypatch):
    monkeypatch.setenv("SMS", WHOLE.replace(".com/", ".com:8443/"))
    options = read_env_text_messenger("SMS", "console:")["OPTIONS"]
    assert options["host"] == "dysmsapi.aliyuncs.com:8443"


@pytest.mark.parametrize("value", ["file:/tmp/a%20b", "console:"])
def test_without_one_they_can_be_read_here(monkeypatch, settings, value):
    monkeypatch.setenv("SMS", "")
    settings.TEXT_MESSENGER = read_env_text_messenger("SMS", value)
    sender = text_messages.get_text_message_sender()
    if value.startswith("file"):
        assert str(sender.folder) == "/tmp/a b"
    assert not text_messages.has_template("notice")


def test_a_folder_has_the_templates_that_it_names(monkeypatch, settings):
    monkeypatch.setenv("SMS", "file:/tmp/a?template_notice=here")
    settings.TEXT_MESSENGER = read_env_text_messenger("SMS", "console:")
    assert str(text_messages.get_text_message_sender().folder) == "/tmp/a"
    assert text_messages.has_template("notice") and not text_messages.has_template("digest")


@pytest.mark.parametrize(
    "value",
    [
        *("sms.example", "aliyun://", "https://k:secret@dysmsapi.aliyuncs.com/"),
        "aliyun://LTAI@dysmsapi.aliyuncs.com/?sign=x&template_code=y",
        "aliyun://LTAI:secret@dysmsapi.aliyuncs.com/",
        "aliyun://LTAI:secret@dysmsapi.aliyuncs.com/?sign=x",
        "aliyun://LTAI:secret@dysmsapi.aliyuncs.com/?sign=x&template_warning=y",
        "aliyun://LTAI:secret@dysmsapi.aliyuncs.com/?sign=x&template_code=y&other=z",
        "aliyun://LTAI:secret@dysmsapi.aliyuncs.com/path?sign=x&template_code=y",
        "aliyun://LTAI:secret@dysmsapi.aliyuncs.com/?sign=x&template_code",
        *("file:relative", "file://host/folder"),
    ],
)
def test_what_is_no_way_out_stops_the_start_and_tells_no_secret(monkeypatch, value):
    monkeypatch.setenv("SMS", value)
    with pytest.raises(ImproperlyConfigured, match="SMS is none of") as error:
        read_env_text_messenger("SMS", "console:")
    assert "secret" not in str(error.value)
