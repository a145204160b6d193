"""Articles with a title first, as tests of the news say them: over the makers of the demo data."""

from tools.demo import factories


def make_source(name="湘西州反诈中心", kind="anti_fraud_center"):
    return factories.get_or_create_source(name, kind)


def make_article(title="网警账号上线", body="", *, places=(), at=None, **fields):
    """`places` are regions, `tags` names; `at` is the moment of publication, now if absent.

    Without a body it tells what no other title does: it is no double of another.
    """
    body = body or f"<p>{title}。</p>"
    return factories.make_article(title, body=body, regions=places, published_at=at, **fields)


def make_alert(title="先返小钱再要大额", body="", **fields):
    return make_article(title, body, **{"kind": "alert", **fields})
