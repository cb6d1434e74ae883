"""Rectifications (整改): the notice, the answers to its hazards, re-inspections, overdue."""
