"""Measures the site against its budgets (docs/speed.md); only `manage.py bench` uses it."""
