from __future__ import annotations

import pytest

from peer.model.declaration import DeclarationError
from peer.model.domain import ALWAYS, from_toml

GOOD = 'title = "Library"\ntypes = ["page"]\nhue = 30\nzone = "Europe/Lisbon"\n'


def test_a_domain_speaks_of_its_types_and_of_what_every_peer_does():
    domain = from_toml("library", GOOD, "domain.toml")

    assert domain.types == ("page", *ALWAYS)
    assert (domain.name, domain.title, domain.hue) == ("library", "Library", 30)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (GOOD.replace("hue", "hues"), "domain.toml:3: hues: is not a key"),
        (GOOD.replace("30", "360"), "domain.toml:3: hue: should be"),
        (GOOD.replace("30", '"red"'), "domain.toml:3: hue: should be a whole number"),
        (GOOD.replace("Lisbon", "Lisboa"), "domain.toml:4: zone: 'Europe/Lisboa'"),
        (GOOD.replace('["page"]', '"page"'), "domain.toml:2: types: should be a list"),
        (GOOD + 'currency = "euro"', "domain.toml:5: currency: should be three"),
        ('types = ["page"]\n', "title: is missing"),
        ("title", "domain.toml: "),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(broken, said):
    with pytest.raises(DeclarationError) as wrong:
        from_toml("library", broken, "domain.toml")

    assert said in str(wrong.value)
