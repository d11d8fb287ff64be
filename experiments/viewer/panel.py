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
from .live_trial import DIRECTIONS
from .overlays import COM, FORCE, PUSH, STABLE, SUPPORT, SWITCHES, UNSTABLE, XCOM
from .settings import INCLINE, ROUGHNESS_M, Choices, Settings
from .walker_look import HIGHLIGHTS, OPACITY

PACES = (0.1, 4.0)
"""Slowest and fastest playing, over real time."""
MOST_PUSH_N_S = 80.0

_NOTHING_YET: tuple[str, ...] = ("…",)
_CHOICES = ("direction", "surface", "walker", "technique", "policy")


Ask = Callable[..., None]
"""Asks the page, by the name of one of its methods and what it takes, to do it soon."""


class Panel:
    """The controls.

    Args:
        server: of the page. ask: for all that is asked. cells: names to choose from.
    """

    def __init__(self, server: viser.ViserServer, ask: Ask, cells: Sequence[str]) -> None:
        self._gui, self._ask = server.gui, ask
        self._told = self._gui.add_html(status_line("", "…"))
        self._gui.add_html(_legend())
        self._play_controls()
        tabs = self._gui.add_tab_group()
        with tabs.add_tab("Walker"):
            self._what_to_walk(cells)
        with tabs.add_tab("Push"):
            self._push_controls()
        with tabs.add_tab("Look"):
            self._look_controls()
        self._keys()

    def tell(self, heading: str, text: str, alarm: bool = False) -> None:
        """Show what is going on, in words."""
        content = status_line(heading, text, alarm)
        if content != self._told.content:
            self._told.content = content

    def show_playing(self, playing: bool) -> None:
        """Show on the button what it will do."""
        self._play.label = "Pause" if playing else "Play"
        self._play.icon = viser.Icon.PLAYER_PAUSE if playing else viser.Icon.PLAYER_PLAY
        self._step.disabled = playing

    def show_settings(self, settings: Settings, choices: Choices) -> None:
        """Set all controls to a choice."""
        offered: dict[str, tuple[str, ...]] = {
            "direction": choices.directions,
            "surface": tuple(choices.surfaces),
            "walker": tuple(choices.walkers),
            "technique": tuple(choices.techniques),
            "policy": choices.policies,
        }
        for name, menu in self._menus.items():
            if tuple(menu.options) != offered[name]:
                menu.options = offered[name]
            menu.value = getattr(settings, name)
        low, high = choices.speeds(settings)
        speed = self._sliders["speed_m_per_s"]
        speed.disabled = high - low < 1e-6
        speed.min, speed.max = low, max(high, low + speed.step)
        belt = choices.surfaces[settings.surface].belt
        self._sliders["roughness_m"].disabled = belt
        for name, slider in self._sliders.items():
            slider.value = float(min(max(getattr(settings, name), slider.min), slider.max))
        self._seed.value = settings.seed

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
        """Give what is asked for most a key; arrows and WASD move the camera already."""
        uses: list[tuple[str, Any, Callable[[], None]]] = [
            ("Play or pause", "space", self._play_or_pause),
            ("Step", "N", lambda: self._ask("step")),
            ("Restart", "R", lambda: self._ask("restart")),
        ]
        for name, key in PUSH_KEYS.items():
            uses.append((f"Push towards {_TOWARDS[name]}", key, lambda name=name: self._push(name)))
        for label, key, use in uses:
            command = self._gui.add_command(label, hotkey=key)
            command.on_trigger(lambda _, use=use: use())

    def _play_controls(self) -> None:
        gui, ask = self._gui, self._ask
        self._play = gui.add_button("Pause", icon=viser.Icon.PLAYER_PAUSE)
        self._step = gui.add_button("Step", icon=viser.Icon.PLAYER_TRACK_NEXT, disabled=True)
        self._again = gui.add_button("Restart", icon=viser.Icon.REFRESH)
        self._play.on_click(lambda _: self._play_or_pause())
        self._step.on_click(lambda _: ask("step"))
        self._again.on_click(lambda _: ask("restart"))
        pace = gui.add_slider(
            "Pace, × real time", min=PACES[0], max=PACES[1], step=0.1, initial_value=1.0
        )
        self._asked(pace, lambda value: ask("set_pace", value))
        views = gui.add_button_group("Camera", tuple(VIEWS))

        @views.on_click
        def _(event: viser.GuiEvent[Any]) -> None:
            if event.client is not None and event.target.value in VIEWS:
                look_from(event.client, event.target.value)

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
        self._seed = gui.add_number("Seed", 0, min=0, max=2**32, step=1)
        self._asked(self._seed, lambda value: ask("change", "seed", int(value)))
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


def status_line(heading: str, text: str, alarm: bool = False) -> str:
    """Return the status as HTML; all of `heading` and `text` is shown as it is."""
    colour = "#d55e00" if alarm else "inherit"
    return (
        f'<div style="padding:0.6em 0.9em 0.2em;line-height:1.35" data-status>'
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
