"""The start of a filed work (开工报告), and its lapse where it never starts."""
