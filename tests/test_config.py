"""Settings: read once, checked by name, and told of in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from peer.config import SETTINGS, Config, ConfigError, unknown

ROOT = Path(__file__).parent.parent
NAMES = {setting.name for setting in SETTINGS}


def test_a_domain_is_all_it_takes(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    config = Config.of({"SX_DOMAIN": "events"})

    assert config.base == "http://events.localhost:8802"
    assert config.listen == ("127.0.0.1", 8802)
    assert config.var == tmp_path / "var" / "events"
    assert config.database_url == f"sqlite:///{tmp_path}/var/events/peer.db"
    assert config.owner == "owner@events.localhost"
    assert config.workers == 1


@pytest.mark.parametrize(
    ("domain", "port"), [("blog", 8801), ("events", 8802), ("shop", 8803), ("x", 8804)]
)
def test_every_domain_has_a_port_of_its_own(domain, port):
    assert Config.of({"SX_DOMAIN": domain}).listen[1] == port


def test_ports_can_begin_elsewhere():
    config = Config.of({"SX_DOMAIN": "shop", "SX_PORT": "9001"})

    assert config.base == "http://shop.localhost:9003"


def test_a_setting_left_empty_was_not_set():
    empty = {setting.name: "" for setting in SETTINGS}

    assert Config.of({**empty, "SX_DOMAIN": "blog"}) == Config.of({"SX_DOMAIN": "blog"})


def test_an_origin_is_kept_in_its_one_form():
    config = Config.of({"SX_DOMAIN": "blog", "SX_BASE": "HTTPS://Blog.Example:443/"})

    assert config.base == "https://blog.example"
    assert config.owner == "owner@blog.example"


def test_the_blog_is_the_hub_unless_another_is_named():
    blog = {"SX_DOMAIN": "shop", "SX_BLOG_BASE": "https://blog.example"}
    hub = {**blog, "SX_HUB_BASE": "https://hub.example"}

    assert Config.of(blog).peers["hub"] == "https://blog.example"
    assert Config.of(hub).peers["hub"] == "https://hub.example"
    assert Config.of({"SX_DOMAIN": "shop"}).peers == {}


def test_allowed_addresses_may_be_parted_by_commas_or_spaces():
    told = "Events.localhost:8802, 127.0.0.1:9000\tshop.localhost:8803"

    config = Config.of({"SX_DOMAIN": "blog", "SX_DEV_ALLOW": told})

    assert config.dev_allow == {
        "events.localhost:8802",
        "127.0.0.1:9000",
        "shop.localhost:8803",
    }


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SX_DOMAIN", "../etc", "is not a name of small letters"),
        ("SX_WORKERS", "many", "'many' is not a whole number"),
        ("SX_WORKERS", "0", "0 is not from 1 to 64"),
        ("SX_WORKERS", "4", "4 workers take PostgreSQL"),
        ("SX_PORT", "70000", "is not from 1 to"),
        ("SX_LISTEN", "8801", "is not <host>:<port>"),
        ("SX_LISTEN", "localhost:http", "'http' is not a whole number"),
        ("SX_BASE", "blog.example", "it is not http://<host> or https://<host>"),
        (
            "SX_BASE",
            "https://blog.example/here",
            "says more than scheme, host and port",
        ),
        ("SX_BASE", "https://blog.example:99999", "it is not a URL"),
        ("SX_HUB_BASE", "ftp://hub.example", "it is not http://"),
        ("SX_DATABASE_URL", "mysql://localhost/peer", "it is neither sqlite:///"),
        ("SX_DATABASE_URL", "sqlite://", "a SQLite store is sqlite:///<path>"),
        ("SX_SMTP_URL", "mail.example", "it is not smtp://<host> or smtps://<host>"),
        ("SX_CACHE_URL", "memcached://x", "it is not redis://<host>"),
        ("SX_OWNER", "nobody", "is not an e-mail address"),
        ("SX_TYPES", "/nowhere/at/all", "there is no folder"),
        ("SX_SEEDS", "/nowhere/at/all", "there is no folder"),
        ("SX_DEV_ALLOW", "events.localhost", "is not <host>:<port>"),
        ("SX_LOG", "xml", "'xml' is not one of text, json"),
    ],
)
def test_what_is_wrong_is_said_by_name(name, value, said):
    with pytest.raises(ConfigError) as refused:
        Config.of({"SX_DOMAIN": "blog", name: value})

    assert str(refused.value).startswith(f"{name}: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_without_a_domain_there_is_no_peer():
    with pytest.raises(ConfigError, match="SX_DOMAIN is not set"):
        Config.of({})


def test_a_password_is_not_repeated_where_its_url_is_wrong():
    with pytest.raises(ConfigError) as refused:
        Config.of({"SX_DOMAIN": "blog", "SX_SMTP_URL": "http://me:s3cret@mail.example"})

    assert "s3cret" not in str(refused.value)


# -- secrets from files


def test_a_secret_may_come_from_a_file(tmp_path):
    secret = tmp_path / "smtp"
    secret.write_text("smtps://me:s3cret@mail.example\n")

    config = Config.of({"SX_DOMAIN": "blog", "SX_SMTP_URL_FILE": str(secret)})

    assert config.smtp_url == "smtps://me:s3cret@mail.example"


def test_a_secret_is_told_once(tmp_path):
    both = {"SX_SMTP_URL": "smtp://mail.example", "SX_SMTP_URL_FILE": str(tmp_path)}

    with pytest.raises(ConfigError, match="SX_SMTP_URL_FILE, not both"):
        Config.of({"SX_DOMAIN": "blog", **both})


def test_a_secret_that_cannot_be_read_is_said(tmp_path):
    missing = {"SX_DATABASE_URL_FILE": str(tmp_path / "none")}

    with pytest.raises(ConfigError, match="SX_DATABASE_URL_FILE: cannot read"):
        Config.of({"SX_DOMAIN": "blog", **missing})


# -- what nobody knows


def test_a_misspelt_setting_is_told_with_the_nearest():
    assert unknown({"SX_WORKER": "2", "SX_DOMAIN": "blog", "HOME": "/"}) == [
        "SX_WORKER is no setting; did you mean SX_WORKERS?"
    ]


def test_settings_of_the_tests_are_not_for_operators():
    assert unknown({"SX_TEST_POSTGRES": "postgresql:///x"}) == []


# -- the same table everywhere


def test_compose_sets_only_what_there_is():
    told = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    peers = {name: each for name, each in told["services"].items() if name != "db"}

    for name, peer in peers.items():
        given = {
            key: value
            for key, value in peer["environment"].items()
            if not value.startswith("${")
        }
        config = Config.of(given)

        assert set(peer["environment"]) <= NAMES
        assert config.domain == name
        assert config.base == config.peers[name]
        assert config.base.endswith(f":{config.listen[1]}")
        assert config.base.removeprefix("http://") in config.dev_allow


def test_the_image_sets_only_what_there_is():
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert set(re.findall(r"\b(SX_\w+)=", dockerfile)) <= NAMES


# -- paying ------------------------------------------------------------------------


def paid_by(**told):
    return Config.of({"SX_DOMAIN": "shop", **told}).payments


def test_nobody_tries_out_payments_in_a_shop_that_is_open():
    assert paid_by() == ("door",)
    assert paid_by(SX_DEV_ALLOW="shop.localhost:8803") == ("trial", "door")


def test_what_is_set_up_is_offered():
    sumup = {"SX_SUMUP_KEY": "sup_sk", "SX_SUMUP_MERCHANT": "MH4H92C7"}

    assert paid_by(SX_TRANSFER="The Co-op; GB00") == ("transfer", "door")
    assert paid_by(**sumup) == ("sumup", "door")
    assert paid_by(SX_PAYMENTS="sumup, Door,sumup", **sumup) == ("sumup", "door")


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({"SX_PAYMENTS": "transfer"}, "SX_TRANSFER"),
        ({"SX_PAYMENTS": "sumup"}, "SX_SUMUP_KEY"),
        ({"SX_PAYMENTS": "sumup", "SX_SUMUP_KEY": "x"}, "SX_SUMUP_MERCHANT"),
        ({"SX_PAYMENTS": "gold"}, "SX_PAYMENTS"),
    ],
    ids=str,
)
def test_a_way_to_pay_that_lacks_something_is_told_at_the_start(told, missing):
    with pytest.raises(ConfigError, match=f"^{missing}"):
        paid_by(**told)


def test_the_key_of_the_seller_may_come_in_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text("sup_sk_of_the_seller\n")
    told = {"SX_DOMAIN": "shop", "SX_SUMUP_KEY_FILE": str(file)}

    config = Config.of({**told, "SX_SUMUP_MERCHANT": "MH4H92C7"})

    assert config.sumup_key == "sup_sk_of_the_seller"
    assert "sup_sk" not in repr(config)
