"""Which tables tell of their changes, and under which topic: triggers that call pg_notify.

A statement tells once for each part that its rows belong to, when its transaction commits, whoever ran
it. After a change of this list a migration calls `create_triggers` again (see `jobsite/migrations`).
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from listings.detail.appearances import EVER_PUBLIC
from sitekit.kept_pages.listener import CHANNEL

TRIGGER = "tell_kept_pages"
# Rows of listings and what belongs to them tell nothing as long as nobody may see the listing.
_PUBLIC = ", ".join(f"'{status.value}'" for status in EVER_PUBLIC)
_WITH_LISTING = "FROM {rows} r JOIN listings_listing l ON l.id = r.listing_id"
_OF_PUBLIC_LISTINGS = f"SELECT NULL {_WITH_LISTING} WHERE l.status IN ({_PUBLIC})"
# Work on line is counted in every city.
_PLACE = "CASE WHEN {mode} = 'online' THEN NULL ELSE {place} END"
_SEARCH_PLACE = _PLACE.format(mode="mode", place="coalesce(district_id, city_id, province_id)")
_CARD_PLACE = _PLACE.format(mode="l.mode", place="l.region_id")


class ToldTable(NamedTuple):
    """`parts` selects the parts, or nulls for the whole topic; "{rows}" are the changed rows,
    which PostgreSQL 15 wants a name for."""

    name: str
    topic: str
    parts: str = "SELECT NULL FROM {rows} r"


TOLD_TABLES = [
    ToldTable(
        "listings_listingsearch",
        "rows",
        f"SELECT {_SEARCH_PLACE} FROM {{rows}} r "
        "UNION ALL SELECT unnest(further_districts) FROM {rows} r",
    ),
    ToldTable("listings_hotwords", "rows", "SELECT nullif(place, 0) FROM {rows} r"),
    ToldTable("listings_listingcard", "rows", f"SELECT {_CARD_PLACE} {_WITH_LISTING}"),
    ToldTable(
        "listings_listing", "listings", f"SELECT NULL FROM {{rows}} r WHERE status IN ({_PUBLIC})"
    ),
    *(
        ToldTable(f"listings_listing{name}", "listings", _OF_PUBLIC_LISTINGS)
        for name in ("contact", "event", "fingerprint", "revision")
    ),
    ToldTable("listings_shift", "listings", _OF_PUBLIC_LISTINGS),
    ToldTable("screening_knowncontact", "listings"),
    ToldTable("safety_report", "listings", "SELECT NULL FROM {rows} r WHERE status = 'upheld'"),
    ToldTable("accounts_employer", "employers"),
    ToldTable("accounts_employercheck", "employers"),
    ToldTable("listings_application", "ratings"),
    ToldTable("listings_applicationevent", "ratings"),
    ToldTable("listings_rating", "ratings"),
    *(
        ToldTable(f"news_{name}", "articles")
        for name in (
            "article",
            "article_tags",
            "articleregion",
            "articlesource",
            "articleterm",
            "proposal",
            "relatedpin",
            "source",
            "tag",
            "termcount",
        )
    ),
    ToldTable("sitekit_operator", "site"),
    ToldTable("sitekit_picture", "site"),
    ToldTable("cities_exchangegroup", "site"),
    ToldTable("cities_region", "site"),
    ToldTable("cities_placedescription", "site"),
    ToldTable("cities_hotcitylist", "site"),
    ToldTable("news_hotline", "site"),
    ToldTable("listings_hourlyminimum", "site"),
    ToldTable("listings_hourlyminimum_places", "site"),
    ToldTable("jobsite_announcement", "site"),
    ToldTable("listings_categorysetting", "site"),
    ToldTable("sitekit_sitetext", "site"),
    ToldTable("sitekit_limitsetting", "limits"),
    ToldTable("screening_blockeditem", "blocklist"),
]
# Read by kept pages, and told of by nobody. How often an article was read may be a minute old.
UNTOLD_TABLES = {"news_articleviews"}

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part bigint;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM pg_notify('{CHANNEL}', TG_ARGV[0]);
        RETURN NULL;
    END IF;
    FOR part IN EXECUTE 'SELECT DISTINCT part FROM (' || TG_ARGV[1] || ') told (part)' LOOP
        PERFORM pg_notify('{CHANNEL}', concat_ws(':', TG_ARGV[0], part));
    END LOOP;
    RETURN NULL;
END $$
"""
_CHANGED_ROWS = {
    "INSERT": ("NEW TABLE AS new_rows", "new_rows"),
    "DELETE": ("OLD TABLE AS old_rows", "old_rows"),
    "UPDATE": (
        "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "(TABLE old_rows UNION ALL TABLE new_rows)",
    ),
}


def create_triggers(
    schema_editor: BaseDatabaseSchemaEditor, tables: Iterable[ToldTable] = tuple(TOLD_TABLES)
) -> None:
    """Create those of the tables that there are: a later migration may make one."""
    with schema_editor.connection.cursor() as cursor:
        existing = set(schema_editor.connection.introspection.table_names(cursor))
    schema_editor.execute(_FUNCTION)
    for table in tables:
        if table.name not in existing:
            continue
        schema_editor.execute(_build_trigger(table.name, "TRUNCATE", "", f"'{table.topic}'"))
        for event, (changed, rows) in _CHANGED_ROWS.items():
            query = table.parts.format(rows=rows).replace("'", "''")
            arguments = f"'{table.topic}', '{query}'"
            schema_editor.execute(
                _build_trigger(table.name, event, f"REFERENCING {changed}", arguments)
            )


def drop_triggers(schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(f"DROP FUNCTION IF EXISTS {TRIGGER} CASCADE")


def _build_trigger(table: str, event: str, referencing: str, arguments: str) -> str:
    return (
        f"CREATE OR REPLACE TRIGGER {TRIGGER}_{event.lower()} AFTER {event} ON {table} {referencing} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {TRIGGER}({arguments})"
    )
