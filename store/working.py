"""Work in a transaction: plain functions that read and write what they are given.

While one runs, its thread may not touch the network, start a program or write a
file: it may be begun again, others wait for it, and what it did elsewhere could
not be taken back.
"""

from __future__ import annotations

import inspect
import os
import sys
import threading
from collections.abc import Callable
from functools import cache
from types import AsyncGeneratorType, CoroutineType, FunctionType, GeneratorType
from typing import Any, NoReturn, TypeVar

from store.transaction import Reading

T = TypeVar("T")
Given = TypeVar("Given", bound=Reading)
Work = TypeVar("Work", bound=Callable[..., Any])

_ELSEWHERE = frozenset(
    (
        "os.exec",
        "os.fork",
        "os.posix_spawn",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.spawn",
        "os.system",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.sendmsg",
        "socket.sendto",
        "sqlite3.connect",
        "subprocess.Popen",
        "time.sleep",  # told of from Python 3.13 on
    )
)
_PROMISES = inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
_PROMISED = (CoroutineType, GeneratorType, AsyncGeneratorType)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class _Here(threading.local):
    at_work = False


_here = _Here()


def plain(work: Work) -> Work:
    """``work``, or TypeError where calling it would only promise to do it."""
    if type(work) is FunctionType and not work.__code__.co_flags & _PROMISES:
        return work
    if inspect.iscoroutinefunction(work) or inspect.isasyncgenfunction(work):
        raise TypeError(f"{work!r} is async: work in a transaction does not wait")
    if inspect.isgeneratorfunction(work):
        raise TypeError(f"{work!r} is a generator: its work would begin afterwards")
    return work


def carry_out(work: Callable[[Given], T], given: Given) -> T:
    """Do ``work`` with what it is given, and with nothing else."""
    _watch()
    _here.at_work = True
    try:
        result = work(given)
    except StopIteration as stop:  # which no future can hold: its waiter would hang
        raise RuntimeError(f"{work!r} raised StopIteration") from stop
    finally:
        _here.at_work = False
        given.end()
    if isinstance(result, _PROMISED):
        _refuse_promised(work, result)
    return result


def _refuse_promised(work: object, result: object) -> NoReturn:
    if isinstance(result, CoroutineType):
        result.close()
        raise TypeError(f"{work!r} returned a coroutine: work does not wait")
    raise TypeError(f"{work!r} returned a generator: it would read afterwards")


@cache
def _watch() -> None:
    """Once in a process: such a hook cannot be taken off again."""
    sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if not _here.at_work:
        return
    if event in _ELSEWHERE or (event == "open" and _writes(*args)):
        raise RuntimeError(f"work in a transaction does no I/O elsewhere ({event})")


def _writes(path: object, mode: object, flags: int) -> bool:
    """Is a file opened to be written?  Not one that importing a module leaves."""
    return bool(flags & _WRITING) and "__pycache__" not in str(path)
