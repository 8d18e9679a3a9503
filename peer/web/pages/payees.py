"""How a department is paid: entered by who keeps the shop, and never shown again."""

from __future__ import annotations

from aiohttp import web

from peer.node.paying import payees, ways
from peer.node.paying.payees import Payee
from peer.node.paying.provider import Declined, Unavailable
from peer.node.refusal import Refused
from peer.protocol.thing import Thing
from peer.web.pages.things import address
from peer.web.visit import Visit


async def page(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def _page(
    visit: Visit, refused: Refused | None = None, said: str = ""
) -> web.StreamResponse:
    department = await _department(visit)
    payee = await payees.payee_at(visit.node, department.id)
    problem = refused.reason if refused else ""
    answer = visit.page(
        "payee.html",
        status=refused.status if refused else 200,
        department=department,
        path=_path(visit, department),
        payee=payee,
        merchant=visit.told.get("merchant") or (payee.merchant if payee else ""),
        transfer=visit.told.get("transfer") or _read_out(payee),
        problem=problem,
        problems=refused.problems if refused else {},
        said=said,
        has_default="sumup" in visit.node.config.payments,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _read_out(payee: Payee | None) -> str:
    return payee.transfer.replace("; ", "\n") if payee else ""


async def _department(visit: Visit) -> Thing:
    id, _ = address(visit)
    found = await visit.read(lambda read: read.get(id))
    is_one = found is not None and found.kind == "Department" and not found.deleted
    if not is_one or found is None or "Payment" not in visit.node.lexicon.types:
        raise web.HTTPNotFound
    return found


def _path(visit: Visit, department: Thing) -> str:
    return department.id.removeprefix(visit.node.base)


async def enter(visit: Visit) -> web.StreamResponse:
    department, told = await _department(visit), visit.told
    try:
        await payees.enter(
            visit.node,
            visit.viewer,
            department.id,
            merchant=told.get("merchant"),
            key=told.get("key"),
            transfer=told.get("transfer"),
        )
    except Refused as refused:
        return await _page(visit, refused)
    return visit.go(f"{_path(visit, department)}/payments", "payee-entered")


async def test(visit: Visit) -> web.StreamResponse:
    """Ask the provider whether the key that is kept opens that account."""
    department = await _department(visit)
    payee = await payees.payee_at(visit.node, department.id)
    if payee is None or not payee.merchant:
        raise Refused("There is no account to be tested: enter one first.", 409)
    if payee.has_lost_key:
        lost = Refused("The key cannot be read: enter it anew.", 409)
        return await _page(visit, lost)
    try:
        currency = await ways.card_of(visit.node, payee).check()
    except (Declined, Unavailable) as wrong:
        return await _page(visit, Refused(str(wrong), 409))
    said = f"The key opens account {payee.merchant} at SumUp, which is in {currency}."
    return await _page(visit, said=said)


async def remove(visit: Visit) -> web.StreamResponse:
    department = await _department(visit)
    await payees.remove(visit.node, visit.viewer, department.id)
    return visit.go(f"{_path(visit, department)}/payments", "payee-gone")
