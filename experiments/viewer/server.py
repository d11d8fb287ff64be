"""viser's server with access control: the one module that uses viser's internals.

What viser has no option for is given to it here: a socket that is bound already (viser looks for a
free port for ever), who may connect (`gate`), what may be sent (`incoming`), a page whose moments
are drawn whole (`templates/whole_moments.js`), without a GPU with less
(`templates/software_drawing.js`), and can be kept (`templates/keeping.js`), a layout for narrow
windows (`templates/layout.css`), links to what is shown, and two mends of its buffer.
`start` makes sure that they took hold, and refuses a version of viser where they did not.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import gzip
import io
import logging
import threading
from collections.abc import Awaitable, Callable, Generator
from types import SimpleNamespace
from typing import Any

import viser
import websockets.asyncio.server
import websockets.exceptions
from viser.infra import _async_message_buffer, _infra
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from ...sim.data_files import beside
from ...sim.errors import ConfigError, RetrowalkError
from .gate import Gate, bind, link_query
from .incoming import LONGEST_BYTES, Pace, allowed

MOST_MESSAGES = 100_000
"""That go out together: a moment is never cut in two."""
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob: data:; "
    "worker-src blob: data:; style-src 'unsafe-inline'; font-src data:; "
    "img-src 'self' data: blob:; connect-src 'self' ws://{host} wss://{host} data: blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_SCRIPTS = ("software_drawing.js", "whole_moments.js", "film.js", "keeping.js")
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_starting = threading.Lock()
_log = logging.getLogger("retrowalk.viewer")  # of what strangers send, nothing goes to the terminal
_log.addHandler(logging.NullHandler())
_log.propagate = False


class GuardedServer(viser.ViserServer):
    """viser's server with its gate.

    Attributes:
        gate: who may connect. url: where people find the page.
        on_link: called with the query string that a page was opened with.
    """

    gate: Gate
    url: str
    on_link: Callable[[str], None] | None = None

    def request_share_url(self, verbose: bool = True) -> str | None:
        """Publish nothing on the internet, whoever asks."""
        return None

    def control_of(self, uuid: str) -> Any:
        """Return the control of an identifier, None where there is none (any more)."""
        return self.gui._gui_input_handle_from_uuid.get(uuid)

    def command_of(self, uuid: str) -> Any:
        """Return the command of an identifier, None where there is none (any more)."""
        return self.gui._command_handle_from_uuid.get(uuid)


def start(host: str, port: int, label: str) -> GuardedServer:
    """Serve an empty page at the first free port from `port` on.

    Raises:
        ConfigError: the address is none of this machine's, or no port is free.
        RetrowalkError: this version of viser cannot be guarded.
    """
    try:
        listening = bind(host, port)
    except (OSError, UnicodeError) as error:  # the latter of what can be no name of a machine
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"cannot serve on {host}, port {port}: {reason} (--host takes an address of this "
            "machine)"
        ) from error
    gate = Gate(host, listening.getsockname()[1])
    made: list[GuardedServer] = []
    serve = functools.partial(_serve, listening, gate, made)
    with _starting, _guarding(serve) as used, quiet():
        server = GuardedServer(host, gate.port, label=label, verbose=False)
    server.gate, server.url = gate, gate.url
    made.append(server)
    if not used or not isinstance(server._websock_server._broadcast_buffer, WholeBuffer):
        server.stop()
        raise RetrowalkError(
            f"viser {viser.__version__} cannot be kept from strangers; install viser 1.1"
        )
    return server


@contextlib.contextmanager
def quiet() -> Generator[None]:
    """Keep viser's own announcements off the terminal."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield


@contextlib.contextmanager
def whole_moment(server: viser.ViserServer) -> Generator[None]:
    """What is sent within goes out together.

    viser's `atomic` alone may begin while its own thread is sending what came before, of which
    half then goes out; begun in that thread, it cannot.
    """
    buffer = server._websock_server._broadcast_buffer
    begun = threading.Event()

    def begin() -> None:
        buffer.atomic_start()
        begun.set()

    try:
        buffer.event_loop.call_soon_threadsafe(begin)
    except RuntimeError:  # the server has stopped
        yield
        return
    while not begun.wait(1.0):
        if buffer.event_loop.is_closed():
            yield
            return
    try:
        yield
    finally:
        buffer.atomic_end()


class _LoopEvent(asyncio.Event):
    """An event that its loop's own thread sets.

    viser also sets it from other threads, where tasks that come and go at that instant end the
    caller with "deque mutated during iteration". It asks the loop to set it too, which is enough.
    """

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.get_ident()

    def set(self) -> None:
        if threading.get_ident() == self._thread:
            super().set()


