"""What kinds of work pay, from the live listings: robust figures for screening (DESIGN 7).

The middle of each listing's range, on a logarithmic scale; median and median deviation, which a
few swindlers or slips of the pen do not move. No employer counts more than `PER_EMPLOYER` times in
a cell, no cell stands on fewer than `LEAST` listings.
"""

import math
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from cities.directory.regions import list_regions
from listings.choices import WorkMode
from listings.models import Listing
from listings.vocabulary import categories
from screening import tiers
from screening.models import PayNorm

LEAST = 12
PER_EMPLOYER = 3
# Bounds in robust standard deviations (1.4826 × median deviation), that most listings lie within.
# Listings that all pay the same leave room, too; those of a whole group of kinds much more, since
# a kind that has too few of its own may well pay better than the rest.
WIDTH, LEAST_DEVIATION, LEAST_OF_MANY_KINDS = 2, 0.12, 0.4

# Each listing stands in every cell that it speaks for; "" is any category, any tier. A repost has
# the name that its source wrote instead of an employer, or nobody's.
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
_WIDE = "group:"  # how a group stands beside its kinds while the cells are computed
_READ = "id category mode region_id pay_min pay_max pay_unit employer_id company_text published_at"


def compute_pay_norms() -> int:
    """All norms anew in one transaction; how many. Cells without enough listings disappear."""
    now = timezone.now()
    with transaction.atomic():
        cells = _cells()
        norms = [_norm(key, figures, now) for key, figures in _kept(cells)]
        PayNorm.objects.bulk_create(
            norms,
            update_conflicts=True,
            unique_fields=["category", "tier", "unit"],
            update_fields=["label", "count", "low", "median", "high", "computed_at"],
        )
        PayNorm.objects.exclude(computed_at=now).delete()
    return len(norms)


def _cells():
    """{(category, tier, unit): (label, count, logarithm of the median, deviation)}; groups too."""
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
                [tiers.tier_of(place.adcode) for place in places],
                [kind.code for kind in kinds],
                [_WIDE + kind.group for kind in kinds],
                PER_EMPLOYER,
                LEAST,
            ],
        )
        return {
            (category, tier, unit): (_label(category), *figures)
            for category, tier, unit, *figures in cursor
        }


def _wide(cells):
    """A kind of work with too few listings in the whole nation has the figures of its group."""
    made = {}
    for kind in categories.CATEGORIES.values():
        group = _WIDE + kind.group
        for (category, tier, unit), figures in cells.items():
            if category == group and (kind.code, "", unit) not in cells:
                made[kind.code, tier, unit] = figures
    return made


def _kept(cells):
    """In one order, so that two at once wait for each other; groups end in their kinds."""
    everything = cells | _wide(cells)
    return sorted(item for item in everything.items() if not item[0][0].startswith(_WIDE))


def _label(category):
    if category.startswith(_WIDE):
        return f"{categories.GROUPS[category.removeprefix(_WIDE)].label}类工作"
    return categories.CATEGORIES[category].label if category else ""


def _norm(key, figures, now):
    category, tier, unit = key
    label, count, middle, deviation = figures
    is_one_kind = category and label == _label(category)
    least = LEAST_DEVIATION if is_one_kind else LEAST_OF_MANY_KINDS
    spread = WIDTH * max(1.4826 * deviation, least)
    return PayNorm(
        category=category,
        tier=tier,
        unit=unit,
        label=label,
        count=count,
        low=_yuan(middle - spread),
        median=_yuan(middle),
        high=_yuan(middle + spread),
        computed_at=now,
    )


def _yuan(logarithm):
    return round(Decimal(math.exp(logarithm)), 2)
