"""Control panel of the viewer."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

import viser

from ..drawing.colours import ACTIVATION_TOP, activation_colours
from .cameras import VIEWS, look_from
from .charts import GROUP_CHOICES
from .incoming import on_offer
from .link import MOST_PUSH_N_S
from .live_trial import DIRECTIONS
from .moment import KEPT_S
from .overlays import COM, FORCE, PUSH, STABLE, SUPPORT, SWITCHES, UNSTABLE, XCOM
from .settings import INCLINE, MOST_SEED, NOBODY, ROUGHNESS_M, Choices, Settings
from .walker_look import HIGHLIGHTS, OPACITY

PACES = (0.1, 4.0)
"""Slowest and fastest playing, over real time."""
LEAP_S = 0.5
"""Of one press of an arrow."""

_FARTHER_FOR_TWO = 1.6  # times as far as for one walker
_NOTHING_YET: tuple[str, ...] = ("…",)
_CHOICES = ("direction", "surface", "walker", "technique", "policy", "beside")


Ask = Callable[..., None]
"""Asks the page, by the name of one of its methods and what it takes, to do it soon."""


class Panel:
    """The controls.

    Args:
        server: of the page. ask: for all that is asked. cells: names to choose from.
    """

    def __init__(self, server: viser.ViserServer, ask: Ask, cells: Sequence[str]) -> None:
        self._server, self._gui, self._ask = server, server.gui, ask
        self._farther = 1.0
        self._told = self._gui.add_html(status_line("", "…", ""))
        self._gui.add_html(_legend())
        self._play_controls()
        self._gui.add_html(_KEEPING)
        tabs = self._gui.add_tab_group()
        with tabs.add_tab("Walker"):
            self._what_to_walk(cells)
        with tabs.add_tab("Push"):
            self._push_controls()
        with tabs.add_tab("Look"):
            self._look_controls()
        self._keys()

    def tell(self, heading: str, text: str, link: str, alarm: bool = False) -> None:
        """Show what is going on, in words; `link`: the query string that shows it again."""
        content = status_line(heading, text, link, alarm)
        if content != self._told.content:
            self._told.content = content

    def show_playing(self, playing: bool) -> None:
        """Show on the button what it will do."""
        self._play.label = "Pause" if playing else "Play"
        self._play.icon = viser.Icon.PLAYER_PAUSE if playing else viser.Icon.PLAYER_PLAY

    def show_settings(self, settings: Settings, choices: Choices) -> None:
        """Set all controls to a choice."""
        refused: list[tuple[str, str, str]] = []
        for name, menu in self._menus.items():
            now = getattr(settings, name)
            why = {one: choices.refusal(settings, name, one) for one in choices.names(name)}
            offered = tuple(one for one, reason in why.items() if not reason or one == now)
            refused += [(name, one, why[one]) for one in why if one not in offered]
            if tuple(menu.options) != offered:
                menu.options = offered
            menu.value = now
        self._refused.content = _not_on_offer(refused)
        low, high = choices.speeds(settings)
        speed = self._sliders["speed_m_per_s"]
        speed.disabled = high - low < 1e-6
        speed.min, speed.max = low, max(high, low + speed.step)
        belt = choices.surfaces[settings.surface].belt
        for name, least in (("incline", 0.01), ("roughness_m", 0.005)):
            refused_now = choices.refusal(settings, name, least)
            self._sliders[name].disabled = bool(refused_now) or (belt and name == "roughness_m")
        for name, slider in self._sliders.items():
            slider.value = float(min(max(getattr(settings, name), slider.min), slider.max))
        self._seed.value = settings.seed
        self._farther = 1.0 if settings.beside == NOBODY else _FARTHER_FOR_TWO

    def look_from_all(self, view: str) -> None:
        """Move every tab's camera to one of the views."""
        for client in self._server.get_clients().values():
            look_from(client, view, self._farther)

    def show_behind(self, seconds: float) -> None:
        """Set the slider of the rewind."""
        self._behind.value = min(round(seconds, 1), KEPT_S)

    def show_muscles(self, names: Sequence[str]) -> None:
        """Offer these muscles for a chart."""
        self._muscle.options = tuple(names) or _NOTHING_YET

    def show_muscle(self, name: str) -> None:
        """Set the menu of the chart's muscle."""
        self._muscle.value = name

    def _asked(self, handle: Any, call: Callable[[Any], None]) -> None:
        """Call with the new value where a person, not the page, changed it to one on offer."""

        @handle.on_update
        def _(event: viser.GuiEvent[Any]) -> None:
            if event.client is not None and on_offer(handle, handle.value):
                call(handle.value)

    def _play_or_pause(self) -> None:
        self._ask("set_playing", self._play.label == "Play")

    def _push(self, towards: str) -> None:
        if on_offer(self._push_size, self._push_size.value):
            self._ask("push", towards, float(self._push_size.value))

    def _keys(self) -> None:
        """Give what is asked for most a key; up, down and WASD move the camera already."""
        uses: list[tuple[str, Any, Callable[[], None]]] = [
            ("Play or pause", "space", self._play_or_pause),
            ("Step", "N", lambda: self._ask("step")),
            ("Restart", "R", lambda: self._ask("restart")),
            ("Back", "arrowleft", lambda: self._ask("leap", -LEAP_S)),
            ("On", "arrowright", lambda: self._ask("leap", LEAP_S)),
        ]
        for name, key in PUSH_KEYS.items():
            uses.append((f"Push towards {_TOWARDS[name]}", key, lambda name=name: self._push(name)))
        for label, key, use in uses:
            command = self._gui.add_command(label, hotkey=key)
            command.on_trigger(lambda _, use=use: use())

    def _play_controls(self) -> None:
        gui, ask = self._gui, self._ask
        self._play = gui.add_button("Pause", icon=viser.Icon.PLAYER_PAUSE)
        self._play.on_click(lambda _: self._play_or_pause())
        more = gui.add_button_group("Or", ("Step", "Restart"))

        @more.on_click
        def _(event: viser.GuiEvent[Any]) -> None:
            if event.client is not None and event.target.value in event.target.options:
                ask(event.target.value.lower())

        pace = gui.add_slider(
            "Pace, × real time", min=PACES[0], max=PACES[1], step=0.1, initial_value=1.0
        )
        self._asked(pace, lambda value: ask("set_pace", value))
        self._behind = gui.add_slider("Rewind, s", 0.0, KEPT_S, 0.1, 0.0)
        self._asked(self._behind, lambda value: ask("look_back", value))
        views = gui.add_button_group("Camera", tuple(VIEWS))

        @views.on_click
        def _(event: viser.GuiEvent[Any]) -> None:
            if event.client is not None and event.target.value in VIEWS:
                look_from(event.client, event.target.value, self._farther)

    def _what_to_walk(self, cells: Sequence[str]) -> None:
        gui, ask = self._gui, self._ask
        if len(cells) > 1:
            menu = gui.add_dropdown("Cell", tuple(cells), initial_value=cells[0])
            self._asked(menu, lambda name: ask("choose_cell", cells.index(name)))
        self._menus = {name: gui.add_dropdown(name.capitalize(), _NOTHING_YET) for name in _CHOICES}
        for name, menu in self._menus.items():
            self._asked(menu, lambda value, name=name: ask("change", name, value))
        self._sliders = {
            "speed_m_per_s": gui.add_slider("Speed, m/s", 0.1, 2.0, 0.02, 0.8),
            "attention": gui.add_slider("Attention", 0.0, 1.0, 0.05, 1.0),
            "incline": gui.add_slider("Incline", *INCLINE, 0.01, 0.0),
            "roughness_m": gui.add_slider("Roughness, m", *ROUGHNESS_M, 0.005, 0.0),
        }
        for name, slider in self._sliders.items():
            self._asked(slider, lambda value, name=name: ask("change", name, value))
        self._seed = gui.add_number("Seed", 0, min=0, max=MOST_SEED, step=1)
        self._asked(self._seed, lambda value: ask("change", "seed", int(value)))
        self._refused = gui.add_html("")
        again = gui.add_checkbox("Start again after falls", True)
        self._asked(again, lambda on: ask("start_again_after_falls", on))

    def _push_controls(self) -> None:
        gui = self._gui
        self._push_size = gui.add_slider(
            "Push, N·s", min=5.0, max=MOST_PUSH_N_S, step=5.0, initial_value=20.0
        )
        gui.add_markdown("Push the pelvis towards")
        for name in DIRECTIONS:
            label = f"{_TOWARDS[name]} ({PUSH_KEYS[name]})"
            button = gui.add_button(label, icon=_ARROWS[name])
            button.on_click(lambda _, name=name: self._push(name))

    def _look_controls(self) -> None:
        gui, ask = self._gui, self._ask
        body = gui.add_dropdown("Body", tuple(OPACITY))
        self._asked(body, lambda how: ask("show_body", how))
        muscles = gui.add_dropdown("Muscles", HIGHLIGHTS)
        self._asked(muscles, lambda what: ask("highlight", what))
        for what in SWITCHES:
            box = gui.add_checkbox(what.capitalize(), True)
            self._asked(box, lambda on, what=what: ask("switch", what, on))
        follow = gui.add_checkbox("Keep the walker in view", True)
        self._asked(follow, lambda on: ask("follow", on))
        groups = gui.add_dropdown("Chart muscles", tuple(GROUP_CHOICES))
        side = gui.add_dropdown("Chart leg", ("left", "right"))

        def chart(_: object) -> None:
            if groups.value in GROUP_CHOICES:
                ask("chart", groups.value, int(side.value == "right"))

        self._asked(groups, chart)
        self._asked(side, chart)
        self._muscle = gui.add_dropdown("Chart one muscle (or click it)", _NOTHING_YET)
        self._asked(self._muscle, lambda name: ask("chart_muscle", name))
        gui.add_html(_key())


