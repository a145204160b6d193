import pytest

from textkit.csv_cells import escape_csv_cell


@pytest.mark.parametrize(
    "cell", ["=1+1", "+A1", "-1", "@x", "\tx", "\rx", "＝1", "＋A1", "－1", "＠x", "+86 1", "＋86"]
)
def test_a_cell_that_a_spreadsheet_reads_as_a_formula_is_escaped(cell):
    assert escape_csv_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["3", 3, "", "小吃店", "1+1", "+8613400004444", "+85291234567"])
def test_other_cells_and_telephone_numbers_stay(cell):
    assert escape_csv_cell(cell) == str(cell)
