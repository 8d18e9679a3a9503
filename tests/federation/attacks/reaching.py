"""C: making the peer ask where it has no business.  Nobody may reach the canary."""

from __future__ import annotations

from functools import partial

from tests.federation.attacks.world import FINE, REFUSED, Attack, World, row
from tests.federation.fediverse.actor import Actor
from tests.federation.fediverse.handwriting import Letter
from tests.federation.fediverse.rules import AS2, PUBLIC

ROWS: list[Attack] = []
attack = partial(row, ROWS)


def stranger(w: World, **more) -> Actor:
    """Somebody of the attacker's whose document says ``more``."""
    made = w.evil.actor(f"m{w.evil.next()}", keys_of="eve")
    made.more.update(more)
    return made


@attack("C02", FINE)
def the_actor_is_there(w: World) -> list[Letter]:
    said = w.eve.act("Like", w.post)
    url = w.canary.url
    return [
        w.signed(w.legit({**said, "actor": url}), key_id=f"{url}#main-key"),
        w.signed(w.legit({**said, "actor": url}), key_id=url),
        w.says({**said, "actor": url}),
    ]


@attack("C03", FINE)
async def the_object_is_there(w: World) -> list[Letter]:
    await w.follow(w.eve)
    await w.seen()
    verbs = ("Announce", "Create", "Offer", "Like", "Update", "Delete", "Join", "Add")
    return [w.claims(v, w.canary.url, to=[w.blog.actor, PUBLIC]) for v in verbs]


@attack("C04", FINE, harmless=True)
def what_is_answered_is_there(w: World) -> list[Letter]:
    notes = [
        w.eve.note(
            "Hm.", inReplyTo=w.canary.url, cc=[w.blog.actor], context=w.canary.url
        ),
        w.eve.note("Hm.", quotes=w.canary.url, cc=[w.blog.actor]),
        w.eve.note("Hm.", replies=w.canary.url, inReplyTo=w.post),
    ]
    return [w.claims("Create", note) for note in notes]


@attack("C06", FINE, harmless=True)
def who_is_mentioned_is_there(w: World) -> Letter:
    tags = [
        {"type": "Mention", "href": w.canary.url, "name": "@x@canary.localhost"},
        {
            "type": "Emoji",
            "name": ":x:",
            "icon": {"type": "Image", "url": w.canary.url},
        },
        {"type": "Hashtag", "name": "#x", "href": w.canary.url},
    ]
    note = w.eve.note("Hm.", tags=tags, inReplyTo=w.post, pictures=[w.canary.url])
    return w.claims("Create", note)


@attack("C07", FINE, harmless=True)
def the_picture_of_the_actor_is_there(w: World) -> Letter:
    icon = {"type": "Image", "url": w.canary.url}
    made = stranger(w, icon=icon, image=icon, url=w.canary.url)
    made.more |= {"featured": w.canary.url, "outbox": w.canary.url}
    return w.says(made.act("Like", w.post), made)


@attack("C08", FINE)
def the_inbox_of_the_actor_is_there(w: World) -> list[Letter]:
    inbox = f"{w.canary.base}/inbox"
    return [
        w.says(made.act("Follow", w.blog.actor), made)
        for made in (stranger(w, inbox=inbox), stranger(w, inbox=f"{inbox}/eve"))
    ]


@attack("C08b", FINE, harmless=True)
def the_shared_inbox_of_the_actor_is_there(w: World) -> Letter:
    made = stranger(w, endpoints={"sharedInbox": f"{w.canary.base}/inbox"})
    return w.says(made.act("Follow", w.blog.actor), made)


@attack("C10", REFUSED)
def the_key_of_the_actor_is_there(w: World) -> list[Letter]:
    url = w.canary.url
    made = [
        stranger(w, publicKey=url),
        stranger(w, publicKey=[url, url]),
        stranger(w, publicKey={"id": url}, assertionMethod=[url]),
    ]
    return [w.says(each.act("Like", w.post), each) for each in made]


@attack("C11", FINE, harmless=True)
def the_context_is_there(w: World) -> list[Letter]:
    context = [AS2, w.canary.url, {"@import": w.canary.url}]
    made = stranger(w, **{"@context": context})
    return [
        w.says({**w.eve.act("Like", w.post), "@context": context}),
        w.says({**w.sue.act("Like", w.post), "@context": w.canary.url}, w.sue),
        w.says(made.act("Like", w.post), made),
    ]


@attack("C12", REFUSED)
def the_actor_leads_there(w: World) -> list[Letter]:
    letters = []
    for status in (301, 302, 303, 307, 308):
        made = stranger(w)
        path = made.id.removeprefix(w.evil.base)
        w.evil.answers(path, status=status, headers={"Location": w.canary.url})
        letters.append(w.says(made.act("Like", w.post), made))
    return letters


@attack("C12b", FINE)
async def the_object_leads_there(w: World) -> list[Letter]:
    await w.follow(w.eve)
    await w.seen()
    letters = []
    for status in (301, 302, 303, 307, 308):
        path = f"/leads/{status}"
        w.evil.answers(path, status=status, headers={"Location": w.canary.url})
        letters.append(w.claims("Announce", w.evil.base + path, to=[PUBLIC]))
    return letters


@attack("C14", FINE)
async def a_page_names_it_as_its_document(w: World) -> Letter:
    await w.follow(w.eve)
    await w.seen()
    kind = "application/activity+json"
    body = f'<link rel="alternate" type="{kind}" href="{w.canary.url}">'.encode()
    headers = {
        "Content-Type": "text/html",
        "Link": f'<{w.canary.url}>; rel="alternate"; type="{kind}"',
    }
    w.evil.answers("/page", headers=headers, body=body)
    return w.claims("Announce", f"{w.evil.base}/page", to=[PUBLIC])


@attack("C18", REFUSED)
def addresses_that_are_nobodys_business(w: World) -> list[Letter]:
    hosts = (
        *("169.254.169.254", "[fd00:ec2::254]", "127.0.0.1", "0x7f.1", "localhost"),
        *("[::ffff:10.0.0.1]", "10.0.0.1", "2130706433", "metadata.google.internal"),
    )
    said = w.eve.act("Like", w.post)
    return [
        w.signed(
            w.legit({**said, "actor": f"http://{host}/u"}), key_id=f"http://{host}/u"
        )
        for host in hosts
    ]


@attack("C19", REFUSED)
def schemes_and_ports_of_something_else(w: World) -> list[Letter]:
    urls = (
        *("file:///etc/passwd", "gopher://x.example/", "ftp://x.example/u", "data:,x"),
        *("unix:/run/x", "http://x.example:22/u", "http://x.example:6379/u"),
    )
    said = w.eve.act("Like", w.post)
    return [w.signed(w.legit({**said, "actor": url}), key_id=url) for url in urls]
