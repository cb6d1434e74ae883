"""Settings: typed, read from the environment once, nonsense refused, no default secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
OIDC_STAFF = (
    "ANGUAN_OIDC_STAFF_ISSUER",
    "ANGUAN_OIDC_STAFF_CLIENT_ID",
    "ANGUAN_OIDC_STAFF_CLIENT_SECRET",
    "ANGUAN_OIDC_STAFF_LABEL",
)
OIDC_PUBLIC = (
    "ANGUAN_OIDC_PUBLIC_ISSUER",
    "ANGUAN_OIDC_PUBLIC_CLIENT_ID",
    "ANGUAN_OIDC_PUBLIC_CLIENT_SECRET",
    "ANGUAN_OIDC_PUBLIC_LABEL",
)


class BadSetting(ValueError):
    """A setting that cannot be used; the message names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Oidc:
    """An OpenID Connect provider: its address, our name and secret there, and what people say."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that an installation decides. `from_env` names the variable of each."""

    secret_key: str  # ANGUAN_SECRET_KEY: signs cookies
    # ANGUAN_DATA_KEY: encrypts identity and telephone numbers; keep it apart from the database
    data_key: str
    data: Path  # ANGUAN_DATA: attachments, papers, the SQLite file
    database_url: str  # DATABASE_URL
    # ANGUAN_OLD_DATA_KEY: keys that the present one replaces, spaced; they only open
    old_data_keys: tuple[str, ...] = ()
    https: bool = False  # ANGUAN_HTTPS: cookies only over TLS, HSTS
    proxies: int = 0  # ANGUAN_PROXIES: how many reverse proxies stand in front
    public_url: str = ""  # ANGUAN_PUBLIC_URL: what QR codes and mails point to
    smtp: str = ""  # ANGUAN_SMTP: host:port, empty for no mail
    smtp_sender: str = ""  # ANGUAN_SMTP_SENDER
    smtp_user: str = ""  # ANGUAN_SMTP_USER
    smtp_password: str = ""  # ANGUAN_SMTP_PASSWORD
    # ANGUAN_SMS: `package.module:name` of what makes the operator's sender, empty for none
    sms: str = ""
    # ANGUAN_WEBHOOK_NETS: networks that webhooks may reach though they are not public, spaced
    webhook_nets: tuple[str, ...] = ()
    claim_days: int = 2  # ANGUAN_CLAIM_DAYS: working days after which an idle claim goes back
    link_days: int = 30  # ANGUAN_LINK_DAYS: how long a link to a case lasts, 1 to 365
    fonts: Path | None = None  # ANGUAN_FONTS: a folder of fonts for papers, beside those we bring
    archive_years: int = 5  # ANGUAN_ARCHIVE_YEARS: how long a closed work is kept, 1 to 100
    anchor_key: str = ""  # ANGUAN_ANCHOR_KEY: signs anchors; without it, a file in the data folder
    seal: str = "sha256"  # ANGUAN_HASH: sha256 or sm3, for records from now on
    sample: bool = (
        False  # ANGUAN_SAMPLE: codes for the phone are written to sms.log in the data folder
    )
    oidc_staff: Oidc | None = None  # of OIDC_STAFF: who vouches for the staff
    oidc_public: Oidc | None = None  # of OIDC_PUBLIC: who vouches for the public

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Config:
        """The settings of this process. Raises BadSetting."""
        data = Path(env.get("ANGUAN_DATA") or ROOT / "var").resolve()
        fonts = env.get("ANGUAN_FONTS")
        return cls(
            secret_key=_secret(env, "ANGUAN_SECRET_KEY"),
            data_key=_secret(env, "ANGUAN_DATA_KEY"),
            data=data,
            database_url=_database(env.get("DATABASE_URL", ""), data),
            old_data_keys=_secrets(env, "ANGUAN_OLD_DATA_KEY"),
            https=_flag(env, "ANGUAN_HTTPS"),
            proxies=_count(env, "ANGUAN_PROXIES"),
            public_url=env.get("ANGUAN_PUBLIC_URL", "").rstrip("/"),
            smtp=env.get("ANGUAN_SMTP", ""),
            smtp_sender=env.get("ANGUAN_SMTP_SENDER", ""),
            smtp_user=env.get("ANGUAN_SMTP_USER", ""),
            smtp_password=env.get("ANGUAN_SMTP_PASSWORD", ""),
            sms=env.get("ANGUAN_SMS", ""),
            webhook_nets=_networks(env, "ANGUAN_WEBHOOK_NETS"),
            claim_days=_count(env, "ANGUAN_CLAIM_DAYS", 60) or 2,
            link_days=_count(env, "ANGUAN_LINK_DAYS", 365) or 30,
            fonts=Path(fonts).resolve() if fonts else None,
            archive_years=_count(env, "ANGUAN_ARCHIVE_YEARS", 100) or 5,
            anchor_key=_secret(env, "ANGUAN_ANCHOR_KEY") if env.get("ANGUAN_ANCHOR_KEY") else "",
            seal=_one_of(env, "ANGUAN_HASH", ("sha256", "sm3")),
            sample=_flag(env, "ANGUAN_SAMPLE"),
            oidc_staff=_oidc(env, OIDC_STAFF),
            oidc_public=_oidc(env, OIDC_PUBLIC),
        )


