"""What a text of the posting form may not ask for."""

import pytest
from django import forms

from listings.employer_desk.posting_fields import FreeTextField

FIELD = FreeTextField(label="要求", longest=200)


@pytest.mark.parametrize(
    "text",
    [
        "14岁以上就行",
        "十四岁以上就行",
        "１５周岁及以上人员",
        "十五岁以上均可报名",
        "招14岁以上的传单员",
        "招13岁的也要",
        "年龄14-17岁",
        "年龄要求：15到20岁",
        "初中在读学生可做",
        "初中生也可以做",
    ],
)
def test_nobody_under_16_is_asked_for(text):
    with pytest.raises(forms.ValidationError, match="16 周岁"):
        FIELD.clean(f"步行街发传单，{text}。")


@pytest.mark.parametrize(
    "text",
    [
        "16岁以上就行",
        "二十四岁以上优先",
        "年龄18-45岁",
        "招25岁以上的",
        "招15名传单员",
        "15天起做",
        "辅导8岁以上的孩子",
        "教14岁以上的学员打网球",
        "可接5岁以上孩子放学",
        "学员年龄13-15岁，招助教两名",
        "给初中在读学生补课",
        "面向14-17岁学生的编程课，招助教",
        "满115斤加5元",
    ],
)
def test_children_whom_one_works_with_may_be_of_any_age(text):
    assert text in FIELD.clean(f"{text}。")
