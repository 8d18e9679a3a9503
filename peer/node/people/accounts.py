"""Accounts: who may sign in at this peer, and what they then are to it.

An account belongs to an actor, and is kept under the actor's id; the e-mail
address is only a way to find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from email_validator import EmailNotValidError, validate_email

from peer.model.permission import Role, Viewer
from peer.model.reading import Read
from peer.node.records import each
from peer.node.refusal import Refused
from store.interface import Transaction

SPACE, _BY_EMAIL = "account", "email"
_LONGEST_NAME = 80
_HERE = re.compile(r"([a-z0-9-]+\.)*localhost")  # where a peer is tried out

#: A guest may do what anyone may whose name is known: come along, like, buy.  What
#: members write and read is the cooperative's own, so an owner says who is one.
ROLES = {"guest": Role.ACTOR, "member": Role.MEMBER, "owner": Role.OWNER}


@dataclass(frozen=True, slots=True)
class Account:
    id: str  # the actor's
    email: str
    name: str
    role: str
    created: str
    password: str = field(default="", repr=False)  # argon2id, or none was set
    disabled: bool = False

    @property
    def viewer(self) -> Viewer:
        return Viewer(self.id, ROLES[self.role], self.name)

    @property
    def keeps_peer(self) -> bool:
        return self.role == "owner" and not self.disabled


def find(read: Read, id: str) -> Account | None:
    told = read.recall(SPACE, id)
    return Account(**told) if told else None


def find_by_email(read: Read, address: str) -> Account | None:
    told = read.recall(_BY_EMAIL, address)
    return find(read, told["account"]) if told else None


def everyone(read: Read) -> Iterator[Account]:
    for _, told in each(read, SPACE):
        yield Account(**told)


def keep(tx: Transaction, account: Account) -> None:
    tx.keep(SPACE, account.id, asdict(account))
    tx.keep(_BY_EMAIL, account.email, {"account": account.id})


# -- what is typed ---------------------------------------------------------------


def address_in(told: str) -> str:
    """The e-mail address in ``told``, in its one form; Refused where there is none."""
    local, _, host = told.strip().rpartition("@")
    here = _HERE.fullmatch(host.lower())
    try:
        found = validate_email(
            f"{local}@example.org" if here else told.strip(),
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
        )
    except EmailNotValidError as wrong:
        raise bad("email", "This does not look like an e-mail address.") from wrong
    if re.search("[%!]", found.local_part):  # old ways to have a mail sent on
        raise bad("email", "An e-mail address with % or ! in it is not taken here.")
    return f"{found.local_part}@{host if here else found.ascii_domain}".lower()


def name_in(told: str) -> str:
    """What somebody wants to be called: one line, seen as it is written."""
    found = " ".join(told.split())
    if not found:
        raise bad("name", "Say what you like to be called.")
    if len(found) > _LONGEST_NAME:
        raise bad("name", f"A name has at most {_LONGEST_NAME} characters here.")
    if not found.isprintable():
        raise bad("name", "There is something in this name that cannot be seen.")
    return found


def bad(term: str, sentence: str) -> Refused:
    return Refused(sentence, 422, {term: sentence})
