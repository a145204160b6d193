import codecs

import pytest

from news.readers.story import StoryRefused
from news.readers.text_decoding import decode_bytes

PAGE = '<html><head><meta charset="{}"></head><body><p>这是一段中文，说的是兼职的事。</p></body></html>'
WORDS = "这是一段中文，说的是兼职的事。\n先交钱的都不要做。\n"
# Traditional characters, as Big5 has them.
BIG5 = "這是一段中文，說的是打工的事。\n先交錢的都不要做。\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_text_is_read_in_any_encoding_that_needs_no_word(encoding):
    assert decode_bytes(WORDS.encode(encoding)) == WORDS


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "GBK", "gb18030"])
def test_a_page_that_says_its_encoding_is_read(encoding):
    assert "说的是兼职的事" in decode_bytes(PAGE.format(encoding).encode(encoding))


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("utf-8", "gbk"),
        ("gbk", "utf-8"),
        ("iso-8859-1", "gbk"),
        ("big5", "gbk"),
        ("nonsense", "gbk"),
    ],
)
def test_a_page_that_says_a_wrong_encoding_is_read_all_the_same(declared, encoding):
    assert "说的是兼职的事" in decode_bytes(PAGE.format(declared).encode(encoding))


def test_big5_is_read_where_it_is_said():
    page = f'<meta charset="big5"><p>{BIG5}'
    assert decode_bytes(page.encode("big5")) == page
    assert decode_bytes(BIG5.encode("big5"), "big5") == BIG5


def test_marks_of_thirty_two_bits_are_not_taken_for_sixteen():
    assert decode_bytes(codecs.BOM_UTF32_LE + WORDS.encode("utf-32-le")) == WORDS


def test_invisible_and_turning_signs_are_removed():
    assert decode_bytes("\ufeff先\u200b别\u202e转账".encode()) == "先别转账"


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xff\xff\xff",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        WORDS.encode("gbk")[:-3] + b"\xff\xff\n",
        bytes(range(0x81, 0xFE)) * 40,
        "正文".encode() + b"\x00\x01\x02",
        codecs.BOM_UTF16_LE + b"\x00\xd8\x00\x00",
        codecs.BOM_UTF8 + b"\xff",
    ],
)
def test_what_is_no_text_is_refused(raw):
    with pytest.raises(StoryRefused, match="认不出编码"):
        decode_bytes(raw)


@pytest.mark.parametrize(
    ("raw", "kind"), [(b"PK\x03\x04...", "ZIP"), (b"\x1f\x8b\x08", "GZIP"), (b"Rar!\x1a", "RAR")]
)
def test_a_packed_file_is_refused_by_its_name(raw, kind):
    with pytest.raises(StoryRefused, match=kind):
        decode_bytes(raw)
