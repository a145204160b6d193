"""Listings from files: `readers` give records, `rows` make drafts of them, `writer` keeps them."""
