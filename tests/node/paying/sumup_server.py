"""A SumUp that listens on a real socket: what it answers, and how it fails, is chosen.

It keeps checkouts and transactions as SumUp's sandbox shows them: a checkout stays PAID
after a refund, which is found among the events of the transaction alone.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

KEY, MERCHANT = "sup_sk_of_the_seller", "MH4H92C7"


@dataclass
class SumUpServer:
    """``mode`` is how it answers: well, or in one of the ways of :meth:`_trouble`.

    ``deaf`` names endpoints that do what they are asked and then say nothing.
    """

    mode: str = "well"
    accounts: dict[str, str] = field(default_factory=lambda: {KEY: MERCHANT})
    deaf: set[str] = field(default_factory=set)
    lists_pages: bool = True
    checkouts: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    patience: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        app.router.add_post("/v0.1/checkouts", self._create)
        app.router.add_get("/v0.1/checkouts", self._list)
        app.router.add_get("/v0.1/checkouts/{id}", self._look)
        refunds = "/v1.0/merchants/{merchant}/payments/{id}/refunds"
        app.router.add_post(refunds, self._refund)
        app.router.add_get("/v1/merchants/{merchant}", self._merchant)
        app.router.add_get("/v2.1/merchants/{merchant}/transactions", self._transaction)
        app.router.add_get("/page/{id}", self._page)
        return app

    @property
    def only(self) -> dict[str, Any]:
        """The one checkout that was made."""
        [made] = self.checkouts.values()
        return made

    def count(self, method: str, path: str) -> int:
        return len([each for each in self.asked if each == (method, path)])

    # -- what happens on their page -------------------------------------------------

    def pay(
        self, id: str, amount: float | None = None, currency: str | None = None
    ) -> None:
        """A card is charged; a checkout that is paid is not processed again (409)."""
        checkout = self.checkouts[id]
        if checkout["status"] == "PAID":
            raise AlreadyProcessed(id)
        self.charge(id, amount, currency)
        checkout["status"] = "PAID"

    def charge(
        self, id: str, amount: float | None = None, currency: str | None = None
    ) -> None:
        """A transaction more, whatever the checkout says of itself."""
        checkout = self.checkouts[id]
        made = {
            "id": f"txn-{next(self._numbers)}",
            "amount": checkout["amount"] if amount is None else amount,
            "currency": currency or checkout["currency"],
            "status": "SUCCESSFUL",
            "merchant_code": checkout["merchant_code"],
        }
        checkout["transactions"].append(made)
        checkout["transaction_id"] = made["id"]

    def fail(self, id: str) -> None:
        checkout = self.checkouts[id]
        checkout["status"] = "FAILED"
        failed = {"id": f"txn-{next(self._numbers)}", "status": "FAILED"}
        money = {name: checkout[name] for name in ("amount", "currency")}
        checkout["transactions"].append({**failed, **money})

    # -- what is asked of it --------------------------------------------------------

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[..., Awaitable[Any]]
    ) -> web.StreamResponse:
        if request.path.startswith("/page/"):
            return await handler(request)
        self.asked.append((request.method, request.path))
        trouble = await self._trouble(request)
        if trouble is not None:
            return trouble
        if self._account(request) is None:
            return _problem(401, "Unauthorized")
        answer: web.StreamResponse = await handler(request)
        if request.match_info.handler.__name__.strip("_") in self.deaf:
            assert request.transport is not None
            request.transport.abort()
        return answer

    def _account(self, request: web.Request) -> str | None:
        """Whose key it is that somebody asks with."""
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.accounts.get(key)

    async def _trouble(self, request: web.Request) -> web.StreamResponse | None:
        match self.mode:
            case "broken":
                return _problem(500, "Internal error")
            case "busy":
                return _problem(429, "Too many requests")
            case "garbage":
                return web.Response(text="<html>Welcome!</html>")
            case "strange":
                return web.json_response({"status": "DANCING"})
            case "silent":
                await self.patience.wait()
            case "dripping":
                answer = web.StreamResponse()
                await answer.prepare(request)
                while not self.patience.is_set():
                    await answer.write(b" ")
                    await asyncio.sleep(0.02)
                return answer
        return None

    async def _create(self, request: web.Request) -> web.Response:
        told = await request.json()
        known = [c["checkout_reference"] for c in self.checkouts.values()]
        if told["merchant_code"] != self._account(request):
            return _problem(403, "checkout_payments_not_allowed")
        if told["checkout_reference"] in known:
            told = {
                "error_code": "DUPLICATED_CHECKOUT",
                "message": "Checkout with this checkout reference and pay to email "
                "already exists",
            }
            return web.json_response(told, status=409)
        id = f"checkout-{next(self._numbers)}"
        page = {"hosted_checkout_url": f"{self.url}/page/{id}"}
        hosted = page if told["hosted_checkout"]["enabled"] else {}
        made = {**told, **hosted, "id": id, "status": "PENDING", "transactions": []}
        self.checkouts[id] = made
        return web.json_response(made, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        wanted = request.query["checkout_reference"]
        found = [
            each
            for each in self.checkouts.values()
            if each["checkout_reference"] == wanted
        ]
        if not self.lists_pages:
            found = [{**e, "hosted_checkout_url": None} for e in found]
        return web.json_response(found)

    async def _look(self, request: web.Request) -> web.Response:
        found = self.checkouts.get(request.match_info["id"])
        if found is None or found["merchant_code"] != self._account(request):
            return _problem(404, "NOT_FOUND")
        return web.json_response(found)

    async def _merchant(self, request: web.Request) -> web.Response:
        code = request.match_info["merchant"]
        if code != self._account(request):
            return _problem(403, "You may not look at this merchant")
        told = {"merchant_code": code, "default_currency": "GBP", "country": "GB"}
        return web.json_response(told)

    async def _transaction(self, request: web.Request) -> web.Response:
        id = request.query["id"]
        found = self._known(id)
        if found is None or found["merchant_code"] != self._account(request):
            return _problem(404, "NOT_FOUND")
        events = self.refunds.get(id, [])
        return web.json_response({**found, "transaction_events": events})

    def _known(self, id: str) -> dict[str, Any] | None:
        for checkout in self.checkouts.values():
            for transaction in checkout["transactions"]:
                if transaction["id"] == id:
                    return dict(transaction)
        return None

    async def _refund(self, request: web.Request) -> web.Response:
        id, merchant = (request.match_info[name] for name in ("id", "merchant"))
        told, found = await request.json(), self._known(id)
        back = sum(each["amount"] for each in self.refunds.get(id, []))
        theirs = {merchant, found.get("merchant_code")} if found else set()
        if theirs != {self._account(request)}:
            return _problem(404, "NOT_FOUND")
        if not found or told["amount"] > found["amount"] - back:
            return _problem(409, "The transaction is not refundable in its state")
        event = {"event_type": "REFUND", "status": "REFUNDED", **told}
        self.refunds.setdefault(id, []).append(event)
        return web.json_response({}, status=201)

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(text="Pay here")


@asynccontextmanager
async def listening() -> AsyncIterator[SumUpServer]:
    """A SumUp on a port of its own, while this lasts."""
    server = SumUpServer()
    runner = web.AppRunner(server.app(), handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        server.patience.set()
        await runner.cleanup()


class AlreadyProcessed(Exception):
    """What SumUp answers 409 to: this checkout is paid."""


def _problem(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)
