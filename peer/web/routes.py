"""Every address that a peer answers to, on one screen.

First come the peer's own, whose first parts no type may take (``RESERVED`` in
``model/addresses.py``); then those of any type and any thing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from peer.model.permission import Role
from peer.web.exchange.body import PICTURE, PROSE, SMALL
from peer.web.pages import (
    account,
    allocating,
    allotting,
    attending,
    basket,
    blocking,
    buying,
    calendars,
    calling_off,
    checking_in,
    codes,
    dashboard,
    doing,
    editing,
    elsewhere,
    files,
    following,
    front,
    health,
    history,
    ical,
    interacting,
    listing,
    live,
    members,
    meta,
    moderation,
    notices,
    ordering,
    own_orders,
    payees,
    paying,
    purchasing,
    querying,
    questioning,
    queued,
    relating,
    rescheduling,
    scheduling,
    searching,
    series,
    settling,
    sharing,
    signing_in,
    sold,
    things,
    tickets,
    vocabulary,
    writing_to,
)
from peer.web.pages.federation import actors, collected, discovery, edges, inbox
from peer.web.visit import Visit

Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """``harmless`` forms need no token where the browser says they are ours.

    What is ``signed`` is no form: its sender is known by a signature.
    """

    method: str
    path: str
    handler: Handler
    role: Role = Role.STRANGER
    limit: int = SMALL
    harmless: bool = False
    signed: bool = False


SOMEBODY, MEMBER, OWNER = Role.ACTOR, Role.MEMBER, Role.OWNER

#: Asked for by whatever watches over the process, under whatever name.
PROBES = ("/livez", "/readyz")

ROUTES = (
    Route("GET", "/", front.page),
    Route("GET", "/search", searching.page),
    Route("GET", "/live", live.page),
    Route("GET", "/activities", history.page),
    Route("GET", "/activities/{id}", history.entry),
    Route("GET", "/edges", edges.of_others),
    Route("GET", "/edges/{id}", edges.edge),
    Route("GET", "/actor", things.actor),
    # what other servers post
    Route("POST", "/inbox", inbox.shared, signed=True),
    Route("POST", "/peer/inbox", inbox.of_actor, signed=True),
    Route("POST", "/actor/inbox", inbox.of_actor, signed=True),
    Route("POST", "/{path}/{slug}/inbox", inbox.of_actor, signed=True),
    # signing in
    Route("GET", "/sign-in", signing_in.page),
    Route("POST", "/sign-in", signing_in.ask_for_link),
    Route("POST", "/sign-in/password", signing_in.with_password),
    Route("GET", "/sign-in/link/{token}", signing_in.link),
    Route("POST", "/sign-in/link/{token}", signing_in.with_link),
    Route("POST", "/sign-out", signing_in.sign_out),
    Route("GET", "/mailbox", signing_in.mailbox),
    Route("GET", "/account", account.page, SOMEBODY),
    Route("GET", "/account/orders", own_orders.page, SOMEBODY),
    Route("POST", "/account/name", account.change_name, SOMEBODY),
    Route("POST", "/account/password", account.change_password, SOMEBODY),
    Route("POST", "/account/move", account.move, SOMEBODY),
    Route("POST", "/account/devices", account.end_session, SOMEBODY),
    Route("POST", "/theme", account.change_theme, harmless=True),
    # the vocabulary
    Route("GET", "/meta", meta.page),
    Route("GET", "/meta/new-type", meta.new_type, OWNER),
    Route("POST", "/meta/new-type", meta.make_type, OWNER, PROSE),
    Route("GET", "/meta/new-relation", meta.new_relation, OWNER),
    Route("GET", "/meta/{type}/new-field", meta.new_field, OWNER),
    Route("POST", "/meta/{type}/new-field", meta.make_field, OWNER),
    Route("GET", "/meta/{type}/toml", meta.declaration, OWNER),
    Route("POST", "/meta/{type}/toml", meta.declare, OWNER, PROSE),
    Route("GET", "/ns", vocabulary.namespace),
    Route("GET", "/context.jsonld", vocabulary.context),
    Route("GET", "/dataset.trig", vocabulary.dataset),
    Route("GET", "/sparql", querying.page, OWNER),
    Route("POST", "/sparql", querying.ask, OWNER),
    # what is still to reach other servers
    Route("GET", "/queue", queued.page, OWNER),
    Route("GET", "/queue/of", queued.of_host, OWNER),
    Route("POST", "/queue/retry", queued.retry, OWNER),
    Route("GET", "/queue/drop", queued.ask_to_drop, OWNER),
    Route("POST", "/queue/drop", queued.drop, OWNER),
    # files and probes
    Route("POST", "/preview", editing.preview, MEMBER, PICTURE),
    Route("POST", "/media", files.upload, MEMBER, PICTURE),
    Route("GET", "/media/{file}", files.media),
    Route("GET", "/static/v/{digest}/{name}", files.asset),
    Route("GET", "/favicon.ico", files.favicon),
    Route("GET", "/robots.txt", files.robots),
    Route("GET", "/livez", health.live),
    Route("GET", "/readyz", health.ready),
    # found and read by other servers
    Route("GET", "/.well-known/webfinger", discovery.webfinger),
    Route("GET", "/.well-known/host-meta", discovery.host_meta),
    Route("GET", "/.well-known/host-meta.json", discovery.host_meta_json),
    Route("GET", "/.well-known/nodeinfo", discovery.nodeinfo_links),
    Route("GET", "/nodeinfo/2.0", discovery.nodeinfo),
    Route("GET", "/nodeinfo/2.1", discovery.nodeinfo),
    Route("GET", "/peer", actors.application),
    Route("GET", "/peer/outbox", actors.nothing_said),
    Route("GET", "/peer/calendars", actors.calendars),
    Route("GET", "/actor/outbox", collected.page),
    Route("GET", "/actor/followers", collected.page),
    Route("GET", "/actor/following", collected.page),
    Route("GET", "/actor/featured", collected.page),
    Route("GET", "/actor/followers_synchronization", collected.synchronization),
    # what happens to people, and what owners do about it
    Route("GET", "/notices", notices.page, SOMEBODY),
    Route("POST", "/notices/answer", following.answer, SOMEBODY),
    Route("GET", "/moderation", moderation.page, OWNER),
    Route("POST", "/moderation/reports/{seq}", moderation.decide, OWNER),
    Route("GET", "/moderation/log", moderation.log, OWNER),
    Route("GET", "/moderation/blocks", blocking.page, OWNER),
    Route("POST", "/moderation/blocks", blocking.block, OWNER),
    Route("POST", "/moderation/blocks/end", blocking.unblock, OWNER),
    Route("GET", "/moderation/blocks.csv", blocking.export, OWNER),
    Route("POST", "/moderation/blocks/list", blocking.import_, OWNER, PICTURE),
    Route("GET", "/moderation/followers", following.everybody, OWNER),
    Route("GET", "/moderation/people", members.page, OWNER),
    Route("POST", "/moderation/people", members.change, OWNER),
    # other servers, and who comes from there
    Route("GET", "/follow", interacting.page, SOMEBODY),
    Route("GET", "/interact", interacting.page, SOMEBODY),
    Route("POST", "/interact", interacting.look_up, SOMEBODY),
    Route("GET", "/interact/away", interacting.away),
    Route("POST", "/interact/away", interacting.lead_away),
    Route("GET", "/elsewhere", elsewhere.page),
    Route("GET", "/{handle:@[^/]+}", elsewhere.by_handle),
    Route("POST", "/elsewhere/reply", elsewhere.reply, SOMEBODY, PROSE),
    Route("POST", "/elsewhere/conversation", elsewhere.conversation_there, MEMBER),
    Route("GET", "/elsewhere/do/{verb}", doing.page, SOMEBODY),
    Route("POST", "/elsewhere/do/{verb}", doing.do, SOMEBODY),
    Route("POST", "/elsewhere/undo/{verb}", doing.undo, SOMEBODY),
    # calendars, and what is put on them
    Route("GET", "/{path:calendars}", calendars.page),
    Route("GET", "/schedule", scheduling.anywhere, SOMEBODY),
    Route("GET", "/{path:calendars}/{slug}/schedule", scheduling.page, SOMEBODY),
    Route("POST", "/{path:calendars}/{slug}/schedule", scheduling.create, SOMEBODY),
    Route("GET", "/{path:calendars}/{slug}.ics", ical.calendar),
    Route("GET", "/{path:events}/{slug}.ics", ical.event),
    Route("GET", "/{path:series}/{slug}.ics", ical.series),
    Route("GET", "/account/calendar.ics", ical.mine),
    Route("POST", "/account/calendar", ical.renew, SOMEBODY),
    Route("POST", "/{path:events}/{slug}/edit", series.update, SOMEBODY, PICTURE),
    Route("GET", "/{path:events}/{slug}/poster", sharing.poster),
    Route("GET", "/{path:events}/{slug}/embed", sharing.embed),
    Route("GET", "/{path:events}/{slug}/dashboard", dashboard.page, SOMEBODY),
    Route("GET", "/{path:events}/{slug}/allot", allotting.page, SOMEBODY),
    Route("POST", "/{path:events}/{slug}/allot", allotting.give, SOMEBODY),
    Route("POST", "/{path:events}/{slug}/allot/change", allotting.change, SOMEBODY),
    Route("GET", "/{path:events}/{slug}/codes", codes.page, SOMEBODY),
    Route("POST", "/{path:events}/{slug}/codes", codes.make, SOMEBODY),
    Route("POST", "/{path:events}/{slug}/codes/end", codes.end, SOMEBODY),
    Route("GET", "/{path:events}/{slug}/questions", questioning.page, SOMEBODY),
    Route("POST", "/{path:events}/{slug}/questions", questioning.save, SOMEBODY),
    Route("GET", "/{path:events}/{slug}/duplicate", scheduling.another, SOMEBODY),
    Route("GET", "/{path:events}/{slug}/cancel", rescheduling.ask_to_cancel, SOMEBODY),
    Route("POST", "/{path:events}/{slug}/cancel", rescheduling.cancel, SOMEBODY),
    Route(
        "GET", "/{path:events}/{slug}/postpone", rescheduling.ask_to_postpone, SOMEBODY
    ),
    Route("POST", "/{path:events}/{slug}/postpone", rescheduling.postpone, SOMEBODY),
    # buying at a shop elsewhere, and what was asked of it
    Route("GET", "/{path:events}/{slug}/buy", buying.page),
    Route("POST", "/{path:events}/{slug}/buy", buying.buy),
    Route("GET", "/{path:events}/{slug}/sold", sold.page, SOMEBODY),
    Route("POST", "/{path:purchases}/{slug}/withdraw", purchasing.withdraw),
    # the basket, and orders at the shop
    Route("GET", "/basket", basket.page),
    Route("POST", "/basket", basket.change),
    Route("POST", "/basket/add", basket.add, harmless=True),
    Route("GET", "/basket/checkout", basket.checkout_page),
    Route("POST", "/basket/checkout", basket.order),
    Route("GET", "/{path:orders}", own_orders.listed),
    Route("GET", "/{path:orders}/find", ordering.find_page),
    Route("POST", "/{path:orders}/find", ordering.find),
    Route("GET", "/{path:orders}/{slug}/receipt", ordering.receipt),
    Route("POST", "/{path:orders}/{slug}/again", ordering.again),
    Route("POST", "/{path:orders}/{slug}/cancel", ordering.cancel),
    Route("POST", "/{path:orders}/{slug}/hand-over", ordering.hand_over),
    # paying for them; who notifies is known by nothing, and only asked about
    Route("GET", "/{path:orders}/{slug}/pay", paying.page),
    Route("POST", "/{path:orders}/{slug}/pay", paying.begin),
    Route("GET", "/{path:orders}/{slug}/pay/{provider}", paying.back),
    Route("POST", "/pay/{provider}/notify", paying.notify, signed=True),
    Route("GET", "/pay/trial/{reference}", paying.trial),
    Route("POST", "/pay/trial/{reference}", paying.decide),
    Route("GET", "/settling", settling.waiting, OWNER),
    Route("GET", "/{path:departments}/{slug}/payments", payees.page, OWNER),
    Route("POST", "/{path:departments}/{slug}/payments", payees.enter, OWNER),
    Route("POST", "/{path:departments}/{slug}/payments/test", payees.test, OWNER),
    Route("POST", "/{path:departments}/{slug}/payments/remove", payees.remove, OWNER),
    Route("GET", "/settling/called-off", calling_off.page, OWNER),
    Route("POST", "/settling/called-off", calling_off.pay_back, OWNER),
    Route("GET", "/{path:orders}/{slug}/settle", settling.page, OWNER),
    Route("POST", "/{path:orders}/{slug}/settle/paid", settling.mark, OWNER),
    Route("POST", "/{path:orders}/{slug}/settle/refund", settling.pay_back, OWNER),
    Route("POST", "/{path:orders}/{slug}/settle/ask", settling.ask, OWNER),
    Route("POST", "/{path:orders}/{slug}/settle/decide", settling.decide, OWNER),
    Route("POST", "/{path:orders}/{slug}/settle/leave", settling.leave, OWNER),
    # tickets, and the door
    Route("GET", "/{path:seats}/{slug}", tickets.page),
    Route("GET", "/{path:seats}/{slug}/credential", tickets.credential),
    Route("GET", "/{path:seats}/{slug}/event.ics", tickets.calendar),
    Route("POST", "/{path:seats}/{slug}/holder", tickets.rename),
    Route("POST", "/{path:seats}/{slug}/pass", tickets.pass_on),
    Route("GET", "/check-in/{token}", checking_in.begin),
    Route("GET", "/{path:events}/{slug}/check-in", checking_in.page),
    Route("POST", "/{path:events}/{slug}/check-in", checking_in.scan),
    Route("GET", "/{path:events}/{slug}/check-in/list", checking_in.list_),
    Route("POST", "/{path:events}/{slug}/check-in/undo", checking_in.undo),
    Route("POST", "/{path:events}/{slug}/check-in/stewards", checking_in.appoint),
    Route("POST", "/{path:events}/{slug}/check-in/stewards/end", checking_in.dismiss),
    Route("GET", "/{path:events}/{slug}/guests", attending.page),
    Route("GET", "/{path:events}/{slug}/guests.csv", attending.table),
    Route("GET", "/{path:events}/{slug}/guests/message", writing_to.page, SOMEBODY),
    Route("POST", "/{path:events}/{slug}/guests/message", writing_to.send, SOMEBODY),
    # any type, any thing
    Route("GET", "/{path}", listing.page),
    Route("GET", "/{path}/new", editing.new, SOMEBODY),
    Route("POST", "/{path}/new", editing.create, SOMEBODY, PICTURE),
    Route("GET", "/{path:purchases}/{slug}", purchasing.page),
    Route("GET", "/{path:orders}/{slug}", ordering.page),
    Route("GET", "/{path}/{slug}", things.page),
    Route("GET", "/{path}/{slug}/outbox", collected.page),
    Route("GET", "/{path}/{slug}/followers", collected.page),
    Route("GET", "/{path}/{slug}/following", collected.page),
    Route("GET", "/{path}/{slug}/featured", collected.page),
    Route("GET", "/{path}/{slug}/upcoming", collected.page),
    Route("GET", "/{path}/{slug}/allocated", collected.page),
    Route("GET", "/{path}/{slug}/followers_synchronization", collected.synchronization),
    Route("GET", "/{path}/{slug}/replies", collected.page),
    Route("GET", "/{path}/{slug}/likes", collected.page),
    Route("GET", "/{path}/{slug}/shares", collected.page),
    Route("GET", "/{path}/{slug}/context", collected.page),
    Route("GET", "/{path}/{slug}/attendees", collected.page),
    Route("GET", "/{path}/{slug}/organizers", collected.page),
    Route("GET", "/{path}/{slug}/edit", editing.edit, SOMEBODY),
    Route("POST", "/{path}/{slug}/edit", editing.update, SOMEBODY, PICTURE),
    Route("POST", "/{path}/{slug}/reply", elsewhere.reply, SOMEBODY, PROSE),
    Route("GET", "/{path}/{slug}/relate", relating.page, SOMEBODY),
    Route("POST", "/{path}/{slug}/relate", relating.relate, SOMEBODY),
    Route("POST", "/{path}/{slug}/unrelate", relating.unrelate, SOMEBODY),
    Route("GET", "/{path}/{slug}/relate-options", relating.options),
    Route("GET", "/{path}/{slug}/allocate", allocating.page, SOMEBODY),
    Route("POST", "/{path}/{slug}/allocate", allocating.allocate, SOMEBODY),
    Route("POST", "/{path}/{slug}/withdraw", allocating.withdraw, SOMEBODY),
    Route("POST", "/{path}/{slug}/answer", allocating.answer, SOMEBODY),
    Route("POST", "/{path}/{slug}/gather", allocating.gather, MEMBER),
    Route("GET", "/{path}/{slug}/do/{verb}", doing.page, SOMEBODY),
    Route("POST", "/{path}/{slug}/do/{verb}", doing.do, SOMEBODY),
    Route("POST", "/{path}/{slug}/undo/{verb}", doing.undo, SOMEBODY),
)
