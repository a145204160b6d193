"""A believable spread of listings and articles, made inside the database by generate_series.

One real row of each table is saved through the models; all others are copies of it with some
columns computed, so that a column added later needs no change here.
"""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from accounts.models import Employer, EmployerCheck
from cities import directory
from cities.models import Region
from listings import cards, slots
from listings.categories import CATEGORIES
from listings.choices import ListingStatus, SettlementCycle
from listings.index import FAR, NOWHERE
from listings.models import Listing, ListingCard, ListingSearch
from news.models import Article, Tag
from screening.fraud_types import FraudType

LARGEST_SHARE = 0.093
ONLINE_SHARE = 0.03
DAYS = 90  # the age of the oldest listing
STRIDE = 7_368_787  # prime: spreads each city's listings evenly over all ids
EMPLOYERS = 2000
WORDS = 30_000
BUNDLES = 4000  # sets of words; each listing holds two of them, some eighty words
BUNDLE_SIZE = 48
# Words planted with a known share, and one that no listing has.
SHARES = {"服务员": 0.30, "传单派发": 0.007, "陪读": 0.0001}
UNKNOWN = "飞艇"
HOURS = [
    0, 0, 0,
    slots.encode(["6m", "6a", "7m", "7a"]),
    slots.encode([f"{day}e" for day in range(1, 6)]),
    slots.encode([f"{day}{part}" for day in range(1, 6) for part in "ma"]),
    slots.encode(["6e", "7e"]),
    slots.encode([f"{day}n" for day in range(1, 8)]),
    slots.encode(["3a"]),
    slots.ALL,
]  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """What the probes need to know of the spread."""

    listings: int
    largest: Region
    small: Region
    province: Region
    district: Region