PUSH_KEYS = {"ahead": "I", "back": "K", "left": "J", "right": "L"}
"""Of the keyboard: they lie as arrows do."""
_TOWARDS = {
    "ahead": "where it is going",
    "back": "against its way",
    "left": "its left",
    "right": "its right",
}
_ARROWS = {
    "ahead": viser.Icon.ARROW_UP,
    "back": viser.Icon.ARROW_DOWN,
    "left": viser.Icon.ARROW_LEFT,
    "right": viser.Icon.ARROW_RIGHT,
}


_BUTTON = (
    '<button style="flex:1;padding:0.35em;border:1px solid #568cbe;border-radius:4px;'
    'background:none;color:inherit;font:inherit;cursor:pointer" onclick="retrowalk.{}">{}</button>'
)
_KEEPING = (
    '<div style="display:flex;gap:0.4em;padding:0.4em 0.9em 0.8em;font-size:0.85em">'
    + _BUTTON.format("picture()", "Picture")
    + _BUTTON.format("clip(this)", "Clip")
    + _BUTTON.format("link(this)", "Link")
    + "</div>"
)
"""What `templates/keeping.js` does, in the browser alone."""


def _not_on_offer(refused: Sequence[tuple[str, str, str]]) -> str:
    """Return what cannot be chosen now, greyed, with the reason; nothing if all can."""
    if not refused:
        return ""
    lines = "".join(
        f"<li>{html.escape(field)} <s>{html.escape(name)}</s>: {html.escape(reason)}</li>"
        for field, name, reason in refused
    )
    return (
        '<details style="padding:0.2em 0.9em;font-size:0.8em;opacity:0.75"><summary>'
        f"Not possible now: {len(refused)}</summary>"
        f'<ul style="margin:0.3em 0;padding-left:1.2em">{lines}</ul></details>'
    )


