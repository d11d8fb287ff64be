"""`retrowalk view`: open the page, say where it is, serve it until it is stopped."""

from __future__ import annotations

import ipaddress
import signal
import threading
import webbrowser

from rich.console import Console

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
    if not is_loopback(host):
        console.print(
            f"[yellow]Warning:[/yellow] {host} is not only this machine: everybody who reaches it "
            "can see and steer the page, without a password."
        )
    console.print(f"{opened.title}: {page.url} (Ctrl-C ends it)")
    if open_page:
        webbrowser.open(page.url)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: page.stop())
    try:
        page.run()
    except KeyboardInterrupt:
        pass
    finally:
        page.close()
    console.print("Stopped.")


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a server there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
