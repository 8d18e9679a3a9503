"""SPARQL for those who keep the peer: a form, and a table of what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from peer.node.refusal import Refused
from peer.web.exchange.negotiation import HTML, chosen
from peer.web.visit import Visit

if TYPE_CHECKING:
    from peer.node.linked.sparql import Answer

RESULTS = "application/sparql-results+json"

_EXAMPLE = """\
SELECT ?thing ?name WHERE {
  ?thing sx:kind ?kind ; as:name ?name .
}
ORDER BY ?name
LIMIT 50
"""


async def page(visit: Visit) -> web.StreamResponse:
    return _page(visit, visit.query.get("query") or _EXAMPLE)


async def ask(visit: Visit) -> web.StreamResponse:
    from peer.node.linked import sparql  # with rdflib, which is only loaded here

    question = visit.told.get("query")
    if visit.site.asking.locked():
        raise Refused("Another question is being answered: try again.", 503)
    try:
        async with visit.site.asking:
            answer = await sparql.ask(visit.node.config.database_url, question)
    except Refused as refused:
        return _page(visit, question, refused=refused)
    accept = visit.request.headers.get("Accept", "")
    if answer.result is not None and chosen(accept, (HTML, RESULTS)) == RESULTS:
        body = orjson.dumps(answer.result)
        return web.Response(body=body, content_type=RESULTS)
    return _page(visit, question, answer=answer)


def _page(
    visit: Visit,
    question: str,
    answer: Answer | None = None,
    refused: Refused | None = None,
) -> web.StreamResponse:
    return visit.page(
        "sparql.html",
        status=refused.status if refused else 200,
        question=question,
        answer=answer,
        problem=refused.reason if refused else "",
    )
