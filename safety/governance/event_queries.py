"""From which events the figures are counted: one SQL query for each kind of history.

Each query returns a row for every event between `start` and `until` that was not undone; an undoing is
left out, too. Columns: `place` (null if it has none), those in the conditions of the figures, those that
divide them into parts, and lengths of time. Words besides those of listings have no place and no figures,
nor have appeals about them.

A listing counts where its first text placed it, and an employer where it is registered, so that a
later move of a listing moves no past figure.
"""

from listings.choices import SETTING_ACTIONS

_FIRST_PLACE = """
COALESCE((SELECT (array_agg(r.region_id ORDER BY r.id))[1] FROM listings_listingrevision r
          WHERE r.listing_id = {listing}),
         (SELECT l.region_id FROM listings_listing l WHERE l.id = {listing}))"""

# An undoing takes back the event just before it: only settings of the employer can come between the two. Few events
# are undone, so the query starts from the undoings and not from every event.
_NO_SETTING = (
    "{event}.action NOT IN (" + ", ".join(f"'{action}'" for action in SETTING_ACTIONS) + ")"
)
_STANDS = f"""e.action <> 'undo' AND e.id NOT IN (
    SELECT max(p.id) FROM {{table}} u JOIN {{table}} p ON p.{{owner}} = u.{{owner}} AND p.id < u.id
    WHERE u.action = 'undo' AND u.created_at >= %(start)s AND {_NO_SETTING.format(event="p")} GROUP BY u.id)"""

# After a report or an appeal is decided nothing follows but the undoing.
_LAST_WORD = """(e.after IN ('received', 'in_review', 'open') OR NOT EXISTS (
    SELECT 1 FROM {table} n WHERE n.{owner} = e.{owner} AND n.id > e.id))"""

_WHEN = "e.created_at >= %(start)s AND e.created_at < %(until)s"

# A text submitted before this event is decided already: an upheld appeal approves it again, which is
# not waiting time. An event that decides a text has its revision.
_LAST_DECIDED = f"""(
    SELECT max(d.id) FROM listings_listingevent d
    WHERE d.listing_id = e.listing_id AND d.id < e.id AND d.revision_id IS NOT NULL
      AND (SELECT n.action FROM listings_listingevent n
           WHERE n.listing_id = d.listing_id AND n.id > d.id AND {_NO_SETTING.format(event="n")}
           ORDER BY n.id LIMIT 1) <> 'undo')"""

_LISTINGS = f"""
SELECT e.action, e.before, e.after, e.actor_id IS NULL AS by_machine,
    {_FIRST_PLACE.format(listing="e.listing_id")} AS place,
    CASE WHEN e.after = 'rejected' THEN COALESCE(
        (SELECT d.canned FROM safety_decision d
         WHERE d.kind = 'listing' AND d.number = e.listing_id AND d.event = e.id LIMIT 1),
        (SELECT a.reasons -> 0 ->> 'code' FROM listings_revisionassessment a
         WHERE a.revision_id = e.revision_id AND e.actor_id IS NULL), '') END AS reason,
    CASE WHEN e.after = 'removed_fraud' THEN COALESCE(
        (SELECT c.fraud_type FROM safety_fraudcase c WHERE c.event = e.id),
        (SELECT NULLIF(l.fraud_type, '') FROM listings_listing l WHERE l.id = e.listing_id),
        'other') END AS fraud_type,
    CASE WHEN e.actor_id IS NOT NULL AND e.before = 'pending'
              AND (e.action = 'publish' OR e.after = 'rejected')
         THEN e.created_at - (
            SELECT max(p.created_at) FROM listings_listingevent p
            WHERE p.listing_id = e.listing_id AND p.id < e.id AND p.action <> 'undo'
              AND p.after = 'pending' AND p.before <> 'pending')
         WHEN e.actor_id IS NOT NULL AND e.action IN ('approve_edit', 'refuse_edit')
         THEN e.created_at - (
            SELECT max(p.created_at) FROM listings_listingevent p
            WHERE p.listing_id = e.listing_id AND p.id < e.id
              AND p.action IN ('submit_edit', 'import_update')
              AND p.id > COALESCE({_LAST_DECIDED}, 0)) END AS waited
FROM (SELECT * FROM listings_listingevent e WHERE {_WHEN} {{near}} OFFSET 0) e
WHERE {_STANDS.format(table="listings_listingevent", owner="listing_id")}"""

_EMPLOYERS = f"""
SELECT e.action, e.before, e.after, m.region_id AS place,
    CASE WHEN e.action IN ('recheck', 'not_renewed')
              OR e.before = 'pending' AND e.after IN ('verified', 'rejected')
         THEN e.created_at - (
            SELECT max(p.created_at) FROM accounts_employerevent p
            WHERE p.employer_id = e.employer_id AND p.id < e.id
              AND p.action IN ('pending', 'renew')) END AS waited
FROM accounts_employerevent e JOIN accounts_employer m ON m.id = e.employer_id
WHERE {_WHEN} AND {_STANDS.format(table="accounts_employerevent", owner="employer_id")}"""

_REPORTS = f"""
SELECT e.before, e.after, t.reason AS report_reason, e.created_at - t.created_at AS took,
    e.created_at <= t.due_at AS in_time,
    CASE WHEN t.listing_id IS NOT NULL THEN {_FIRST_PLACE.format(listing="t.listing_id")} END
        AS place
FROM safety_reportevent e JOIN safety_report t ON t.id = e.report_id
WHERE {_WHEN} AND {_LAST_WORD.format(table="safety_reportevent", owner="report_id")}"""

_APPEALS = f"""
SELECT e.before, e.after,
    CASE WHEN t.listing_id IS NOT NULL THEN {_FIRST_PLACE.format(listing="t.listing_id")}
         ELSE (SELECT m.region_id FROM accounts_employer m WHERE m.id = t.employer_id) END AS place
FROM safety_appealevent e JOIN safety_appeal t ON t.id = e.appeal_id
WHERE {_WHEN} AND t.text_id IS NULL
    AND {_LAST_WORD.format(table="safety_appealevent", owner="appeal_id")}"""

_WARNINGS = f"""
SELECT {_FIRST_PLACE.format(listing="c.listing_id")} AS place
FROM safety_warned e JOIN safety_fraudcase c ON c.id = e.case_id
WHERE {_WHEN}"""

# Listings that may be in the places, found by an index before any history is read: most events of a
# month have nothing to do with a small place.
NEAR_CONDITION = """AND e.listing_id IN (
    SELECT r.listing_id FROM listings_listingrevision r WHERE r.region_id = ANY(%(codes)s)
    UNION SELECT l.id FROM listings_listing l WHERE l.region_id = ANY(%(codes)s))"""

SOURCES: dict[str, str] = {
    "listings": _LISTINGS,
    "employers": _EMPLOYERS,
    "reports": _REPORTS,
    "appeals": _APPEALS,
    "warnings": _WARNINGS,
}
