"""The town of the small works tests, for these too."""

from tests.smallworks.conftest import town

__all__ = ["town"]
