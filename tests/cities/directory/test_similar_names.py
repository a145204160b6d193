"""Names that contain or resemble others, over the whole directory."""

import pytest

from cities.directory.gazetteer import find_places
from cities.directory.regions import list_regions, map_regions_by_name, require_region

pytestmark = pytest.mark.django_db


def list_codes(text):
    return {hit.adcode for hit in find_places(text)}


def list_names(text):
    return sorted({require_region(code).name for code in list_codes(text)})


def list_below_cities():
    """Below a province; of Taiwan only counties and cities."""
    return [
        region
        for region in list_regions()
        if region.parent_id and not (region.adcode // 10_000 == 71 and region.name[-1] in "区乡镇")
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("龙山县一男子被骗，龙山警方提醒", ["龙山县"]),
        ("辽源市龙山区一男子被骗，龙山警方提醒", ["辽源市", "龙山区"]),
        ("泸溪县警方提醒，在泸溪被骗", ["泸溪县"]),
        ("芦溪县警方提醒", ["芦溪县"]),
        ("北京市公安局朝阳分局通报", ["北京市", "朝阳区"]),
        ("北京市公安局海淀分局中关村派出所", ["北京市", "海淀区"]),
        ("上海市公安局浦东分局", ["上海市", "浦东新区"]),
        ("黄山市公安局黄山分局", ["黄山区", "黄山市"]),
        ("长沙市雨花区人民法院审结一案", ["长沙市", "雨花区"]),
        ("吉首市公安局反诈中心", ["吉首市"]),
        ("益阳市资阳区公安局通报。资阳警方提醒", ["益阳市", "资阳区"]),
        ("长沙县一女子被骗，长沙警方提醒", ["长沙县", "长沙市"]),
        ("迎着朝阳，分局的民警出门了", []),
    ],
)
def test_the_suffix_and_what_contains_it_decide(text, names):
    assert list_names(text) == names


def test_a_full_name_means_no_other_place():
    wrong = {}
    for region in list_below_cities():
        namesakes = {place.adcode for place in map_regions_by_name()[region.name]}
        text = f"近日，{region.name}一男子在网上被骗，{region.name}警方提醒市民。"
        if others := list_codes(text) - namesakes:
            wrong[region.name] = others
    assert wrong == {}


def test_after_its_full_name_the_short_one_means_no_namesake():
    wrong, missed = {}, []
    for region in list_below_cities():
        parent = require_region(region.parent_id)
        text = f"{parent.name}{region.name}公安局通报一起案件。{region.short_name}警方提醒市民。"
        codes = list_codes(text)
        if others := codes - {region.adcode, parent.adcode, parent.parent_id}:
            wrong[parent.name + region.name] = others
        if region.adcode not in codes:
            missed.append(parent.name + region.name)
    assert wrong == {}
    assert missed == ["信阳市新县"]  # 新县 is an ordinary word


def test_a_branch_of_the_police_is_named_by_its_district():
    wrong, missed = {}, []
    for region in list_below_cities():
        parent = require_region(region.parent_id)
        name = region.name.removesuffix("新区").removesuffix("区")
        if name == region.name or len(name) == 1 or region.name.endswith(("矿区", "地区")):
            continue
        codes = list_codes(f"{parent.name}公安局{name}分局通报一起案件。")
        if others := codes - {region.adcode, parent.adcode, parent.parent_id}:
            wrong[parent.name + name] = others
        if region.adcode not in codes:
            missed.append(parent.name + name)
    assert wrong == {}
    assert missed == []
