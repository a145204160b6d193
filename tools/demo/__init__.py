"""Demo data: believable, written by the project, the same on every machine.

`data/` holds the texts and `written_texts` reads them. `generated_listings` and `generated_articles` make more from
them. `factories` writes single rows as the site does (the tests use it too), `bulk_rows` writes many, and `load` runs
it all.
"""