@dataclasses.dataclass
class WholeBuffer(_async_message_buffer.AsyncMessageBuffer):
    """viser's buffer, safe to fill from any thread, and emptied without a break."""

    message_event: asyncio.Event = dataclasses.field(default_factory=_LoopEvent)
    max_window_size: int = MOST_MESSAGES


_infra.AsyncMessageBuffer = WholeBuffer  # pyright: ignore[reportPrivateImportUsage]


class _Connection(ServerConnection):
    """A tab's connection: takes what is allowed, as fast as it may come."""

    servers: list[GuardedServer]  # of one, as soon as it is there

    async def recv(self, decode: bool | None = None) -> Any:
        """Return the next message that is allowed."""
        pace = self.__dict__.setdefault("_pace", Pace())
        while True:
            raw = await super().recv(decode)
            if wait := pace.wait_s():
                await asyncio.sleep(wait)
            while not self.servers:  # it is just being made
                await asyncio.sleep(0.01)
            server = self.servers[0]
            message = allowed(raw, server)
            if message is not None:
                return message


def _serve(
    listening: Any,
    gate: Gate,
    made: list[GuardedServer],
    handler: Callable[[ServerConnection], Awaitable[None]],
    *_: Any,
    process_request: Callable[[ServerConnection, Request], Response | None],
    **options: Any,
) -> Any:
    """Take the place of `websockets.asyncio.server.serve`, with viser's arguments."""

    async def counted(connection: ServerConnection) -> None:
        gate.open_pages += 1
        try:
            await handler(connection)
        finally:
            gate.open_pages -= 1

    def answer(connection: ServerConnection, request: Request) -> Response | None:
        reached = connection.local_address
        headers = list(request.headers.raw_items())
        refused = gate.refusal(request.path, headers, reached[0] if reached else "")
        if refused is not None:
            return connection.respond(refused[0], refused[1] + "\n")
        query = link_query(request.path, headers)
        if query and made and made[0].on_link:
            made[0].on_link(query)
        response = process_request(connection, request)
        return None if response is None else _dressed(response, request, gate)

    options |= {
        "process_request": answer,
        "max_size": LONGEST_BYTES,
        "logger": _log,
        "create_connection": type("Connection", (_Connection,), {"servers": made}),
        "sock": listening,
    }
    return websockets.asyncio.server.serve(counted, **options)


@contextlib.contextmanager
def _guarding(serve: Callable[..., Any]) -> Generator[list[bool]]:
    """Let viser call `serve` in place of that of websockets; yields whether it did."""
    used: list[bool] = []

    def noted(*arguments: Any, **options: Any) -> Any:
        used.append(True)
        return serve(*arguments, **options)

    module: Any = _infra
    real = module.websockets
    instead = SimpleNamespace(
        asyncio=SimpleNamespace(server=SimpleNamespace(serve=noted, ServerConnection=Any)),
        exceptions=websockets.exceptions,
        datastructures=real.datastructures,
    )
    module.websockets = instead
    try:
        yield used
    finally:
        module.websockets = real


def _dressed(response: Response, request: Request, gate: Gate) -> Response:
    """Return viser's answer with headers that keep the page to itself."""
    headers = response.headers
    headers["Content-Security-Policy"] = _POLICY.format(host=request.headers["Host"])
    for name, value in _HEADERS.items():
        headers[name] = value
    if gate.token is not None:
        headers["Set-Cookie"] = f"{gate.cookie}={gate.token}; HttpOnly; SameSite=Strict; Path=/"
    if headers.get("Content-Type", "").startswith("text/html"):
        zipped = headers.get("Content-Encoding") == "gzip"
        response.body = _page(bytes(response.body), zipped)
        del headers["Content-Length"]
        headers["Content-Length"] = str(len(response.body))
    return response


@functools.lru_cache(maxsize=2)
def _page(html: bytes, zipped: bool) -> bytes:
    """Return viser's page with our scripts and styles."""
    folder = beside(__name__, "templates")
    script = b"".join((folder / name).read_bytes() for name in _SCRIPTS)
    style = (folder / "layout.css").read_bytes()
    head = b"<head>\n<script>\n" + script + b"</script>\n<style>\n" + style + b"</style>"
    plain = gzip.decompress(html) if zipped else html
    plain = plain.replace(b"<head>", head, 1)
    return gzip.compress(plain) if zipped else plain
