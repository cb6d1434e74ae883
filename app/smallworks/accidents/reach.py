"""By what right officials read accidents."""

from __future__ import annotations

READ = "accident:read"
COORDINATES = "emergency"
"""The department that answers for accidents of every trade in its area."""
