"""Which tier a place belongs to, so that pay is compared with pay of places like it.

Tiers 1 to 2 are those that 第一财经·新一线城市研究所 published in May 2025 (337 places of prefecture
rank and above, ranked by shops, transport, activity, economy and prospects), as people use the
words; it is renewed each year. All other prefectures are one tier. Counties and county-level
cities are a tier of their own wherever they lie: wages there differ more from their prefecture's
town than towns differ among each other. Urban districts belong to their city.
Hong Kong, Macao and Taiwan pay in other money: no tier.
"""

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
# Prefixes of GB/T 2260 and the names, which a test compares with the directory.
CITIES = {
    FIRST: "1100 北京, 3100 上海, 4401 广州, 4403 深圳",
    NEW_FIRST: "5101 成都, 3301 杭州, 5000 重庆, 4201 武汉, 3205 苏州, 6101 西安, 3201 南京, "
    "4301 长沙, 4101 郑州, 1200 天津, 3401 合肥, 3702 青岛, 4419 东莞, 3302 宁波, 4406 佛山",
    SECOND: "3202 无锡, 2101 沈阳, 5301 昆明, 3701 济南, 3502 厦门, 3501 福州, 3303 温州, "
    "3204 常州, 2102 大连, 1301 石家庄, 4501 南宁, 2301 哈尔滨, 3307 金华, 3601 南昌, 2201 长春, "
    "3206 南通, 3505 泉州, 5201 贵阳, 3304 嘉兴, 1401 太原, 4413 惠州, 3203 徐州, 3306 绍兴, "
    "4420 中山, 3310 台州, 3706 烟台, 4404 珠海, 1306 保定, 3707 潍坊, 6201 兰州",
}
_BY_PREFIX = {
    int(entry.split()[0]): tier for tier, line in CITIES.items() for entry in line.split(",")
}
_MUNICIPALITIES = {11, 12, 31, 50}
_OTHER_MONEY = {71, 81, 82}


def get_tier(adcode: int) -> str:
    """From the digits alone: province, prefecture, county-level place."""
    province, prefecture, rest = adcode // 10000, adcode // 100 % 100, adcode % 100
    if province in _OTHER_MONEY:
        return ANYWHERE
    if province in _MUNICIPALITIES:
        return COUNTY if prefecture == 2 else _BY_PREFIX[province * 100]
    if prefecture == 0:
        return ANYWHERE
    if rest == 0:
        return _BY_PREFIX.get(adcode // 100, THIRD)
    # 01-20 and the newer 51-79 are urban districts. Autonomous prefectures (21-50) have none: their
    # 01-20 are county-level cities, as are the places that a province runs itself (90).
    has_districts = prefecture <= 20 or 51 <= prefecture <= 70
    is_district = has_districts and (rest <= 20 or 51 <= rest <= 79)
    return _BY_PREFIX.get(adcode // 100, THIRD) if is_district else COUNTY
