"""What the words of this peer mean, for whoever reads its documents."""

from __future__ import annotations

import orjson
from aiohttp import web

from peer.model import ontology, rdf
from peer.model.as2 import Document
from peer.model.shape import shape_of
from peer.node.linked import dataset as datasets
from peer.node.refusal import Refused
from peer.web.exchange.negotiation import (
    HTML,
    JSON,
    LINKED,
    NQUADS,
    NTRIPLES,
    TRIG,
    TURTLE,
    chosen,
)
from peer.web.pages.documents import FORMATS, told
from peer.web.visit import Visit

_FORMS = (HTML, LINKED, TURTLE, NTRIPLES, NQUADS, JSON)


async def namespace(visit: Visit) -> web.StreamResponse:
    """Our vocabulary: RDFS, and a page that lists it."""
    media = chosen(visit.request.headers.get("Accept", ""), _FORMS)
    if media is None:
        raise Refused(f"This can be had as {', '.join(_FORMS)}.", 406)
    lexicon = visit.node.lexicon
    if media == HTML:
        return visit.page("namespace.html", vocabulary=ontology.vocabulary_of(lexicon))
    return written(visit, ontology.vocabulary_of(lexicon), media)


def written(visit: Visit, document: Document, media: str) -> web.Response:
    """``document``, which this peer says, as ``media``."""
    if media in FORMATS:
        said = [(f"{visit.node.base}/actor", document)]
        return told(rdf.written(said, FORMATS[media]), media)
    return told(orjson.dumps(document), media)


def declaration(visit: Visit, name: str, media: str) -> web.Response:
    """A type as RDFS and SHACL."""
    return written(
        visit, shape_of(visit.node.lexicon.types[name], visit.node.lexicon), media
    )


async def context(visit: Visit) -> web.StreamResponse:
    return told(orjson.dumps(ontology.context_of(visit.node.lexicon)), LINKED)


async def dataset(visit: Visit) -> web.StreamResponse:
    """All that is public, graph by graph after who says it, as it is read."""
    if visit.site.dumping.locked():
        raise Refused("Others are being given all there is: try again later.", 503)
    async with visit.site.dumping:
        answer = web.StreamResponse(
            headers={
                "Content-Type": TRIG,
                "Content-Disposition": 'attachment; filename="dataset.trig"',
                "Cache-Control": "no-store",
                "Access-Control-Allow-Origin": "*",
            }
        )
        await answer.prepare(visit.request)
        async for batch in datasets.said(visit.node.store, visit.node.lexicon):
            await answer.write(rdf.part(batch, "trig"))
        await answer.write_eof()
        return answer
