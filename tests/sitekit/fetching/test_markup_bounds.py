"""Tags of more attributes than parsers can take are found before they are parsed, whatever stands around them."""

import pytest

from sitekit.fetching.markup_bounds import MAX_ATTRIBUTES, has_many_attributes
from tests.linear_time import is_linear

MANY = " ".join(f"a{number}" for number in range(MAX_ATTRIBUTES + 1))
VALUES = " ".join(f"a{number}='>'" for number in range(MAX_ATTRIBUTES + 1))


@pytest.mark.parametrize(
    "markup",
    [
        *("<p {}>", "<p {}", "</p {}>", "<p/{}>", "<甲 {}>", "<_x {}/>", "<a:b {}/>"),
        *(
            "<p a=1 {}>",
            "<p a='>' {}>",
            '<p a="<p>" {}>',
            "<p a=b=c {}>",
            "<p < {}>",
            "<p <<<< {}>",
        ),
        # In a comment or a script parsers see no tag, so that what seems a value of one is a tag of its own.
        *("<!-- <a x=' --><p {}>", "<script><a x='</script><p {}>", '<a x="><p y=" {} ">'),
        *('<p " {} ">', '<p a=b=" {} ">', '<p a= c=" {} ">', "<script><b c='</script {}>"),
        *('<p "=" {} ">', '<p a=\f" {} ">', '<p a=\u3000" {} ">', '<p a\u3000b=" {} ">'),
        *("<p>=\"</p><p a=' {} '\">", "工资<三千 <p {}>", "=' <p {}>"),
    ],
)
def test_a_tag_of_too_many_attributes_is_found(markup):
    assert has_many_attributes(f"<p>先</p>{markup.format(MANY)}<p>后</p>")
    assert has_many_attributes(f"<p>先</p>{markup.format(VALUES)}<p>后</p>")


def test_attributes_between_quotes_or_strokes_are_counted():
    assert has_many_attributes("<p " + "".join(f'a{n}=""' for n in range(MAX_ATTRIBUTES + 1)) + ">")
    assert has_many_attributes("<p/" + "/".join(f"a{n}" for n in range(MAX_ATTRIBUTES + 1)) + ">")


@pytest.mark.parametrize(
    "markup",
    [
        "<p class='a' data-x=1>正文</p>" * 5_000,
        "<p>" + "一 二 三 " * 5_000 + "</p>",
        '<path d="' + "M 1 2 L 3,4 " * 5_000 + '"/>',
        "<img src='data:image/png;base64," + "ab/c+" * 5_000 + "' alt=图>",
        "工资<100，" + "一 二 " * 5_000,
        '<script>{"a": "<p>' + 'b", "c": "' * 5_000 + '</p>"}</script>',
        "<p " + " ".join(f'a{n}="{n} {n}"' for n in range(MAX_ATTRIBUTES - 1)) + ">",
    ],
)
def test_what_people_write_is_read(markup):
    assert not has_many_attributes(markup)


@pytest.mark.parametrize(
    "piece",
    [
        "<a ",
        "<a b=' ",
        "='>",
        '<a x=">',
        '"',
        "a b=c ",
        "<",
        "> ",
        "<a b c='",
        "/",
        "= ",
        "=\"'>",
        "<a",
        " ='x",
    ],
)
def test_looking_takes_linear_time(piece):
    assert is_linear(has_many_attributes, piece)
