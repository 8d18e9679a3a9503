from __future__ import annotations

import asyncio

import pytest

from peer.model.permission import Role
from peer.node.people import accounts, membership
from peer.node.people.accounts import address_in, name_in
from peer.node.people.membership import admit, change, enroll
from peer.node.refusal import Refused


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("ada@example.org", "ada@example.org"),
        (" Ada.Lovelace+gigs@Example.ORG\n", "ada.lovelace+gigs@example.org"),
        ("ada@münchen.example.org", "ada@xn--mnchen-3ya.example.org"),
        ("owner@blog.localhost", "owner@blog.localhost"),
        ("Owner@LOCALHOST", "owner@localhost"),
    ],
)
def test_an_address_has_one_form(told, address):
    assert address_in(told) == address
    assert address_in(address) == address


@pytest.mark.parametrize(
    "told",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example",
        "ada@.localhost",
        "ada@evil.org@blog.localhost",
        "a@b.example,c@d.example",
        "a@example.org,c@example.net",
        '"a b"@example.org',
        "a b@example.org",
        "a%b@example.org",
        "example.net!ada@example.org",
        "Ada <ada@example.org>",
        "ada@[127.0.0.1]",
        "x\r\nBcc: all@example.org",
        "ada@example.org\r\nBcc: all@example.net",
        "ada@example.org\0",
        "ada\u212a@example.org",
        "ada@example.org\u200b",
        "\ud800@example.org",
        "x" * 5000 + "@example.org",
        "a" * 70 + "@example.org",
    ],
)
def test_what_is_no_address_is_refused_in_words(told):
    with pytest.raises(Refused) as refused:
        address_in(told)

    assert refused.value.status == 422
    assert refused.value.problems["email"].endswith(".")


def test_a_name_is_one_line_that_can_be_read():
    assert name_in("  Ada \n Lovelace ") == "Ada Lovelace"
    assert name_in("李清照") == "李清照"


@pytest.mark.parametrize("told", ["", " \n", "x" * 81, "a\0b", "a\u202eb", "\ud800"])
def test_what_is_no_name_is_refused_in_words(told):
    with pytest.raises(Refused) as refused:
        name_in(told)

    assert "name" in refused.value.problems


async def test_who_is_admitted_is_a_person_of_this_peer(node):
    ada = await admit(node, "Ada@Example.org", "Ada Lovelace")

    person = await node.store.read(lambda read: read.get(ada.id))
    assert ada.id == f"{node.base}/people/ada-lovelace"
    assert (person.kind, person.owner, person["name"]) == ("Person", ada.id, ada.name)
    assert (ada.viewer.id, ada.viewer.role) == (ada.id, Role.MEMBER)
    assert await node.store.read(lambda r: accounts.find(r, ada.id)) == ada
    assert (
        await node.store.read(lambda r: accounts.find_by_email(r, "ada@example.org"))
        == ada
    )


async def test_nobody_is_admitted_twice(node):
    asked = [admit(node, "ada@example.org", "Ada") for _ in range(5)]

    once, *again = await asyncio.gather(*asked)

    assert again == [once] * 4
    everyone = await node.store.read(lambda read: list(accounts.everyone(read)))
    assert [each for each in everyone if each.email == once.email] == [once]


async def test_two_of_one_name_are_two_people(node):
    one = await admit(node, "ada@example.org", "Ada")
    other = await admit(node, "ada@example.net", "Ada")
    nobody = await admit(node, "li@example.net", "李")
    new = await admit(node, "new@example.net", "New")

    homes = [each.id.rpartition("/")[2] for each in (one, other, nobody, new)]
    assert homes == ["ada", "ada-2", "somebody", "new-2"]


async def test_what_was_broken_off_is_completed_the_next_time(node):
    await node.store.transact(
        lambda tx: enroll(tx, node.base, "ada@example.org", "Ada", "member", node.now())
    )

    ada = await admit(node, "ada@example.org", "Ada")

    person = await node.store.read(lambda read: read.get(ada.id))
    assert person is not None and person["name"] == "Ada"


async def test_a_role_is_raised_by_admitting_and_not_lowered(node):
    await admit(node, "ada@example.org", "Ada", "guest")

    assert (await admit(node, "ada@example.org", "Ada", "owner")).role == "owner"
    assert (await admit(node, "ada@example.org", "Ada", "guest")).role == "owner"


async def test_the_address_that_is_wanted_is_not_taken_from_whose_it_is(node):
    one = await admit(node, "one@example.org", "One", "owner", wanted="keeper")
    other = await admit(node, "other@example.org", "Other", "owner", wanted="keeper")

    assert one.id == f"{node.base}/people/keeper"
    assert other.id == f"{node.base}/people/other"


async def test_the_only_owner_stays(node):
    owner = await admit(node, "owner@example.org", "Owner", "owner")

    for less in ({"role": "member"}, {"disabled": True}):
        with pytest.raises(Refused, match="only owner"):
            await node.store.transact(
                lambda tx, less=less: change(tx, owner.id, **less)
            )


async def test_one_of_two_owners_may_go(node):
    owner = await admit(node, "owner@example.org", "Owner", "owner")
    await admit(node, "ada@example.org", "Ada", "owner")

    gone = await node.store.transact(lambda tx: change(tx, owner.id, disabled=True))

    assert gone.disabled and not gone.keeps_peer


async def test_nobody_cannot_be_changed(node):
    with pytest.raises(Refused) as refused:
        await node.store.transact(lambda tx: membership.change(tx, "nobody", role="x"))

    assert refused.value.status == 404


def test_a_password_is_not_seen_in_logs():
    account = accounts.Account("id", "a@example.org", "A", "member", "", "$argon2id$x")

    assert "argon2" not in repr(account)
