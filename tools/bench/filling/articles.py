"""Articles for the bench, with all that is worked out of a text: terms, sketches, figures, tags.

Spread as in real texts: a few tags and terms are everywhere and most are rare, half the terms of an
article are of its matter, one article in twenty is a reworded copy of the one before.
"""

from django.utils import timezone

from news.choices import AlertLevel, ArticleKind
from news.models import Article, Source, Tag
from news.models.article import GUIDE_KEY
from screening.fraud_types import list_fraud_types
from sitekit.models import Picture
from tools.bench.filling.row_copies import copy_rows

TAGS, SOURCES, PICTURES = 4000, 60, 500
# Of the general words the commonest are nobody's distinctive terms, so ranks begin at 20: the first
# is a term of 5 % of all articles.
TERMS, MATTERS, WORDS_OF_A_MATTER, FIRST_WORD, LAST_WORD = 16, 60, 300, 20, 30_000
_SCHEME = "(%(schemes)s::text[])[1 + floor(random() ^ 2 * cardinality(%(schemes)s::text[]))]"
_MOMENT = "now() - (%(number)s - n) * interval '10 minutes'"
# Of an article that repeats the one before, a part is that one's.
_OF = "CASE WHEN n %% 20 = 0 AND {0} THEN n - 1 ELSE n END"
_FROM_NUMBER = "FROM generate_series(1::bigint, %(number)s) n"

# A quarter are alerts, a fortieth guides; the first are the site's own guides.
_SOURCE = f"""
SELECT n, CASE WHEN n %% 40 = 1 OR n <= cardinality(%(schemes)s::text[]) THEN 'guide'
WHEN n %% 4 = 0 THEN 'alert' ELSE 'news' END AS what {_FROM_NUMBER}
"""
_COMPUTED = {
    "id": "n",
    "title": "'第' || n || '篇：' || one.title",
    "fingerprint": "md5(n::text)",
    "sketch": f"ARRAY(SELECT hashint8(({_OF.format('slot %% 8 > 0')}) * 64 + slot) "
    "FROM generate_series(1, 48) slot)",
    "bands": f"ARRAY(SELECT hashint8extended({_OF.format('band %% 2 > 0')}, band) "
    "FROM generate_series(1, 12) band)",
    "figures": "ARRAY(SELECT DISTINCT floor(9999 ^ random())::int "
    "|| (ARRAY['万元', '人', '万单'])[1 + n %% 3] FROM generate_series(1, 1 + n %% 4))",
    "kind": "what",
    "alert_level": "CASE WHEN what <> 'alert' THEN '' WHEN n %% 400 = 0 THEN 'danger' "
    "ELSE one.alert_level END",
    "fraud_type": "coalesce((%(schemes)s::text[])[n], "
    f"CASE WHEN what <> 'news' OR n %% 3 = 0 THEN {_SCHEME} ELSE '' END)",
    "published_at": _MOMENT,
    "source_date": f"({_MOMENT})::date",
    "national": "n %% 10 >= 6",
    "source_id": "CASE WHEN n > 40 THEN (SELECT min(id) FROM news_source) + n %% %(sources)s END",
    "hero_id": "CASE WHEN n %% 3 = 0 "
    "THEN (SELECT min(id) FROM sitekit_picture) + n %% %(pictures)s END",
    "import_key": "%(guide)s || (%(schemes)s::text[])[n]",
}
# Six in ten are of some city and so of its province.
_PLACES = f"""
INSERT INTO news_articleregion (article_id, region_id, named, kind, fraud_type, published_at)
SELECT n, unnest(ARRAY[city, province]), unnest(ARRAY[true, false]), kind, fraud_type, published_at
{_FROM_NUMBER} JOIN news_article ON id = n
JOIN (SELECT row_number() OVER () AS i, * FROM bench_city WHERE city <> province) c
ON c.i = 1 + abs(hashint8(n)) %% 300 WHERE NOT national
"""
# Three each, at most; a fifth of all have the first.
_TAGS = f"""
INSERT INTO news_article_tags (article_id, tag_id)
SELECT n, (SELECT min(id) FROM news_tag) - 1 + floor(%(tags)s ^ random())::int
{_FROM_NUMBER}, generate_series(1, 3) k ON CONFLICT DO NOTHING
"""
_TERMS = f"""
INSERT INTO news_articleterm (article_id, term, weight)
SELECT n, CASE WHEN k %% 2 = 0
    THEN '事' || abs(hashint8(n)) %% %(matters)s || '词' || floor(%(of_a_matter)s ^ random())::int
    ELSE '词' || floor(%(first)s * (%(last)s / %(first)s) ^ random())::int END,
0.15 + 0.2 * random()
{_FROM_NUMBER}, generate_series(1, %(terms)s) k ON CONFLICT DO NOTHING
"""
_COUNTS = """
INSERT INTO news_termcount (term, articles)
SELECT term, count(*) FROM news_articleterm GROUP BY term UNION ALL SELECT '', %(number)s
"""
_PROPOSALS = f"""
INSERT INTO news_proposal (article_id, what, value, why, in_use, state, created_at)
SELECT n, (ARRAY['kind', 'tag', 'place'])[k], k::text, '', true, 'open', now()
{_FROM_NUMBER}, generate_series(1, 3) k
"""
_VIEWS = f"""
INSERT INTO news_articleviews (article_id, count)
SELECT n, floor(random() ^ 4 * 5000)::int {_FROM_NUMBER}
"""
_EVENTS = f"""
INSERT INTO news_articleevent (article_id, what, why, before, after, changes, at)
SELECT n, 'publish', '导入', 'draft', 'published', '{{}}', {_MOMENT} {_FROM_NUMBER}
"""


def fill_articles(cursor, number):
    """`number` of them, the newest last; `bench_city` says which places there are."""
    Tag.objects.bulk_create(Tag(name=f"标签{i}") for i in range(TAGS))
    Source.objects.bulk_create(Source(name=f"来源{i}", kind="media") for i in range(SOURCES))
    Picture.objects.bulk_create(
        Picture(digest=f"{i:032x}", width=1280, height=800, widths=[480, 800, 1280])
        for i in range(PICTURES)
    )
    params = {
        "number": number,
        "schemes": list(map(str, list_fraud_types())),
        "guide": GUIDE_KEY,
        "tags": TAGS,
        "sources": SOURCES,
        "pictures": PICTURES,
        "terms": TERMS,
        "matters": MATTERS,
        "of_a_matter": WORDS_OF_A_MATTER,
        "first": FIRST_WORD,
        "last": LAST_WORD,
    }
    cursor.execute("SELECT setseed(0.25)")
    example = Article.objects.create(
        pk=0,
        title="先交钱的兼职别做，有人三天被骗了两万多",
        body="<p>对方先给一点小钱，再让你垫付，最后提不出来。</p>" * 50,
        kind=ArticleKind.ALERT,
        alert_level=AlertLevel.WARNING,
        fraud_type="brushing_rebate",
        status="published",
        published_at=timezone.now(),
    )
    copy_rows(cursor, Article, _SOURCE, _COMPUTED, params)
    example.delete()
    cursor.execute("SELECT setval(pg_get_serial_sequence('news_article', 'id'), %s)", [number])
    cursor.execute("TRUNCATE news_termcount")
    for statement in (_PLACES, _TAGS, _TERMS, _COUNTS, _PROPOSALS, _VIEWS, _EVENTS):
        cursor.execute(statement, params)
