"""Demo data: believable, written by the project, the same on every machine.

`data/` holds the texts, `bank` reads them, `towns` and `stories` generate more from them, `make`
writes single rows the way the site does (the tests use it too), `bulk` writes many, `load` runs
it all.
"""
