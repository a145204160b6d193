"""Which tier a place belongs to, so that pay is compared with pay of places like it.

Tiers 1 to 2 are those that 第一财经·新一线城市研究所 published in May 2025 (337 places of prefecture
rank and above, ranked by shops, transport, activity, economy and prospects), as people use the
words; it is renewed each year. All other prefectures are one tier. Counties and county-level
cities are a tier of their own wherever they lie: wages there differ more from their prefecture's
town than towns differ among each other. Urban districts belong to their city.
Hong Kong, Macao and Taiwan pay in other money: no tier.
"""

import tomllib
from pathlib import Path

FIRST, NEW_FIRST, SECOND, THIRD, COUNTY = "first", "new_first", "second", "third", "county"
ANYWHERE = ""  # a province, the nation, work on line
LABELS = {
    FIRST: "一线城市",
    NEW_FIRST: "新一线城市",
    SECOND: "二线城市",
    THIRD: "三线城市",
    COUNTY: "县城",
    ANYWHERE: "全国",
}
CITIES: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text("utf-8")
)
_BY_PREFIX = {int(prefix): tier for tier, cities in CITIES.items() for prefix in cities}
_MUNICIPALITIES = {11, 12, 31, 50}
_OTHER_MONEY = {71, 81, 82}


def get_tier(adcode: int) -> str:
    """Return the tier, by the digits of the code alone: province, prefecture, county-level place."""
    province, prefecture, county = adcode // 10000, adcode // 100 % 100, adcode % 100
    if province in _OTHER_MONEY:
        return ANYWHERE
    if province in _MUNICIPALITIES:
        return COUNTY if prefecture == 2 else _BY_PREFIX[province * 100]
    if prefecture == 0:
        return ANYWHERE
    if county == 0:
        return _BY_PREFIX.get(adcode // 100, THIRD)
    # 01-20 and the newer 51-79 are urban districts. Autonomous prefectures (21-50) have none: their
    # 01-20 are county-level cities, as are the places that a province runs itself (90).
    has_districts = prefecture <= 20 or 51 <= prefecture <= 70
    is_district = has_districts and (county <= 20 or 51 <= county <= 79)
    return _BY_PREFIX.get(adcode // 100, THIRD) if is_district else COUNTY
