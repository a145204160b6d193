"""How well screening judges: labelled files, disguised texts, counts (docs/screening.md)."""
