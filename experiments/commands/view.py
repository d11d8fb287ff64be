"""`retrowalk view`: open the page, say where it is, serve it until it is stopped."""

from __future__ import annotations

import signal
import threading
import webbrowser

from rich.console import Console
from rich.markup import escape

from ..runner.interruption import heard
from ..viewer.opening import open_target


def view_command(
    target: str | None, host: str, port: int, seed: int | None, open_page: bool, trust: bool = False
) -> None:
    """Serve the page of `target` (see `viewer.opening`) until Ctrl-C.

    Raises:
        ConfigError: there is nothing to show, or it cannot be walked.
    """
    opened = open_target(target, seed, trust=trust)
    from ..viewer.page import Page  # viser takes a while, and a wrong name needs none of it

    console = Console()
    page = Page(opened, host, port)
    if page.server.gate.token is not None:
        console.print(
            f"[yellow]Warning:[/yellow] {host} is not only this machine: everybody who has the "
            "address below can see and steer the page. It is not encrypted; tunnel it with ssh "
            "where you do not trust the network."
        )
    console.print(f"{escape(opened.title)}: {page.url} (Ctrl-C ends it)", soft_wrap=True)
    if open_page:
        webbrowser.open(page.url)

    def ends(*_: object) -> None:
        page.stop()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, ends)
    try:
        page.run()
    except KeyboardInterrupt:
        heard()
    finally:
        page.close()
    console.print("Stopped.")
