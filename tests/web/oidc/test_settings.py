"""A provider is named whole or not at all, and only where secrets may travel."""

from __future__ import annotations

import pytest

from config import OIDC_PUBLIC, OIDC_STAFF, BadSetting, Config, Oidc

KEYS = {"ANGUAN_SECRET_KEY": "s" * 32, "ANGUAN_DATA_KEY": "d" * 32}
GIVEN = ("https://e.example.gov.cn/oidc", "anguan", "a secret", "市民e家")


def named(given: tuple[str, ...] = GIVEN, names: tuple[str, ...] = OIDC_STAFF) -> Config:
    return Config.from_env(KEYS | dict(zip(names, given, strict=True)))


def test_each_door_has_its_own_and_none_by_itself() -> None:
    assert (named().oidc_staff, named().oidc_public) == (Oidc(*GIVEN), None)
    other = named(names=OIDC_PUBLIC)
    assert (other.oidc_staff, other.oidc_public) == (None, Oidc(*GIVEN))
    assert "a secret" not in repr(other.oidc_public)


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_provider_by_half_is_refused(missing: int) -> None:
    given = tuple("" if n == missing else value for n, value in enumerate(GIVEN))
    with pytest.raises(BadSetting, match=OIDC_STAFF[missing]):
        named(given)


@pytest.mark.parametrize(
    "issuer",
    [
        "http://e.example.gov.cn",
        "http://127.0.0.1.example.cn",
        "e.example.gov.cn",
        "https://",
        "https://e.example.gov.cn/?x=1",
        "https://e.example.gov.cn/#x",
        "https://[",
        "https://e.example.gov.cn/" + "x" * 255,
    ],
)
def test_an_issuer_that_is_no_safe_address_is_refused(issuer: str) -> None:
    with pytest.raises(BadSetting, match="ANGUAN_OIDC_STAFF_ISSUER"):
        named((issuer, *GIVEN[1:]))


def test_a_label_fits_on_a_button() -> None:
    with pytest.raises(BadSetting, match="LABEL"):
        named((*GIVEN[:3], "宜" * 21))
