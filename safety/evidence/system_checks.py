from django.conf import settings
from django.core import checks


@checks.register(deploy=True)
def check_evidence_key(app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """safety.E001: the signatures depend on SECRET_KEY."""
    if settings.EVIDENCE_KEY:
        return []
    words = "证据包的签名用的是 SECRET_KEY：它一换，以前发出去的证据包就验不过了。"
    hint = "设 EVIDENCE_KEY（openssl rand -hex 32）。"
    return [checks.Error(words, hint=hint, id="safety.E001")]
