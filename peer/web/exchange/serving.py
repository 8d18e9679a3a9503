"""The socket: how long somebody may take to say what they want, and no banner.

aiohttp waits an hour for a request head and names itself and its version in the
answer to one that it cannot read.  A body has its own deadline, in ``body.py``.
"""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from peer.web.exchange.posted import Posted
from peer.web.exchange.quick import Quick
from peer.web.visit import SITE

#: A connection may go so long without having sent a whole request head.
HEAD_DEADLINE = 20.0
#: What is left of a body that nobody wanted to read is waited for this long.
LINGER = 5.0
#: On the way out, answers that are under way may take this long.
GRACE = 10.0
BACKLOG = 1024


class Connection(RequestHandler):
    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to bytes that are no request: nothing of them is repeated."""
        if status >= 500:
            self.log_exception("Error handling request", exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("The answer had begun.") from exc
        answer = web.Response(
            status=status,
            text="This is not a request that can be answered.\n",
            headers={"Server": "sx", "X-Content-Type-Options": "nosniff"},
        )
        answer.force_close()
        return answer


class Listener(web.Server):
    def __call__(self) -> RequestHandler:
        return Connection(self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs an application of ours on whatever sites it is given."""

    def __init__(
        self, app: web.Application, *, head_deadline: float = HEAD_DEADLINE
    ) -> None:
        super().__init__(
            app,
            access_log=None,
            handle_signals=False,
            keepalive_timeout=head_deadline,
            lingering_time=LINGER,
            shutdown_timeout=GRACE,
        )

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        handle = made.request_handler
        config = self.app[SITE].node.config
        return Listener(
            # Where each reader has to be known first, nothing is given again.
            Posted(handle if config.authorized_fetch else Quick(self.app, handle)),
            request_factory=made.request_factory,
            loop=asyncio.get_running_loop(),
            **made._kwargs,
        )


async def listen(app: web.Application, host: str, port: int) -> Runner:
    """Serve ``app`` until the runner that this gives is cleaned up."""
    runner = Runner(app)
    await runner.setup()
    await web.TCPSite(runner, host, port, backlog=BACKLOG).start()
    return runner