def _secret(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if len(value) < 32:
        raise BadSetting(f"{name} must be set to a random text of at least 32 characters")
    return value


def _secrets(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    given = tuple(env.get(name, "").split())
    return tuple(_secret({name: each}, name) for each in given)


def _networks(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    given = tuple(env.get(name, "").split())
    for one in given:
        try:
            ip_network(one)
        except ValueError:
            raise BadSetting(f"{name} must name networks such as 10.20.0.0/16, spaced") from None
    return given


def _one_of(env: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    value = env.get(name) or known[0]
    if value not in known:
        raise BadSetting(f"{name} takes {' or '.join(known)}, not {value!r}")
    return value


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "0")
    if value not in ("0", "1", ""):
        raise BadSetting(f"{name} takes 0 or 1, not {value!r}")
    return value == "1"


def _count(env: Mapping[str, str], name: str, most: int = 5) -> int:
    value = env.get(name, "0") or "0"
    if not value.isdigit() or int(value) > most:
        raise BadSetting(f"{name} takes a number from 0 to {most}, not {value!r}")
    return int(value)


def _database(url: str, data: Path) -> str:
    """The address of the store; without one, SQLite in the data folder."""
    if not url:
        return f"sqlite:///{data / 'anguan.db'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    raise BadSetting("DATABASE_URL must begin with postgresql:// or sqlite:///")


def _oidc(env: Mapping[str, str], names: tuple[str, ...]) -> Oidc | None:
    """A provider, or none where its issuer is not given."""
    issuer, client_id, client_secret, label = (env.get(name, "") for name in names)
    if not issuer:
        return None
    _check_issuer(issuer, names[0])
    if not (client_id and client_secret and label):
        raise BadSetting(f"{names[0]} needs {', '.join(names[1:])} too")
    if len(label) > 20:
        raise BadSetting(f"{names[3]} stands on a button: at most 20 characters")
    return Oidc(issuer, client_id, client_secret, label)


def _check_issuer(issuer: str, name: str) -> None:
    try:
        found = urlsplit(issuer)
    except ValueError as broken:
        raise BadSetting(f"{name} is no address: {issuer!r}") from broken
    within = found.scheme == "http" and found.hostname in ("127.0.0.1", "localhost")
    whole = found.hostname and not found.query and not found.fragment and len(issuer) <= 255
    if not (whole and (found.scheme == "https" or within)):
        raise BadSetting(
            f"{name} must be the https:// address that its provider names, without ? and #"
        )