def fill(listings: int, city_size: int) -> Filled:
    largest = next(
        r for r in directory.hot() if directory.city_of(r) == r != directory.province_of(r)
    )
    cities = [r for r in directory.everything() if directory.city_of(r) == r and r != largest]
    # Hot too, so that its pages have all that a page can have.
    small = next(r for r in reversed(directory.hot()) if r in cities)
    cities.remove(small)
    quotas = _quotas(listings, city_size, largest, small, cities)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        _employers()
        _cities(cursor, quotas, listings)
        _listings(cursor, listings)
        _search_rows(cursor, listings)
        _cards(cursor)
        _articles(cursor, max(200, listings // 10))
        cursor.execute("VACUUM (ANALYZE)")
    district = directory.children(largest)[0]
    return Filled(listings, largest, small, directory.province_of(largest), district)


def _quotas(listings, city_size, largest, small, cities):
    """[(city or None, how many)]: the rest of the cities fall off as 1/rank."""
    quotas = [
        (largest, round(listings * LARGEST_SHARE)),
        (small, city_size),
        (None, round(listings * ONLINE_SHARE)),
    ]
    left = listings - sum(number for _, number in quotas)
    if left < 0:
        raise ValueError("The small city is larger than all listings.")
    # From rank 4 on, so that no other city comes near the largest.
    weights = [1 / rank for rank in range(4, 4 + len(cities))]
    whole = sum(weights)
    for city, weight in zip(cities, weights, strict=True):
        quotas.append((city, min(int(left * weight / whole), round(listings * 0.08))))
    short = listings - sum(number for _, number in quotas)
    quotas[-1] = (cities[-1], quotas[-1][1] + short)
    return quotas


def _copy(cursor, model, source, computed, params=(), order=""):
    """Insert rows of `source` as copies of the table's only row, with some columns computed."""
    table = model._meta.db_table
    columns = [f.column for f in model._meta.local_concrete_fields]
    values = ", ".join(computed.get(column, f"one.{column}") for column in columns)
    cursor.execute(
        f"WITH one AS MATERIALIZED (SELECT * FROM {table} LIMIT 1), "
        f"source AS MATERIALIZED ({source}) "
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM one, source {order}",
        params,
    )


def _employers():
    today = timezone.localdate()
    whole = directory.provinces()[0]
    employers = Employer.objects.bulk_create(
        Employer(
            name=f"第{number}家用工单位",
            kind="direct_employer",
            status="verified",
            region=whole,
            recheck_due=today + datetime.timedelta(days=30 + number % 150),
        )
        for number in range(EMPLOYERS)
    )
    EmployerCheck.objects.bulk_create(
        EmployerCheck(employer=employer, kind=kind, method="核对")
        for number, employer in enumerate(employers)
        for kind in ("licence", "phone", "site_visit")[: 2 + (number % 8 == 0)]
    )


def _cities(cursor, quotas, listings):
    """bench_place: each listing's id with its places."""
    if listings % STRIDE == 0:
        raise ValueError("Choose another number of listings.")
    cursor.execute(
        "CREATE TEMP TABLE bench_city (city int, province int, districts int[], low int, high int)"
    )
    low = 0
    rows = []
    for city, number in quotas:
        inside = [d.adcode for d in directory.children(city)] if city else []
        province = directory.province_of(city).adcode if city else NOWHERE
        rows.append((city.adcode if city else None, province, inside, low, low + number - 1))
        low += number
    cursor.executemany("INSERT INTO bench_city VALUES (%s, %s, %s, %s, %s)", rows)
    cursor.execute(
        f"CREATE TEMP TABLE bench_place AS SELECT (position * {STRIDE} %% %s) + 1 AS id, "
        "city, province, districts[1 + floor(random() * cardinality(districts) * 1.1)] AS district "
        "FROM bench_city, generate_series(low::bigint, high) position ORDER BY 1",
        [listings],
    )
    cursor.execute("ANALYZE bench_place")


def _listings(cursor, listings):
    """Oldest first, as they would have come."""
    today = timezone.localdate()
    example = Listing.objects.create(
        pk=0,
        title="周末商场传单派发，当天结",
        category="flyer",
        region=directory.provinces()[0],
        address="人民路 1 号",
        pay_min=20,
        pay_max=25,
        pay_unit="hour",
        slots=HOURS[3],
        settlement=SettlementCycle.DAILY,
        duties="在商场门口发传单，整理物料，登记来访的人。" * 12,
        requirements="守时，能连续站立四小时。",
        perks=["meals"],
        flags=["student_welcome"],
        employer=Employer.objects.first(),
        status=ListingStatus.PUBLISHED,
        valid_through=today,
        published_at=timezone.now(),
    )
    _copy(
        cursor,
        Listing,
        "SELECT * FROM bench_place",
        {
            "id": "source.id",
            "title": "'第' || source.id || '份兼职：' || one.title",
            "region_id": "coalesce(source.district, source.city, one.region_id)",
            "mode": "CASE WHEN source.city IS NULL THEN 'online' "
            "WHEN random() < 0.05 THEN 'mobile' ELSE 'on_site' END",
            "category": "(%s::text[])[1 + floor(random() ^ 1.5 * %s)]",
            "settlement": "(%s::text[])[1 + floor(random() ^ 2 * %s)]",
            "term": "(ARRAY['short_term','long_term','weekend','night_shift','holiday','summer'])"
            "[1 + floor(random() ^ 2 * 6)]",
            "slots": "(%s::int[])[1 + floor(random() * %s)]",
            "start_date": "CASE WHEN random() < 0.4 "
            "THEN current_date - 20 + floor(random() * 60)::int END",
            "valid_through": "current_date - 3 + floor(random() * 60)::int",
            "employer_id": "(SELECT min(id) FROM accounts_employer) + source.id %% %s",
            "published_at": f"now() - (%s - source.id) * interval '{DAYS} days' / %s",
        },
        _in_order(
            Listing,
            category=[list(CATEGORIES), len(CATEGORIES)],
            settlement=[SettlementCycle.values, len(SettlementCycle)],
            slots=[HOURS, len(HOURS)],
            employer_id=[EMPLOYERS],
            published_at=[listings, listings],
        ),
        "ORDER BY source.id",
    )
    example.delete()


def _in_order(model, **params):
    """Parameters of computed columns, in the order in which the statement names the columns."""
    columns = [f.column for f in model._meta.local_concrete_fields]
    return [value for column in columns for value in params.get(column, [])]


def _search_rows(cursor, listings):
    cursor.execute("SELECT setseed(0.5)")
    cursor.execute(
        "CREATE TEMP TABLE bench_words AS SELECT bundle, "
        f"(SELECT array_agg(DISTINCT '词' || floor({WORDS} ^ random())::int) "
        f"FROM generate_series(1, {BUNDLE_SIZE} + bundle * 0)) AS words "
        f"FROM generate_series(0, {BUNDLES - 1}) bundle"
    )
    planted = " || ".join(
        f"CASE WHEN random() < {share} THEN ARRAY['{word}'] ELSE '{{}}'::text[] END"
        for word, share in SHARES.items()
    )
    indexes = ListingSearch._meta.indexes
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.remove_index(ListingSearch, index)
    cursor.execute(
        "INSERT INTO listings_listingsearch (listing_id, province_id, city_id, district_id, "
        "category, settlement, term, mode, slots, checks, hourly_fen, start_key, published_at, "
        "live_until, tokens) "
        "SELECT id, province, city, district, category, settlement, term, mode, slots, "
        "3 + 8 * (random() < 0.9)::int + 16 * (id %% 8 = 0)::int, "
        "CASE WHEN random() < 0.1 THEN 0 ELSE 1200 + floor(random() ^ 3 * 8000)::int END, "
        "coalesce(start_date, %s), published_at, valid_through, "
        "array_to_tsvector(array_remove(a.words || b.words || "
        "ARRAY['r:' || province, 'r:' || city, 'r:' || district, 'c:' || category, "
        f"'s:' || settlement, 'm:' || mode, 'd:' || term] || {planted}, NULL)) "
        "FROM bench_place JOIN listings_listing USING (id) "
        f"JOIN bench_words a ON a.bundle = id * 31 %% {BUNDLES} "
        f"JOIN bench_words b ON b.bundle = id * 7919 / 13 %% {BUNDLES} ORDER BY id",
        [FAR],
    )
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.add_index(ListingSearch, index)


def _cards(cursor):
    first = Listing.objects.select_related("employer").order_by("pk").first()
    html = cards.draw(first)
    cursor.execute(
        f"INSERT INTO {ListingCard._meta.db_table} (listing_id, html, drawn_at) "
        "SELECT id, replace(%s, %s, '/jobs/' || id || '/'), now() FROM bench_place ORDER BY id",
        [html, f"/jobs/{first.pk}/"],
    )


def _articles(cursor, number):
    """Alerts and news, six in ten of them of some city and its province, three tags each."""
    Article.objects.create(
        pk=0,
        title="先交钱的兼职别做",
        body="<p>对方先给一点小钱，再让你垫付，最后提不出来。</p>" * 20,
        kind="alert",
        alert_level="warning",
        fraud_type="brushing_rebate",
        status="published",
        published_at=timezone.now(),
    )
    Tag.objects.bulk_create(Tag(name=f"标签{i}") for i in range(200))
    _copy(
        cursor,
        Article,
        "SELECT n, n %% 4 = 0 AS alert FROM generate_series(1, %s) n",
        {
            "id": "n",
            "title": "'第' || n || '篇：' || one.title",
            "fingerprint": "md5(n::text)",
            "kind": "CASE WHEN alert THEN 'alert' ELSE 'news' END",
            "alert_level": "CASE WHEN alert THEN one.alert_level ELSE '' END",
            "fraud_type": "CASE WHEN alert THEN (%s::text[])[1 + floor(random() ^ 2 * %s)] ELSE '' END",
            "published_at": "now() - (%s - n) * interval '10 minutes'",
            "national": "n %% 10 >= 6",
        },
        [number, FraudType.values, len(FraudType), number],
    )
    cursor.execute(
        "INSERT INTO news_articleregion "
        "(article_id, region_id, named, kind, fraud_type, published_at) "
        "SELECT n, unnest(ARRAY[city, province]), unnest(ARRAY[true, false]), "
        "kind, fraud_type, published_at "
        "FROM generate_series(1::bigint, %s) n JOIN news_article ON id = n "
        "JOIN (SELECT row_number() OVER () AS i, * FROM bench_city "
        "WHERE city <> province) c ON c.i = 1 + abs(hashint8(n)) %% 300 WHERE n %% 10 < 6",
        [number],
    )
    cursor.execute(
        f"INSERT INTO {Article.tags.through._meta.db_table} (article_id, tag_id) "
        "SELECT n, (SELECT min(id) FROM news_tag) + abs(hashint8(n * 5 + k)) %% 200 "
        "FROM generate_series(1::bigint, %s) n, generate_series(1, 3) k ON CONFLICT DO NOTHING",
        [number],
    )
    Article.objects.filter(pk=0).delete()
