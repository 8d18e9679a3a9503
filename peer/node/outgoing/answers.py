"""Answers as they come in: what is no answer to what was asked ends the connection.

A server may say that it goes on ("100 Continue") as often as it likes, and twenty bytes
are enough for that.  Read as fast as they come, thousands of them at a time, they would
leave no time for anybody else.
"""

from __future__ import annotations

from aiohttp import ClientPayloadError
from aiohttp.client_proto import ResponseHandler

#: So much is read before it is looked at what has come.
_AT_A_TIME = 8 * 1024

#: So many answers may wait to be read: those who are in a hurry send two or three.
_MOST = 16


class Answers(ResponseHandler):
    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data) or 1, _AT_A_TIME):
            super().data_received(data[start : start + _AT_A_TIME])
            if len(self) > _MOST:
                self._refuse()
                return

    def _refuse(self) -> None:
        self._buffer.clear()
        self.set_exception(ClientPayloadError("they answer without end"))
        if self.transport is not None:
            self.transport.abort()
