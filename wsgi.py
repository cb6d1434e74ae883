"""The application as a server runs it: `gunicorn wsgi:app`."""

import gc

gc.disable()  # all that is made from here to the end stays: looking for waste costs a second

from app import create_app  # noqa: E402
from config import Config  # noqa: E402

app = create_app(Config.from_env())
gc.freeze()
gc.enable()
