from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.headerregistry import Address

import pytest

from peer.node.letters import mail
from peer.node.letters.mail import claim, failed, mailbox, post, sent, written

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SENDER = Address("The Co-op, Ltd", addr_spec="no-reply@blog.example")


@pytest.fixture
def posted(store):
    async def letter(to="ada@example.org", subject="Hello", token="1", now=NOW, **told):
        return await store.transact(
            lambda tx: post(tx, to, subject, "Text", now=now, token=token, **told)
        )

    return letter


@pytest.fixture
def due(store):
    async def claimed(**later):
        return await store.transact(lambda tx: claim(tx, NOW + timedelta(**later)))

    return claimed


async def test_what_was_posted_is_in_the_mailbox_the_newest_first(posted, store):
    first = await posted(subject="One", token="b")
    other = await posted(subject="Two", token="a", now=NOW + timedelta(seconds=1))

    assert await store.read(mailbox) == [other, first]
    assert await store.read(lambda read: mailbox(read, 1)) == [other]


async def test_nothing_is_posted_if_what_it_is_about_did_not_happen(store):
    def work(tx):
        post(tx, "ada@example.org", "Hello", "Text", now=NOW, token="1")
        raise LookupError

    with pytest.raises(LookupError):
        await store.transact(work)

    assert await store.read(mailbox) == []


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("ada@example.org\r\nBcc: all@example.org", "Hello"),
        ("ada@example.org\nBcc: all@example.org", "Hello"),
        ("ada@example.org", "Hello\r\nBcc: all@example.org"),
        ("ada@example.org", "Hello\n\nText"),
        ("ada@example.org", "Hello\u2028Bcc: all@example.org"),
        ("a@b.example,c@d.example", "Hello"),
        ("a@b.example, c@d.example", "Hello"),
        ("Ada <ada@example.org>", "Hello"),
        ("ada", "Hello"),
        ("", "Hello"),
        ("@", "Hello"),
    ],
)
async def test_a_header_is_one_line_and_an_address_one_address(
    posted, store, to, subject
):
    with pytest.raises(ValueError, match=r".+"):
        await posted(to, subject)

    assert await store.read(mailbox) == []


async def test_a_letter_is_the_same_each_time_it_is_sent(posted):
    letter = await posted(subject="Grüße", html="<p>Text</p>")

    message = letter.message(SENDER)

    assert message.as_bytes() != b""
    assert message["From"] == '"The Co-op, Ltd" <no-reply@blog.example>'
    assert (message["To"], message["Subject"]) == ("ada@example.org", "Grüße")
    assert message["Message-ID"] == letter.message(SENDER)["Message-ID"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content() == "Text\n"
    assert message.get_body(("html",)).get_content() == "<p>Text</p>\n"


async def test_a_letter_is_one_postmans_at_a_time(posted, due):
    letter = await posted()

    assert await due() == [letter]
    assert await due(minutes=4) == []
    assert len(await due(minutes=5)) == 1


async def test_nothing_is_kept_of_what_has_arrived(posted, due, store):
    await posted()
    (letter,) = await due()

    await store.transact(lambda tx: sent(tx, letter))

    assert await store.read(mailbox) == []


async def test_what_did_not_arrive_is_tried_again_ever_later(posted, store):
    letter, waits = await posted(), []
    while letter.due:
        letter = await store.transact(
            lambda tx, letter=letter: failed(tx, letter, "no", NOW, for_good=False)
        )
        waits.append(letter.due[11:16])

    assert waits == ["12:01", "12:05", "12:20", "14:00", "20:00", ""]
    assert (await store.read(mailbox))[0].error == "no"


async def test_what_cannot_arrive_is_kept_to_be_seen_but_not_tried(posted, due, store):
    letter = await posted()

    await store.transact(lambda tx: failed(tx, letter, "no such", NOW, for_good=True))

    assert await due(days=6) == []
    assert [each.error for each in await store.read(mailbox)] == ["no such"]


async def test_old_letters_are_thrown_away(posted, store):
    await posted()

    await store.transact(lambda tx: tx.tidy("2026-11-28T12:00:01.000Z"))

    assert await store.read(mailbox) == []


@pytest.mark.parametrize(
    ("base", "smtp_url", "shown"),
    [
        ("http://blog.localhost:8801", None, True),
        ("http://localhost:8801", None, True),
        ("http://blog.localhost:8801", "smtp://mail.example", False),
        ("https://blog.example", None, False),
        ("https://localhost.evil.example", None, False),
        ("https://notlocalhost", None, False),
    ],
)
def test_only_who_tries_a_peer_out_may_read_its_mail(base, smtp_url, shown):
    assert mail.is_open(base, smtp_url) is shown


def test_a_template_has_a_subject_and_a_text():
    words = {"title": "Blog", "base": "b", "name": "", "link": "l", "minutes": 15}

    subject, text = written("sign-in", words)

    assert subject == "Welcome to Blog"
    assert text.startswith("Hello,\n") and "\nl\n" in text


def test_a_word_that_is_missing_is_noticed():
    with pytest.raises(Exception, match="undefined"):
        mail.written("sign-in", {})


async def test_of_thousands_only_the_first_are_looked_at(store):
    def work(tx):
        for n in range(1100):
            post(tx, "ada@example.org", "Hello", "Text", now=NOW, token=f"{n:04}")

    pages = []

    def claimed(tx):
        class Counted:
            keep = tx.keep

            def recall_all(self, *space, **where):
                pages.append(where)
                return tx.recall_all(*space, **where)

        return claim(Counted(), NOW)

    await store.transact(work)

    due = await store.transact(claimed)
    assert [each.key[-4:] for each in due] == ["0000", "0001", "0002", "0003", "0004"]
    assert len(pages) == 1
