from django.conf import settings
from django.core import checks


@checks.register(deploy=True)
def contact_key(app_configs, **kwargs):
    """screening.E001: hashes of contacts depend on SECRET_KEY."""
    if settings.CONTACT_KEY:
        return []
    words = "涉诈联系方式的哈希用的是 SECRET_KEY：它一换，认得的联系方式就都认不出来了。"
    hint = "设 CONTACT_KEY（openssl rand -hex 32），然后运行 manage.py reindex_fingerprints。"
    return [checks.Error(words, hint=hint, id="screening.E001")]
