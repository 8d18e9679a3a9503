"""A: who speaks.  Forged, borrowed, replayed and stale signatures."""

from __future__ import annotations

import base64
import hmac
from datetime import timedelta
from functools import partial

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.federation.attacks.world import REFUSED, Attack, World, at, row
from tests.federation.fediverse.actor import rsa_key
from tests.federation.fediverse.handwriting import (
    POSTED,
    Letter,
    now,
    sign_cavage,
    sign_rfc9421,
)

ROWS: list[Attack] = []
attack = partial(row, ROWS)


def shown_key(owner: str, key_id: str, pem: str) -> dict:
    return {"id": key_id, "owner": owner, "publicKeyPem": pem}


@attack("A01", 401)
def nobody_signed_it(w: World) -> Letter:
    return w.legit()


@attack("A02", 401)
def an_empty_signature(w: World) -> Letter:
    letter = w.signed(w.legit())
    text = letter.headers["Signature"]
    letter.headers["Signature"] = text[: text.index("signature=")] + 'signature=""'
    return letter


@attack("A03", 401)
def a_key_that_nobody_publishes(w: World) -> Letter:
    return w.signed(w.legit(by=w.vic), w.vic, key=rsa_key("nobody"))


@attack("A05", 403)
def the_key_of_a_sibling(w: World) -> Letter:
    return w.signed(w.legit(by=w.vic), w.sue)


@attack("A06", 401)
def a_body_that_was_swapped(w: World) -> Letter:
    letter = w.signed(w.legit())
    letter.body = w.legit(w.eve.act("Announce", w.post)).body
    return letter


@attack("A07", 400, 401)
def a_digest_that_is_signed_and_not_sent(w: World) -> Letter:
    letter = w.signed(w.legit())
    del letter.headers["Digest"]
    return letter


@attack("A09", 401)
def a_body_and_its_digest_swapped(w: World) -> Letter:
    letter, other = w.signed(w.legit()), w.signed(w.legit(w.eve.act("Like", w.post)))
    letter.body, letter.headers["Digest"] = other.body, other.headers["Digest"]
    return letter


@attack("A10", 401)
def a_digest_of_no_strength(w: World) -> Letter:
    letter = w.legit()
    letter.headers["Digest"] = "UNIX=0"
    return w.signed(letter)


@attack("A11", 400, 401)
def two_digests_of_which_one_is_right(w: World) -> list[Letter]:
    right = w.signed(w.legit()).headers["Digest"]
    wrong = "SHA-256=" + base64.b64encode(bytes(32)).decode()
    letters = []
    for digest in (f"{right},{wrong}", f"{wrong},{right}"):
        letter = w.legit()
        letter.headers["Digest"] = digest
        letters.append(w.signed(letter))
    return letters


@attack("A13", 401)
def the_path_is_not_signed(w: World) -> Letter:
    return w.signed(w.legit(), covered=POSTED[1:])


@attack("A14", 401)
def the_host_is_not_signed(w: World) -> Letter:
    return w.signed(w.legit(), covered=("(request-target)", "date", "digest"))


@attack("A15", 401)
def no_time_is_signed(w: World) -> Letter:
    return w.signed(w.legit(), covered=("(request-target)", "host", "digest"))


@attack("A17", 401)
def signed_for_another_path(w: World) -> Letter:
    letter = w.legit()
    letter.url = f"{w.blog.base}/elsewhere/inbox"
    w.signed(letter).url = w.blog.inbox
    return letter


@attack("A18", 401)
def signed_as_get_and_sent_as_post(w: World) -> Letter:
    letter = w.legit()
    letter.method = "GET"
    w.signed(letter, covered=POSTED).method = "POST"
    return letter


@attack("A19", 400, 401, 421)
def a_delivery_for_another_server(w: World) -> Letter:
    letter = w.legit()
    letter.headers["Host"] = "other-server.example"
    return w.signed(letter)


@attack("A21", 401)
def signed_tomorrow(w: World) -> Letter:
    return w.signed(w.legit(), date=now() + timedelta(hours=25))


@attack("A22", 400, 401)
def a_date_that_is_none(w: World) -> list[Letter]:
    letters = []
    for date in ("yesterday", "", "Thu, 99 Foo 2026 99:99:99 GMT", "0"):
        letter = w.legit()
        letter.headers["Date"] = date
        letters.append(w.signed(letter))
    return letters


@attack("A23", 401)
def a_signature_that_has_expired(w: World) -> Letter:
    letter, then = w.legit(), at(now() - timedelta(hours=1))
    letter.headers.update({"(created)": str(then - 60), "(expires)": str(then)})
    covered = ("(request-target)", "(created)", "(expires)", "host", "digest")
    w.signed(letter, covered=covered, algorithm="hs2019")
    del letter.headers["(created)"], letter.headers["(expires)"]
    letter.headers["Signature"] += f",created={then - 60},expires={then}"
    return letter


@attack("A25", 401)
def a_mac_made_with_a_public_key(w: World) -> Letter:
    letter = w.signed(w.legit(), algorithm="hmac-sha256")
    pem = w.eve.document()["publicKey"]["publicKeyPem"].encode()
    headers = [f"{n}: {letter.headers.get(n)}" for n in POSTED[1:]]
    text = "\n".join([f"(request-target): post {letter.target}", *headers])
    mac = base64.b64encode(hmac.digest(pem, text.encode(), "sha256")).decode()
    told = letter.headers["Signature"]
    letter.headers["Signature"] = (
        told[: told.index("signature=")] + f'signature="{mac}"'
    )
    return letter


