"""A believable spread of listings and articles, made inside the database by generate_series."""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from accounts.models import Employer, EmployerCheck
from cities.directory import regions
from cities.models import Region
from listings.choices import ListingStatus, SettlementCycle
from listings.models import Listing, ListingCard, ListingSearch
from listings.models.search_row import FILTER_TOKEN_PREFIXES
from listings.search.cards import render_card
from listings.search.search_index import FAR, PROVINCE_OF_ONLINE
from listings.vocabulary.categories import CATEGORIES
from listings.vocabulary.work_slots import ALL_SLOTS, encode_slots
from tools.bench.filling.articles import fill_articles
from tools.bench.filling.fingerprints import fill_fingerprint_tables
from tools.bench.filling.row_copies import copy_rows, rebuild_indexes_afterwards
from tools.bench.filling.sentences import SENTENCES_OF_TEXT, write_sentences

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
COMMON, UNCOMMON, RARE = SHARES
UNKNOWN = "飞艇"
HOURS = [
    0, 0, 0,
    encode_slots(["6m", "6a", "7m", "7a"]),
    encode_slots([f"{day}e" for day in range(1, 6)]),
    encode_slots([f"{day}{part}" for day in range(1, 6) for part in "ma"]),
    encode_slots(["6e", "7e"]),
    encode_slots([f"{day}n" for day in range(1, 8)]),
    encode_slots(["3a"]),
    ALL_SLOTS,
]  # fmt: skip
# What differs from listing to listing. `source` is its row of bench_place, `one` the example.
_LISTING_COLUMNS = {
    "id": "source.id",
    "title": "'第' || source.id || '份兼职：' || one.title",
    "region_id": "coalesce(source.district, source.city, one.region_id)",
    "mode": "CASE WHEN source.city IS NULL THEN 'online' "
    "WHEN random() < 0.05 THEN 'mobile' ELSE 'on_site' END",
    "category": "(%(categories)s::text[])"
    "[1 + floor(random() ^ 1.5 * cardinality(%(categories)s::text[]))]",
    "settlement": "(%(cycles)s::text[])[1 + floor(random() ^ 2 * cardinality(%(cycles)s::text[]))]",
    "term": "(ARRAY['short_term','long_term','weekend','night_shift','holiday','summer'])"
    "[1 + floor(random() ^ 2 * 6)]",
    "slots": "(%(hours)s::int[])[1 + floor(random() * cardinality(%(hours)s::int[]))]",
    "start_date": "CASE WHEN random() < 0.4 THEN current_date - 20 + floor(random() * 60)::int END",
    "valid_through": "current_date - 3 + floor(random() * 60)::int",
    "duties": "(SELECT string_agg((%(sentences)s::text[])[1 + "
    f"abs(hashint8(source.id * {SENTENCES_OF_TEXT} + n) %% %(sentence_number)s)], '') "
    f"FROM generate_series(1, {SENTENCES_OF_TEXT}) n)",
    "contact_phone": "'0743-555' || lpad((source.id %% %(employers)s)::text, 4, '0')",
    "employer_id": "(SELECT min(id) FROM accounts_employer) + source.id %% %(employers)s",
    "published_at": f"now() - (%(number)s - source.id) * interval '{DAYS} days' / %(number)s",
}


@dataclass(frozen=True)
class Filled:
    """What the probes need to know of the spread."""

    listings: int
    articles: int
    largest: Region
    small: Region
    province: Region
    district: Region


def choose_bench_places(listings: int, articles: int) -> Filled:
    """Return of what size the spread will be and whose places are measured; nothing is filled yet."""
    largest = next(
        r for r in regions.list_hot_regions() if regions.get_city(r) == r != regions.get_province(r)
    )
    # Hot too, so that its pages have all that a page can have.
    small = next(
        r for r in reversed(regions.list_hot_regions()) if regions.get_city(r) == r != largest
    )
    district = regions.get_region_children(largest)[0]
    return Filled(listings, articles, largest, small, regions.get_province(largest), district)


def fill_bench_database(planned: Filled, city_size: int) -> None:
    listings, largest, small = planned.listings, planned.largest, planned.small
    cities = [
        r for r in regions.list_regions() if regions.get_city(r) == r and r not in (largest, small)
    ]
    quotas = _compute_city_quotas(listings, city_size, largest, small, cities)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        _create_bench_employers()
        _create_place_table(cursor, quotas, listings)
        _create_bench_listings(cursor, listings)
        _create_word_table(cursor)
        with rebuild_indexes_afterwards(ListingSearch):
            _create_search_rows(cursor)
        _create_bench_cards(cursor)
        fill_fingerprint_tables(cursor, listings)
        fill_articles(cursor, planned.articles)
        cursor.execute("VACUUM (ANALYZE)")


def _compute_city_quotas(listings, city_size, largest, small, cities):
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
    weight_sum = sum(weights)
    for city, weight in zip(cities, weights, strict=True):
        quotas.append((city, min(int(left * weight / weight_sum), round(listings * 0.08))))
    short = listings - sum(number for _, number in quotas)
    quotas[-1] = (cities[-1], quotas[-1][1] + short)
    return quotas


