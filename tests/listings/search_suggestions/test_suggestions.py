"""What the search field of a city may suggest: one answer for all, without anything that was typed."""

import pytest

from accounts.models import Employer
from tests.conftest import make_employer

pytestmark = pytest.mark.django_db


def get_suggestions(client, address="/xiangxi/jobs/suggestions.json"):
    answer = client.get(address)
    assert answer.status_code == 200
    return {
        label: (kind, words, path, n)
        for kind, label, words, path, n in answer.json()["suggestions"]
    }


@pytest.fixture
def board(publish, place):
    publish(category="tutor", title="初二数学家教")
    publish(category="homework_care", title="晚托老师", region_id=place("fenghuang").adcode)
    publish(category="sorter", title="合肥分拣", region_id=place("hefei").adcode)


def test_work_places_and_employers_of_the_city_with_their_numbers(client, board):
    suggestions = get_suggestions(client)
    assert suggestions["家教"][0] == "类别" and suggestions["家教"][2:] == (
        "/xiangxi/jobs/tutor/",
        1,
    )
    assert suggestions["家教"][1][0] == "jia jiao" and {"tutor", "补课"} <= set(
        suggestions["家教"][1]
    )
    assert suggestions["家教培训"][2:] == ("/xiangxi/jobs/education/", 2)
    assert suggestions["凤凰县"][:1] == ("地区",) and suggestions["凤凰县"][2:] == (
        "/xiangxi/jobs/in/fenghuang/",
        1,
    )
    kind, words, path, count = suggestions["乾州清茗饮品店"]
    assert (kind, count) == ("单位", 2) and words[0].startswith("qian zhou")
    assert "分拣打包" not in suggestions, "there is none here"
    for _kind, _words, path, number in suggestions.values():
        page = client.get(path).content.decode()
        if not path.startswith("/employers/"):
            assert f'<span class="n">{number}</span> 条' in page, path


def test_of_the_nation_no_employers_and_nowhere_a_private_person(client, board, publish):
    suggestions = get_suggestions(client, "/jobs/suggestions.json")
    assert {kind for kind, *_ in suggestions.values()} == {"类别", "地区"}
    assert suggestions["湖南省"][2] == "/jobs/in/hunan/"
    Employer.objects.update(kind="person")
    assert {kind for kind, *_ in get_suggestions(client).values()} == {"类别", "地区"}


def test_all_get_the_same_in_two_queries(client, board, publish, django_assert_num_queries):
    for number in range(3):
        publish(by=make_employer(f"第{number}家小吃店"))
    with django_assert_num_queries(2):
        answer = client.get("/xiangxi/jobs/suggestions.json?q=家")
    assert answer.content == client.get("/xiangxi/jobs/suggestions.json").content
    assert answer["Cache-Control"] == "public, max-age=300"
