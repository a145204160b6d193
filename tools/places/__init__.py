"""Builds `cities/data/regions.csv` from registry packages and small own files; needs no Django."""
