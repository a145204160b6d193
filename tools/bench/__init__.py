"""Measures the site against the budgets of docs/speed.md; only `manage.py bench` uses it."""
