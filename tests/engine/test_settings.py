"""Settings are read once; a wrong one stops the start with a sentence that names it."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from engine import settings
from engine.settings import WrongSetting


def test_nothing_set_gives_a_house_in_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    house = settings.read({})
    assert house.database_url == "sqlite:///var/liuhen.db"
    assert house.clock == "system"
    assert not house.is_virtual
    assert not house.is_secure
    assert house.zone.key == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("LIUHEN_DATABASE_URL", "mysql://office/liuhen", "postgresql+psycopg://"),
        ("LIUHEN_DATABASE_URL", "postgresql://office/liuhen", "postgresql+psycopg://"),
        ("LIUHEN_CLOCK", "sundial", "system or virtual"),
        ("LIUHEN_LOG", "xml", "text or json"),
        ("LIUHEN_UNDO_SECONDS", "ten", "0 to 3600"),
        ("LIUHEN_UNDO_SECONDS", "3601", "0 to 3600"),
        ("LIUHEN_BASE_URL", "liuhen.example", "https://"),
        ("LIUHEN_ZONE", "Asia/Atlantis", "Asia/Shanghai"),
        ("LIUHEN_ZONE", "../etc/passwd", "Asia/Shanghai"),
        ("LIUHEN_SECRET_KEY", "short", "32"),
        ("LIUHEN_SECOND_FACTOR", "designer;auditor", "designer,auditor"),
        ("LIUHEN_OIDC", "http://login.example", "https://"),
        ("LIUHEN_OIDC", "https://login.example", "client_id is missing"),
        ("LIUHEN_OIDC_FILE", "no such file", "no such file"),
    ],
)
def test_a_wrong_setting_stops_the_start(tmp_path: Path, name: str, value: str, remedy: str) -> None:
    with pytest.raises(WrongSetting, match=name) as refused:
        settings.read({"LIUHEN_DATA_DIR": str(tmp_path), **_given(name, value)})
    assert remedy in str(refused.value)


def _given(name: str, value: str) -> dict[str, str]:
    """One setting; of a provider whose address is wrong, everything else is right."""
    if name != "LIUHEN_OIDC":
        return {name: value}
    client = {"LIUHEN_OIDC_CLIENT_ID": "liuhen"} if value.startswith("http:") else {}
    return {"LIUHEN_OIDC_ISSUER": value, "LIUHEN_OIDC_CLIENT_SECRET": "hush", **client}


def test_posts_that_must_have_a_second_factor_and_providers(tmp_path: Path) -> None:
    one = {"key": "city", "issuer": "https://city.example", "client_id": "c", "client_secret": "hush", "name": "City"}
    listed = tmp_path / "providers.json"
    listed.write_text(json.dumps([{**one, "factor": "trusted"}]))
    env = {
        "LIUHEN_DATA_DIR": str(tmp_path),
        "LIUHEN_SECOND_FACTOR": "required",
        "LIUHEN_OIDC_ISSUER": "https://login.example/realm",
        "LIUHEN_OIDC_CLIENT_ID": "liuhen",
        "LIUHEN_OIDC_CLIENT_SECRET": "hush",
        "LIUHEN_OIDC_FILE": str(listed),
    }
    house = settings.read(env)
    assert house.second_factor == {"designer", "auditor", "system_admin", "security_admin", "audit_admin"}
    assert [(p.key, p.name, p.trusts_factor) for p in house.providers] == [
        ("oidc", "login.example", False),
        ("city", "City", True),
    ]
    assert "hush" not in repr(house)
    assert settings.read({**env, "LIUHEN_SECOND_FACTOR": "designer, auditor"}).second_factor == {"designer", "auditor"}
    for wrong in (
        [{**one, "key": "oidc"}],
        [{**one, "key": "No Key"}],
        [{**one, "factor": "maybe"}],
        [{**one, "name": ""}],
        {"not": "a list"},
    ):
        listed.write_text(json.dumps(wrong))
        with pytest.raises(WrongSetting) as refused:
            settings.read(env)
        assert "hush" not in str(refused.value)


def test_a_password_in_the_address_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting) as refused:
        settings.read({"LIUHEN_DATA_DIR": str(tmp_path), "LIUHEN_DATABASE_URL": "mysql://me:hush@office/liuhen"})
    assert "hush" not in str(refused.value)


def test_https_makes_cookies_secure(tmp_path: Path) -> None:
    house = settings.read({"LIUHEN_DATA_DIR": str(tmp_path), "LIUHEN_BASE_URL": "https://liuhen.example/"})
    assert house.is_secure
    assert house.base_url == "https://liuhen.example"


def test_the_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    env = {"LIUHEN_DATA_DIR": str(tmp_path / "var")}
    first = settings.read(env).secret_key
    assert len(first) >= 32
    assert settings.read(env).secret_key == first
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]


def test_nodes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    found: list[str] = []
    nodes = [
        threading.Thread(target=lambda: found.append(settings.read({"LIUHEN_DATA_DIR": str(tmp_path)}).secret_key))
        for _ in range(16)
    ]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join()
    assert len(found) == 16
    assert len(set(found)) == 1
    assert found[0]


def test_hosts_that_webhooks_may_go_to(tmp_path: Path) -> None:
    given = {"LIUHEN_DATA_DIR": str(tmp_path), "LIUHEN_WEBHOOK_HOSTS": " Hooks.Office.example, 127.0.0.1,"}
    assert settings.read(given).webhook_hosts == ("hooks.office.example", "127.0.0.1")
    assert settings.read({"LIUHEN_DATA_DIR": str(tmp_path)}).webhook_hosts == ()
