"""The usual pay of each kind of work, from the live listings: figures for screening.

The middle of each listing's range counts, on a logarithmic scale, by median and median deviation,
which a few false or mistyped figures do not move. An employer counts at most `PER_EMPLOYER` times
in a cell; a cell has at least `MIN_LISTINGS_OF_NORM` listings.
"""

import math
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from cities.directory.regions import list_regions
from listings.choices import WorkMode
from listings.models import Listing
from listings.vocabulary import categories
from screening.facts import tiers
from screening.models import PayNorm

MIN_LISTINGS_OF_NORM = 12
PER_EMPLOYER = 3
# Bounds in robust standard deviations (1.4826 × median deviation) that most listings lie within,
# and the least deviation (logarithmic), for listings that all pay the same. It is larger for a
# group of categories: a category with too few listings may well pay better than its group.
WIDTH, MIN_DEVIATION, MIN_OF_MANY_KINDS = 2, 0.12, 0.4

# Each listing counts in several cells; "" is any category, any tier. A repost is counted by the
# company its source named, else by itself.
_SQL = """
WITH priced AS (
  SELECT listing.category, grouped.wide, listing.pay_unit AS unit,
         CASE WHEN listing.mode = %s THEN '' ELSE COALESCE(placed.tier, '') END AS tier,
         ln((listing.pay_min + listing.pay_max)::float8 / 2) AS pay, listing.published_at, listing.id,
         COALESCE('e' || listing.employer_id, 'c' || NULLIF(listing.company_text, ''),
                  'l' || listing.id) AS offered_by
  FROM ({live}) AS listing
  LEFT JOIN unnest(%s::int[], %s::text[]) AS placed (code, tier) ON placed.code = listing.region_id
  LEFT JOIN unnest(%s::text[], %s::text[]) AS grouped (kind, wide)
         ON grouped.kind = listing.category
), cells AS (
  SELECT DISTINCT cell.category, cell.tier, unit, pay, offered_by, published_at, id
  FROM priced CROSS JOIN LATERAL (VALUES
    (category, tier), (category, ''), (wide, tier), (wide, ''), ('', tier), ('', '')
  ) AS cell (category, tier)
), counted AS (
  SELECT category, tier, unit, pay FROM (
    SELECT *, row_number() OVER (
      PARTITION BY category, tier, unit, offered_by ORDER BY published_at DESC, id DESC
    ) AS turn FROM cells
  ) AS turns WHERE turn <= %s
), middles AS (
  SELECT category, tier, unit, count(*) AS count,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY pay) AS middle
  FROM counted GROUP BY category, tier, unit HAVING count(*) >= %s
)
SELECT category, tier, unit, middles.count, middles.middle,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(counted.pay - middles.middle)) AS deviation
FROM middles JOIN counted USING (category, tier, unit)
GROUP BY category, tier, unit, middles.count, middles.middle
"""
_WIDE = "group:"  # prefix of a group's code among the categories of cells
_READ = "id category mode region_id pay_min pay_max pay_unit employer_id company_text published_at"

type CellKey = tuple[str, str, str]  # category, tier, unit
type CellFigures = tuple[str, int, float, float]  # label, count, ln(median), deviation
type Cells = dict[CellKey, CellFigures]


def compute_pay_norms() -> int:
    """Compute all norms anew in one transaction; return how many. Cells with few listings are deleted."""
    now = timezone.now()
    with transaction.atomic():
        cells = _compute_cells()
        # Sorted, so that two runs wait for each other.
        norms = [
            _build_norm(key, figures, now)
            for key, figures in sorted((cells | _build_group_cells(cells)).items())
            if not key[0].startswith(_WIDE)
        ]
        PayNorm.objects.bulk_create(
            norms,
            update_conflicts=True,
            unique_fields=["category", "tier", "unit"],
            update_fields=["label", "count", "low", "median", "high", "computed_at"],
        )
        PayNorm.objects.exclude(computed_at=now).delete()
    return len(norms)


def _compute_cells() -> Cells:
    """Return the cells of categories and of groups."""
    live = Listing.objects.live().filter(pay_min__isnull=False).order_by()
    sql, params = live.values(*_READ.split()).query.sql_with_params()
    places = list_regions()
    kinds = categories.CATEGORIES.values()
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL.format(live=sql),
            [
                WorkMode.ONLINE,
                *params,
                [place.adcode for place in places],
                [tiers.get_tier(place.adcode) for place in places],
                [kind.code for kind in kinds],
                [_WIDE + kind.group for kind in kinds],
                PER_EMPLOYER,
                MIN_LISTINGS_OF_NORM,
            ],
        )
        return {
            (category, tier, unit): (_get_label(category), *figures)
            for category, tier, unit, *figures in cursor
        }


def _build_group_cells(cells: Cells) -> Cells:
    """Return the figures of its group for each category with too few listings in the nation."""
    group_cells: Cells = {}
    for kind in categories.CATEGORIES.values():
        group = _WIDE + kind.group
        for (category, tier, unit), figures in cells.items():
            if category == group and (kind.code, "", unit) not in cells:
                group_cells[kind.code, tier, unit] = figures
    return group_cells


def _get_label(category: str) -> str:
    if category.startswith(_WIDE):
        return f"{categories.GROUPS[category.removeprefix(_WIDE)].label}类工作"
    return categories.CATEGORIES[category].label if category else ""


def _build_norm(key: CellKey, figures: CellFigures, now: datetime) -> PayNorm:
    category, tier, unit = key
    label, count, middle, deviation = figures
    is_one_kind = category and label == _get_label(category)
    least = MIN_DEVIATION if is_one_kind else MIN_OF_MANY_KINDS
    spread = WIDTH * max(1.4826 * deviation, least)
    return PayNorm(
        category=category,
        tier=tier,
        unit=unit,
        label=label,
        count=count,
        low=_convert_to_yuan(middle - spread),
        median=_convert_to_yuan(middle),
        high=_convert_to_yuan(middle + spread),
        computed_at=now,
    )


def _convert_to_yuan(logarithm: float) -> Decimal:
    return round(Decimal(math.exp(logarithm)), 2)