@attack("A26", 401)
def no_algorithm_at_all(w: World) -> Letter:
    return w.signed(w.legit(), algorithm="none")


@attack("A27", 400, 401)
def two_key_ids(w: World) -> list[Letter]:
    letters = []
    for order in (1, -1):
        letter = w.signed(w.legit(by=w.vic))
        ids = [f'keyId="{w.eve.key_id}"', f'keyId="{w.vic.key_id}"'][::order]
        rest = letter.headers["Signature"].partition(",")[2]
        letter.headers["Signature"] = ",".join([*ids, rest])
        letters.append(letter)
    return letters


@attack("A29", REFUSED)
def a_key_document_that_claims_an_owner(w: World) -> Letter:
    pem = w.eve.document()["publicKey"]["publicKeyPem"]
    id = f"{w.evil.base}/keys/1"
    key = {"type": "CryptographicKey", **shown_key(w.vic.id, id, pem)}
    w.evil.serve({**key, "controller": w.vic.id})
    return w.signed(w.legit(by=w.vic), key_id=id)


@attack("A30", REFUSED)
def a_document_with_anothers_id(w: World) -> Letter:
    url = f"{w.evil.base}/users/vic"
    pem = w.eve.document()["publicKey"]["publicKeyPem"]
    false = {**w.vic.document(), "publicKey": shown_key(w.vic.id, f"{url}#k", pem)}
    w.evil.objects[url] = false
    return w.signed(w.legit(by=w.vic), key_id=f"{url}#k")


@attack("A31", REFUSED)
def an_actor_that_leads_to_another(w: World) -> Letter:
    path = w.vic.id.removeprefix(w.victim.base)
    w.victim.answers(path, status=302, headers={"Location": w.eve.id})
    return w.signed(w.legit(by=w.vic), key_id=w.vic.key_id, key=w.eve.rsa)


@attack("A33", 401)
def a_key_that_is_too_short(w: World) -> Letter:
    mallory = w.evil.actor("mallory")
    mallory.rsa = generate_private_key(public_exponent=65537, key_size=1024)
    return w.signed(w.legit(by=mallory), mallory)


@attack("A34", REFUSED)
def key_ids_that_are_none(w: World) -> list[Letter]:
    ids = [
        *(
            "",
            " ",
            "javascript:alert(1)",
            "http://[::1",
            "x" * 5000,
            "file:///etc/passwd",
        ),
        *(f"http://user:pw@{w.evil.host}/users/eve", f"http://a\\@{w.evil.host}/"),
        *("data:,x", "#main-key", "//x", "http://", "acct:eve@evil.example"),
    ]
    return [w.signed(w.legit(), key_id=id or "\t") for id in ids]


@attack("A35", REFUSED)
def signature_headers_that_are_none(w: World) -> list[Letter]:
    letters = []
    for told in (
        *("x", "keyId", "keyId=", 'keyId="', "=,=,=", '"', "keyId=x,signature=y"),
        *('keyId="x" signature="y"', "," * 5000, 'keyId="a",signature="%%%"'),
    ):
        letter = w.signed(w.legit())
        letter.headers["Signature"] = told
        letters.append(letter)
    return letters


@attack("A39", 401)
def signed_for_another_inbox(w: World) -> Letter:
    letter = w.legit()
    letter.url = f"{w.blog.actor}/inbox"
    w.signed(letter).url = w.blog.inbox
    return letter


@attack("A42", 400, 401)
def signatures_that_cover_next_to_nothing(w: World) -> list[Letter]:
    letters = []
    for covered in ((), ("content-type",), ("@method", "@target-uri"), ("@authority",)):
        letter = w.legit()
        body, letter.body = letter.body, b""
        letter.headers["Content-Type"] = "application/activity+json"
        sign_rfc9421(letter, w.eve.key_id, w.eve.rsa, covered=covered)
        letter.body = body
        letters.append(letter)
    return letters


@attack("A42b", 400, 401)
def a_digest_of_another_body(w: World) -> Letter:
    letter = w.legit()
    sign_rfc9421(letter, w.eve.key_id, w.eve.rsa)
    letter.body = w.legit(w.eve.act("Announce", w.post)).body
    return letter


@attack("A42c", 400, 401)
def two_labels_of_which_one_is_the_victims(w: World) -> Letter:
    letter, other = w.legit(by=w.vic), w.legit(by=w.vic)
    sign_rfc9421(letter, w.vic.key_id, w.eve.rsa)
    sign_rfc9421(other, w.eve.key_id, w.eve.rsa)
    for name in ("Signature-Input", "Signature"):
        both = f"{letter.headers[name]}, {other.headers[name].replace('sig1', 'sig2')}"
        letter.headers[name] = both
    return letter


@attack("A45", 200, 202, REFUSED)
def ten_thousand_keys(w: World) -> Letter:
    mallory = w.evil.actor("mallory")
    key = mallory.document()["publicKey"]
    mallory.more["publicKey"] = [
        {**key, "id": f"{mallory.id}#{n}"} for n in range(10_000)
    ]
    letter = w.legit(mallory.act("Like", f"{w.blog.base}/posts/none"), mallory)
    sign_cavage(letter, f"{mallory.id}#9999", mallory.rsa)
    return letter