def _create_bench_employers():
    today = timezone.localdate()
    province = regions.list_provinces()[0]
    employers = Employer.objects.bulk_create(
        Employer(
            name=f"第{number}家用工单位",
            kind="direct_employer",
            status="verified",
            region=province,
            recheck_due=today + datetime.timedelta(days=30 + number % 150),
        )
        for number in range(EMPLOYERS)
    )
    EmployerCheck.objects.bulk_create(
        EmployerCheck(employer=employer, kind=kind, method="核对")
        for number, employer in enumerate(employers)
        for kind in ("licence", "phone", "site_visit")[: 2 + (number % 8 == 0)]
    )


def _create_place_table(cursor, quotas, listings):
    """bench_place: each listing's id with its places."""
    if listings % STRIDE == 0:
        raise ValueError("Choose another number of listings.")
    cursor.execute(
        "CREATE TEMP TABLE bench_city (city int, province int, districts int[], low int, high int)"
    )
    low = 0
    rows = []
    for city, number in quotas:
        inside = [d.adcode for d in regions.get_region_children(city)] if city else []
        province = regions.get_province(city).adcode if city else PROVINCE_OF_ONLINE
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


def _create_bench_listings(cursor, listings):
    """Oldest first, as they would have come."""
    example = _create_example_listing()
    sentences = write_sentences()
    params = {
        "categories": list(CATEGORIES),
        "cycles": SettlementCycle.values,
        "hours": HOURS,
        "employers": EMPLOYERS,
        "number": listings,
        "sentences": sentences,
        "sentence_number": len(sentences),
    }
    copy_rows(cursor, Listing, "SELECT * FROM bench_place ORDER BY id", _LISTING_COLUMNS, params)
    example.delete()
    cursor.execute(
        "SELECT setval(pg_get_serial_sequence('listings_listing', 'id'), %s)", [listings]
    )


def _create_example_listing():
    """The row of which all listings are copies, but for what `_LISTING_COLUMNS` computes."""
    return Listing.objects.create(
        pk=0,
        title="周末商场传单派发，当天结",
        category="flyer",
        region=regions.list_provinces()[0],
        address="人民路 1 号",
        pay_min=20,
        pay_max=25,
        pay_unit="hour",
        slots=HOURS[3],
        settlement=SettlementCycle.DAILY,
        duties="在商场门口发传单，整理物料，登记来访的人。",
        requirements="守时，能连续站立四小时。",
        perks=["meals"],
        flags=["student_welcome"],
        contact_name="值班店员",
        contact_phone="0743-5550000",
        employer=Employer.objects.first(),
        status=ListingStatus.PUBLISHED,
        valid_through=timezone.localdate(),
        published_at=timezone.now(),
    )


def _create_word_table(cursor):
    """bench_words: the words of each bundle."""
    cursor.execute("SELECT setseed(0.5)")
    cursor.execute(
        "CREATE TEMP TABLE bench_words AS SELECT bundle, "
        f"(SELECT array_agg(DISTINCT '词' || floor({WORDS} ^ random())::int) "
        f"FROM generate_series(1, {BUNDLE_SIZE} + bundle * 0)) AS words "
        f"FROM generate_series(0, {BUNDLES - 1}) bundle"
    )


def _create_search_rows(cursor):
    planted = " || ".join(
        f"CASE WHEN random() < {share} THEN ARRAY['{word}'] ELSE '{{}}'::text[] END"
        for word, share in SHARES.items()
    )
    filter_columns = ", ".join(FILTER_TOKEN_PREFIXES)
    filter_tokens = ", ".join(
        f"'{prefix}:' || {name}" for name, prefix in FILTER_TOKEN_PREFIXES.items()
    )
    cursor.execute(
        "INSERT INTO listings_listingsearch (listing_id, province_id, city_id, district_id, "
        f"{filter_columns}, slots, checks, hourly_fen, start_key, published_at, "
        "live_until, tokens) "
        f"SELECT id, province, city, district, {filter_columns}, slots, "
        "3 + 8 * (random() < 0.9)::int + 16 * (id %% 8 = 0)::int, "
        "CASE WHEN random() < 0.1 THEN 0 ELSE 1200 + floor(random() ^ 3 * 8000)::int END, "
        "coalesce(start_date, %s), published_at, valid_through, "
        "array_to_tsvector(array_remove(a.words || b.words || "
        "ARRAY['r:' || province, 'r:' || city, 'r:' || district, "
        f"{filter_tokens}] || {planted}, NULL)) "
        "FROM bench_place JOIN listings_listing USING (id) "
        f"JOIN bench_words a ON a.bundle = id * 31 %% {BUNDLES} "
        f"JOIN bench_words b ON b.bundle = id * 7919 / 13 %% {BUNDLES} ORDER BY id",
        [FAR],
    )


def _create_bench_cards(cursor):
    first = Listing.objects.select_related("employer").earliest("pk")
    html = render_card(first)
    cursor.execute(
        f"INSERT INTO {ListingCard._meta.db_table} (listing_id, html, drawn_at) "
        "SELECT id, replace(%s, %s, '/jobs/' || id || '/'), now() FROM bench_place ORDER BY id",
        [html, f"/jobs/{first.pk}/"],
    )
