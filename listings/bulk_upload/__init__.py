"""Many listings of one employer from a spreadsheet: each line a draft, handed in where it is whole."""
