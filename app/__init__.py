"""Puts the parts together. Reading `create_app` tells what the system is made of."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import app.cli as command_line
from app import sealing, smallworks, vault
from app.db import db
from app.identity import sms
from app.identity.oidc import providers
from app.web import access, errors, pages
from app.web.blueprints import BLUEPRINTS
from app.workflow import anchors, attachments, channels, idling, links, outward
from config import Config, Oidc

LARGEST_REQUEST = 24 * 1024 * 1024


def create_app(config: Config) -> Flask:
    """The whole product as one WSGI application. Refuses to start while any view is undeclared."""
    config.data.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__)
    app.extensions["config"] = config
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config),
        SESSION_COOKIE_SECURE=config.https,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_PARTS=2000,
        PUBLIC_URL=config.public_url,
        FONTS=config.fonts,
    )
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, config.proxies, config.proxies, config.proxies)  # type: ignore[method-assign]
    vault.unlock(config.data_key, *config.old_data_keys)
    db.init_app(app)
    attachments.store_in(config.data / "attachments")
    anchors.keep_in(config.data, config.anchor_key)
    sealing.use(config.seal)
    sms.write_to(config.data / "sms.log" if config.sample else None)
    if config.sms:
        sms.use(sms.named(config.sms))
    outward.allow(config.webhook_nets)
    providers.use("staff", _provider("staff", config.oidc_staff))
    providers.use("public", _provider("public", config.oidc_public))
    channels.post_by(_post(config))
    links.set_up(config.public_url, config.link_days)
    idling.set_up(config.claim_days)
    access.install(app)
    errors.install(app)
    pages.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    smallworks.install(app)
    command_line.install(app)
    access.check_every_view(app)
    return app


def _provider(door: providers.Door, named: Oidc | None) -> providers.Provider | None:
    if named is None:
        return None
    ours = (named.client_id, named.client_secret)
    return providers.Provider(door, named.issuer, *ours, named.label)


def _engine_options(config: Config) -> dict[str, object]:
    # what a statement was given is often personal, and its fault goes into logs and incidents
    quiet = {"hide_parameters": True}
    if config.database_url.startswith("sqlite"):
        return {**quiet, "connect_args": {"check_same_thread": False}}
    waits = (
        "-c lock_timeout=15s -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s"
    )
    return {**quiet, "pool_pre_ping": True, "connect_args": {"options": waits}}


def _post(config: Config) -> channels.Post | None:
    if not config.smtp:
        return None
    host, _, port = config.smtp.partition(":")
    user = (config.smtp_user, config.smtp_password) if config.smtp_user else None
    return channels.smtp(host, int(port or 25), config.smtp_sender, user)