def status_line(heading: str, text: str, link: str, alarm: bool = False) -> str:
    """Return the status as HTML; `heading` and `text` are shown as they are, `link` is kept."""
    colour = "#d55e00" if alarm else "inherit"
    return (
        f'<div style="padding:0.6em 0.9em 0.2em;line-height:1.35" data-status '
        f'data-link="{html.escape(link)}">'
        f'<div style="font-weight:600;color:{colour}">{html.escape(heading)}</div>'
        f'<div style="font-size:0.9em;opacity:0.85;font-variant-numeric:tabular-nums">'
        f"{html.escape(text)}</div></div>"
    )


def _legend() -> str:
    ramp = ", ".join(activation_colours()[::7])
    top = round(100 * ACTIVATION_TOP)
    return (
        '<div style="padding:0.2em 0.9em 0.6em;font-size:0.8em"><div>Muscle activation</div>'
        f'<div style="height:0.75em;border-radius:3px;background:linear-gradient(90deg,{ramp})">'
        '</div><div style="display:flex;justify-content:space-between"><span>0 %</span>'
        f"<span>{top // 2} %</span><span>{top} % and more</span></div></div>"
    )


def _key() -> str:
    rows = (
        (FORCE, "ground reaction (an arrow of 70 cm: body weight)"),
        (COM, "centre of mass, and the plumb line below it"),
        (XCOM, "extrapolated centre of mass, on the ground"),
        (SUPPORT, "base of support: what bears load"),
        (STABLE, "margin of stability: inside the base"),
        (UNSTABLE, "margin of stability: beyond the base"),
        (PUSH, "push by hand"),
    )
    lines = "".join(
        '<div style="display:flex;gap:0.6em;align-items:baseline"><span style="flex:none;'
        f"width:0.8em;height:0.8em;border-radius:2px;background:rgb{colour}"
        f'"></span><span>{text}</span></div>'
        for colour, text in rows
    )
    return f'<div style="padding:0.4em 0.9em;font-size:0.8em;line-height:1.5">{lines}</div>'
