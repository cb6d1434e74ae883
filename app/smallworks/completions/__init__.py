"""Completion (完工、销案): reported, checked on site, closed, and the contractor rated."""
