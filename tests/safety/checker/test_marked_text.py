"""The quoted words of a finding."""

from safety.checker.marked_text import quote_span


def test_a_long_quote_leaves_its_middle_out():
    assert quote_span("垫付\n 佣金", 0, 6) == "垫付 佣金"
    words = quote_span("一" * 30 + "二" * 30, 0, 60)
    assert words == "一" * 12 + "…" + "二" * 12
    assert quote_span("a\u202eb", 0, 3) == "a▯b"
