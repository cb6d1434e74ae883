"""Small works and odd jobs (小散工程和零星作业): the one domain on top of the approval system."""

from app.smallworks.views import install

__all__ = ["install"]
