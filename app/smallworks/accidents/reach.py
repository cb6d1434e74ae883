"""By what rights officials read accidents, and confirm them."""

from __future__ import annotations

READ, CONFIRM = "accident:read", "accident:confirm"
COORDINATES = "emergency"
"""The department that answers for accidents of every trade in its area."""
