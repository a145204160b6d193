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
_IS_PUBLIC = f"WHERE l.status IN ({_PUBLIC})"
_OF_PUBLIC_LISTINGS = f"SELECT l.id {_WITH_LISTING} {_IS_PUBLIC}"
_PUBLIC_LISTINGS = f"SELECT id FROM {{rows}} r WHERE status IN ({_PUBLIC})"
_LISTINGS_COMPLAINED_OF = (
    "SELECT listing_id FROM {rows} r WHERE status = 'upheld' AND listing_id IS NOT NULL"
)
# The part of a contact: `listings.detail.copy_parts` computes the same.
_CONTACT_PART = "('x' || left(md5({digest}), 15))::bit(60)::bigint"
# Work on line is counted in every city.
_PLACE = "CASE WHEN {mode} = 'online' THEN NULL ELSE {place} END"
_SEARCH_PLACE = _PLACE.format(mode="mode", place="coalesce(district_id, city_id, province_id)")
_CARD_PLACE = _PLACE.format(mode="l.mode", place="l.region_id")


def _select_copies(listings: str) -> str:
    """Select the parts of the topic "copies" under which the listings of a query are found: the bands of their
    texts and their contacts."""
    source = f"FROM ({listings}) changed (id)"
    queries = [
        f"SELECT unnest(c.bands) {source} JOIN listings_listingfingerprint c ON c.listing_id = changed.id"
    ]
    part = _CONTACT_PART.format(digest="c.digest")
    for table, column in (
        ("listings_listingcontact", "listing_id"),
        ("screening_knowncontact", "source"),
    ):
        queries.append(f"SELECT {part} {source} JOIN {table} c ON c.{column} = changed.id")
    return " UNION ALL ".join(queries)


class NotifyingTable(NamedTuple):
    """`parts` selects the parts, or nulls for the whole topic; "{rows}" are the changed rows,
    which PostgreSQL 15 wants a name for. `copies` selects parts of the topic "copies" as well, on which a
    listing's page depends that says where else its text and its contacts appeared."""

    name: str
    topic: str
    parts: str = "SELECT NULL FROM {rows} r"
    copies: str = ""

    @property
    def topics(self) -> dict[str, str]:
        """The query of each topic's parts."""
        return {self.topic: self.parts} | ({"copies": self.copies} if self.copies else {})


NOTIFYING_TABLES = [
    NotifyingTable(
        "listings_listingsearch",
        "rows",
        f"SELECT {_SEARCH_PLACE} FROM {{rows}} r "
        "UNION ALL SELECT unnest(further_districts) FROM {rows} r",
    ),
    NotifyingTable("listings_hotwords", "rows", "SELECT nullif(place, 0) FROM {rows} r"),
    NotifyingTable("listings_listingcard", "rows", f"SELECT {_CARD_PLACE} {_WITH_LISTING}"),
    # Of a listing: its number; of an employer, and of ratings: the employer's.
    NotifyingTable(
        "listings_listing", "listings", _PUBLIC_LISTINGS, _select_copies(_PUBLIC_LISTINGS)
    ),
    NotifyingTable("listings_listingevent", "listings", _OF_PUBLIC_LISTINGS),
    NotifyingTable("listings_shift", "listings", _OF_PUBLIC_LISTINGS),
    NotifyingTable(
        "listings_listingrevision",
        "listings",
        _OF_PUBLIC_LISTINGS,
        _select_copies(_OF_PUBLIC_LISTINGS),
    ),
    NotifyingTable(
        "listings_listingfingerprint",
        "listings",
        _OF_PUBLIC_LISTINGS,
        f"SELECT unnest(r.bands) {_WITH_LISTING} {_IS_PUBLIC}",
    ),
    NotifyingTable(
        "listings_listingcontact",
        "listings",
        _OF_PUBLIC_LISTINGS,
        f"SELECT {_CONTACT_PART.format(digest='r.digest')} {_WITH_LISTING} {_IS_PUBLIC}",
    ),
    NotifyingTable(
        "screening_knowncontact",
        "listings",
        "SELECT source FROM {rows} r",
        f"SELECT {_CONTACT_PART.format(digest='r.digest')} FROM {{rows}} r",
    ),
    NotifyingTable(
        "safety_report",
        "listings",
        _LISTINGS_COMPLAINED_OF,
        _select_copies(_LISTINGS_COMPLAINED_OF),
    ),
    NotifyingTable("accounts_employer", "employers", "SELECT id FROM {rows} r"),
    NotifyingTable("accounts_employercheck", "employers", "SELECT employer_id FROM {rows} r"),
    NotifyingTable("listings_application", "ratings", f"SELECT l.employer_id {_WITH_LISTING}"),
    *(
        NotifyingTable(
            f"listings_{name}",
            "ratings",
            "SELECT l.employer_id FROM {rows} r JOIN listings_application a ON a.id = r.application_id "
            "JOIN listings_listing l ON l.id = a.listing_id",
        )
        for name in ("applicationevent", "rating")
    ),
    *(
        NotifyingTable(f"news_{name}", "articles")
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
    NotifyingTable("sitekit_operator", "site"),
    NotifyingTable("sitekit_picture", "site"),
    NotifyingTable("cities_exchangegroup", "site"),
    NotifyingTable("cities_region", "site"),
    NotifyingTable("cities_placedescription", "site"),
    NotifyingTable("cities_hotcitylist", "site"),
    NotifyingTable("news_hotline", "site"),
    NotifyingTable("listings_hourlyminimum", "site"),
    NotifyingTable("listings_hourlyminimum_places", "site"),
    NotifyingTable("jobsite_announcement", "site"),
    NotifyingTable("listings_categorysetting", "site"),
    NotifyingTable("sitekit_sitetext", "site"),
    NotifyingTable("sitekit_limitsetting", "limits"),
    NotifyingTable("screening_blockeditem", "blocklist"),
]

# The arguments of a trigger are topics, each before the query of its parts; for TRUNCATE only topics matter.
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place integer;
    part bigint;
BEGIN
    FOR place IN 0 .. TG_NARGS - 1 BY 2 LOOP
        IF TG_OP = 'TRUNCATE' THEN
            PERFORM pg_notify('{CHANNEL}', TG_ARGV[place]);
            CONTINUE;
        END IF;
        FOR part IN EXECUTE 'SELECT DISTINCT part FROM (' || TG_ARGV[place + 1] || ') told (part)' LOOP
            PERFORM pg_notify('{CHANNEL}', concat_ws(':', TG_ARGV[place], part));
        END LOOP;
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
    schema_editor: BaseDatabaseSchemaEditor,
    tables: Iterable[NotifyingTable] = tuple(NOTIFYING_TABLES),
) -> None:
    """Create those of the tables that there are: a later migration may make one."""
    with schema_editor.connection.cursor() as cursor:
        existing = set(schema_editor.connection.introspection.table_names(cursor))
    schema_editor.execute(_FUNCTION)
    for table in tables:
        if table.name not in existing:
            continue
        topics = ", '', ".join(f"'{topic}'" for topic in table.topics)
        schema_editor.execute(_build_trigger(table.name, "TRUNCATE", "", topics))
        for event, (changed, rows) in _CHANGED_ROWS.items():
            queries = {
                topic: parts.format(rows=rows).replace("'", "''")
                for topic, parts in table.topics.items()
            }
            arguments = ", ".join(f"'{topic}', '{query}'" for topic, query in queries.items())
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
