import pytest

from textkit.text_sketches import (
    compute_similarity,
    estimate_similarity,
    sketch_text,
    split_sketch_bands,
)

TEXT = "".join(
    f"第{n}名同学在{place}做兼职，对方先让她{act}，随后人就不见了，钱也没有要回来。"
    for n, (place, act) in enumerate(
        zip(
            "超市 展会 奶茶店 仓库 驿站 书店 球馆 网吧 农场 花店".split(),
            "交押金 买制服 扫收款码 借银行卡 垫付三单 下载软件 共享屏幕 办体检卡 预付材料费 报身份证号".split(),
            strict=True,
        )
    )
)
OTHER = "社区周末开了一堂课，讲零工合同怎么签、工钱怎么算，来的人坐满了两间屋子，还有人站着听。" * 3


def test_a_sketch_has_its_size_and_fits_the_columns():
    numbers = sketch_text(TEXT)
    assert len(numbers) == 48
    assert all(-(2**31) <= number < 2**31 for number in numbers)
    bands = split_sketch_bands(numbers)
    assert len(bands) == 12
    assert all(-(2**63) <= number < 2**63 for number in bands)


def test_the_same_words_have_the_same_sketch_whatever_their_dress():
    dressed = TEXT.replace("，", ",\n").replace("钱", "錢").replace("第", " 第")
    assert sketch_text(dressed) == sketch_text(TEXT)


def test_a_sketch_is_the_same_in_every_process():
    assert sketch_text("先交钱的都是骗")[:3] == [734617944, -1919817817, -279286282]


def test_a_text_told_again_with_changes_is_alike_and_shares_a_band():
    again = TEXT.replace("书店", "学校旁边的书店").replace("报身份证号", "报证件号")[5:]
    sketch, other = sketch_text(TEXT), sketch_text(again)
    assert estimate_similarity(sketch, other) == pytest.approx(
        compute_similarity(TEXT, again), abs=0.2
    )
    assert estimate_similarity(sketch, other) > 0.5
    assert set(split_sketch_bands(sketch)) & set(split_sketch_bands(other))


def test_another_text_is_not_alike():
    sketch, other = sketch_text(TEXT), sketch_text(OTHER)
    assert estimate_similarity(sketch, other) < 0.1
    assert not set(split_sketch_bands(sketch)) & set(split_sketch_bands(other))


@pytest.mark.parametrize("text", ["", " \n", "！？……"])
def test_a_text_without_words_has_no_sketch_and_is_like_nothing(text):
    assert sketch_text(text) == [] == split_sketch_bands([])
    assert estimate_similarity(sketch_text(text), sketch_text(text)) == 0
    assert compute_similarity(text, text) == 0


def test_a_short_text_has_a_whole_sketch():
    assert len(sketch_text("骗")) == 48
    assert estimate_similarity(sketch_text("先交押金"), sketch_text("先交押金！")) == 1
