"""Turns requests into commands and queries, and refusals into pages; no rules, no SQL."""
