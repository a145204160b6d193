"""Links that open an address in a map, each pressed by a person: no page asks a map for anything."""

from urllib.parse import quote, urlencode

from cities.directory.regions import get_region_ancestors
from listings.vocabulary.work_places import WorkPlace

_SOURCE = "jianzhi"  # 百度 and 腾讯 ask for the name of the linking site


def build_map_links(place: WorkPlace) -> list[tuple[str, str]]:
    """Return (name of the map, link), by the address as it is written. The last is the phone's own."""
    names = [region.name for region in reversed(get_region_ancestors(place.region))]
    words = " ".join(filter(None, [*names, place.address]))
    return [
        ("高德", f"https://uri.amap.com/search?{_encode_map_parameters(keyword=words)}"),
        (
            "百度",
            "https://api.map.baidu.com/geocoder?"
            + _encode_map_parameters(address=words, output="html", src=f"webapp.{_SOURCE}"),
        ),
        (
            "腾讯",
            f"https://apis.map.qq.com/uri/v1/search?{_encode_map_parameters(keyword=words, referer=_SOURCE)}",
        ),
        ("手机里的地图", f"geo:0,0?{_encode_map_parameters(q=words)}"),
    ]


def _encode_map_parameters(**parameters: str) -> str:
    return urlencode(parameters, quote_via=quote, safe="")
