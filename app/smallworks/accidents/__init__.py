"""Accidents (事故): what happened, to how many, and the statistics made of it."""
