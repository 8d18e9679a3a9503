"""An order at the shop: its page for the buyer and for who keeps the shop.

A guest has an address with a key in it; whoever lost it asks for the order by its
number and the e-mail address it was made with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from peer.model.kinds import KINDS
from peer.model.ordering import BOUGHT, buyer_of, contact_of, lines_of, unanswered
from peer.model.permission import Role
from peer.model.query import Query, Where
from peer.model.reading import Read
from peer.node.paying import ways
from peer.node.paying.provider import Provider
from peer.node.people import attempts
from peer.node.people.attempts import Limit
from peer.node.refusal import Refused
from peer.node.trading import order_keys, orders, tickets
from peer.protocol.thing import DRAFT, Thing
from peer.web.exchange.board import mark_of
from peer.web.exchange.caching import OWN
from peer.web.exchange.negotiation import HTML, REPRESENTATIONS, chosen
from peer.web.pages import things
from peer.web.parts import qr
from peer.web.parts.around import Around
from peer.web.parts.ordered import Ordered, ordered
from peer.web.parts.terms import Terms, terms_of
from peer.web.parts.view import View
from peer.web.visit import Visit

_ORDER = "Order"
_LOOKUPS, _LOOKUPS_OF_ONE = Limit(20), Limit(10)
_LONGEST_NUMBER = 40
_MOST_CODES = 10  # drawn on the page of the order; each ticket has its own page as well
_BOTH = "Type both, the number of the order and the address that you bought with."
_NOT_FOUND = (
    "There is no order with that number and that address. Look at the letter that we "
    "sent you: both are in it, as they have to be typed here."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """An order that the visitor may see, and what opened it."""

    order: Thing
    key: str  # "" for who needs none
    is_buyer: bool
    is_staff: bool

    @property
    def query(self) -> str:
        return "?" + urlencode({"key": self.key}) if self.key else ""


async def page(visit: Visit) -> web.StreamResponse:
    """The order for its buyer and for staff; for everybody else nothing is here."""
    _, suffix = things.address(visit)
    opened = await visit.read(partial(opened_order, visit))
    accept = visit.request.headers.get("Accept", "")
    offered = (HTML, *REPRESENTATIONS)
    if opened is None or suffix or chosen(accept, offered) != HTML:
        return await things.page(visit)
    return await _page(visit, opened)


def opened_order(visit: Visit, read: Read) -> Opened | None:
    id, _ = things.address(visit)
    order = read.get(id)
    if order is None or order.deleted or order.kind != _ORDER:
        return None
    told = visit.told.get("key") or visit.query.get("key", "")
    has_key = order_keys.is_key(visit.site.order_secret, id, told)
    is_buyer = has_key or _has_bought(visit, id, read)
    is_staff = visit.viewer.role is Role.OWNER or visit.viewer.id == order.owner
    if not (is_buyer or is_staff):
        return None
    return Opened(order, told if has_key else "", is_buyer, is_staff)


def _has_bought(visit: Visit, id: str, read: Read) -> bool:
    me = visit.viewer.id
    if me is None:
        return False
    return bool(read.edges(subject=me, relation=BOUGHT, object=id, limit=1))


async def _page(
    visit: Visit, opened: Opened, refused: Refused | None = None
) -> web.Response:
    order = opened.order
    view = View(order, Around(), visit.setting)
    shown = await visit.read(partial(ordered, order))
    pages, secret = visit.site.pages, visit.site.order_secret
    asks = await is_asked(visit, opened)
    answer = visit.page(
        "order.html",
        status=refused.status if refused else 200,
        reason=refused.reason if refused else "",
        drawn=pages.of_type(view.type, visit.node.lexicon, "page.html"),
        thing=view,
        kind=view.type,
        order=shown,
        opened=opened,
        path=order.id.removeprefix(visit.node.base),
        ways=() if asks else await _ways(visit, shown),
        asks=asks,
        payee=await payee_of(visit, order),
        beside=await others(visit, order),
        seats=await visit.read(partial(_held, shown, secret)),
        terms=await terms(visit, shown),
        calendars=_calendars(shown, secret),
        mark=mark_of(order),
    )
    answer.headers["Cache-Control"] = OWN
    return answer


@dataclass(frozen=True, slots=True)
class Held:
    """A seat as the buyer finds it: its page, and what is shown at the door.

    Of one that was passed on neither: somebody else holds it now.
    """

    seat: Thing
    href: str
    code: Markup


def _held(shown: Ordered, secret: bytes, read: Read) -> Sequence[Held]:
    few = len(shown.seats) <= _MOST_CODES
    nothing = Markup("")
    return [
        Held(seat, "", nothing)
        if seat.get("passed")
        else Held(
            seat,
            tickets.link_of(seat, secret),
            _code(tickets.token_of(seat, read)) if few else nothing,
        )
        for seat in shown.seats
    ]


def _code(token: str) -> Markup:
    return qr.svg(token, "QR code of the ticket") if token else Markup("")


def _calendars(shown: Ordered, secret: bytes) -> Sequence[str]:
    """A calendar file for each event that somebody is let in to."""
    links: dict[str, str] = {}
    for seat in shown.seats:
        if seat.get("state") == "valid" and not seat.get("passed"):
            links.setdefault(seat["event"], tickets.calendar_link_of(seat, secret))
    return list(links.values())


async def receipt(visit: Visit) -> web.StreamResponse:
    """What was paid for, on a page to be printed."""
    opened = await asked(visit)
    order = opened.order
    view = View(order, Around(), visit.setting)
    answer = visit.page(
        "receipt.html",
        thing=view,
        order=await visit.read(partial(ordered, order)),
        opened=opened,
        path=order.id.removeprefix(visit.node.base),
        payee=await payee_of(visit, order),
    )
    answer.headers["Cache-Control"] = OWN
    return answer


async def terms(visit: Visit, shown: Ordered) -> Terms:
    """Where what was ordered is picked up, and how it goes back."""
    ids = [line.thing.id for line in shown.lines if line.thing]
    said = visit.node.config.returns
    return await visit.read(partial(terms_of, ids, said))


async def _ways(visit: Visit, shown: Ordered) -> Sequence[Provider]:
    if not (shown.is_waiting and shown.account.due):
        return ()
    return await ways.offered_for(visit.node, shown.order.get("payee"))


async def payee_of(visit: Visit, order: Thing) -> str:
    """Who is paid for it, where that is not the shop itself."""
    id = order.get("payee")
    found = await visit.read(lambda read: read.get(id)) if id else None
    return str(found.get("name") or "") if found else ""


@dataclass(frozen=True, slots=True)
class Other:
    """An order that was made together with another one, and where it is found."""

    order: Thing
    href: str


async def others(visit: Visit, order: Thing) -> Sequence[Other]:
    found = await visit.read(partial(orders.beside_of, order))
    secret = visit.site.order_secret
    return [Other(each, order_keys.way_to(secret, each)) for each in found]


# -- what can be done with it --------------------------------------------------------


async def is_asked(visit: Visit, opened: Opened) -> bool:
    """Has its buyer something to answer before they pay, or have it for nothing?"""
    order = opened.order
    if order["state"] != "awaiting" or not opened.is_buyer:
        return False
    if not order["total"]["amount"]:
        return True  # theirs once they have said it, or it is asked no more

    def query(read: Read) -> bool:
        return bool(unanswered(order, lines_of(order.id, read), read))

    return await visit.read(query)


async def asked(visit: Visit) -> Opened:
    opened = await visit.read(partial(opened_order, visit))
    if opened is None:
        raise Refused("Nothing is here, or it is somebody else's.", 404)
    return opened


def _back(visit: Visit, opened: Opened, say: str = "") -> web.Response:
    return visit.go(opened.order.id.removeprefix(visit.node.base) + opened.query, say)


async def again(visit: Visit) -> web.StreamResponse:
    """The same once more, after nobody had paid for it in time."""
    opened = await asked(visit)
    if opened.order["state"] not in ("expired", "cancelled"):
        return _back(visit, opened)
    try:
        made = await _again(visit, opened.order)
    except Refused as refused:
        if refused.status not in (409, 410, 422):
            raise
        return await _page(visit, opened, refused)
    return visit.go(_address(visit, made))


async def _again(visit: Visit, order: Thing) -> Thing:
    """What was ordered, ordered anew: once, however often it is pressed.

    With the code that it was made with, or else with the sentence why not.
    """
    lines = await visit.read(lambda read: lines_of(order.id, read))
    contact = await visit.read(partial(contact_of, order))
    return await orders.order(
        visit.node,
        visit.viewer,
        token=f"again {order.id}",
        lines=[(each.thing.id, each.count) for each in lines],
        contact=contact,
        beside=await visit.read(partial(orders.said_beside, order)),
    )


def _address(visit: Visit, order: Thing) -> str:
    link = order_keys.link_of(visit.site.order_secret, order.id)
    return link.removeprefix(visit.node.base)


async def cancel(visit: Visit) -> web.StreamResponse:
    """The buyer does not want it any more; where it was paid, the shop decides."""
    opened = await asked(visit)
    if not opened.is_buyer:
        raise Refused("Only who ordered it may cancel it.", 403)
    who = await visit.read(partial(buyer_of, opened.order))
    await orders.withdraw(visit.node, opened.order.id, who or opened.order.owner)
    return _back(visit, opened, "cancel-asked")


async def hand_over(visit: Visit) -> web.StreamResponse:
    """Staff: the buyer has it now."""
    opened = await asked(visit)
    if not opened.is_staff:
        raise Refused("This is for those who keep this site.", 403)
    await orders.hand_over(visit.node, opened.order.id)
    return _back(visit, opened, "handed-over")


# -- found by its number ------------------------------------------------------------


async def find_page(visit: Visit) -> web.StreamResponse:
    if _ORDER not in visit.node.lexicon.types:
        raise web.HTTPNotFound
    return _find_page(visit)


def _find_page(visit: Visit, problem: str = "") -> web.Response:
    return visit.page(
        "order-find.html",
        status=422 if problem else 200,
        number=visit.told.get("number"),
        email=visit.told.get("email"),
        problem=problem,
    )


async def find(visit: Visit) -> web.StreamResponse:
    """To the order; what is answered says nothing about either alone."""
    number = " ".join(visit.told.get("number").upper().removeprefix("ORDER ").split())
    email = visit.told.get("email").strip().lower()
    if not (number and email):
        return _find_page(visit, _BOTH)
    limits = {
        f"find order {attempts.network(visit.address)}": _LOOKUPS,
        f"find order {number[:_LONGEST_NUMBER]}": _LOOKUPS_OF_ONE,
    }
    now = visit.node.now()
    await visit.node.store.transact(lambda tx: attempts.spend(tx, limits, now))
    found = await visit.read(partial(_found, number, email))
    if found is None:
        return _find_page(visit, _NOT_FOUND)
    return visit.go(_address(visit, found))


def _found(number: str, email: str, read: Read) -> Thing | None:
    if not (email and 0 < len(number) <= _LONGEST_NUMBER):
        return None  # an order may have come without an address: nobody finds that
    where = Where("number", "=", KINDS["line"].key(number))
    query = Query((_ORDER,), audiences=(DRAFT,), where=(where,))
    for order in read.find(query).items:
        if contact_of(order, read).get("email", "").lower() == email:
            return order
    return None
