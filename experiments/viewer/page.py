"""The viewer's page: live walkers, drawn 30 times a second."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import viser

from ...sim.errors import RetrowalkError
from ..rollout.trials import check_cell
from .backdrop import dress
from .charts import Charts
from .lane import Appearance, Lane
from .link import Link, query_of, read_query
from .live_trial import ARRIVED, BROKEN, FALLEN, WALKING, LiveTrial
from .opening import Opened
from .panel import Panel
from .pending_calls import PendingCalls
from .server import quiet, start, whole_moment
from .settings import Choices, Settings

FRAME_S = 1.0 / 30.0
CHART_EVERY = 5  # frames
TELL_EVERY = 15
PAUSE_AFTER_S = 2.5  # that an end is shown before the walker starts again
REFUSED_S = 8.0  # that a refusal stays to be read

_LATE_S = 0.25  # behind, from which on lost time is let go
_IDLE_S = 0.05  # between looks whether anybody is there
_CATCH_UP_S = 0.2  # walked between two frames on the way to where a link begins
_LANES = ("/world", "/beside")
_ASIDE_M, _ASIDE_UNEVEN_M = 1.3, 2.1  # of either lane from the middle, where there are two
_HEADINGS = {FALLEN: "A fall", BROKEN: "Not valid", ARRIVED: "The end of the ground"}


class Page:
    """The page and its loop; `run` it in the thread that made it.

    Args:
        opened: what is shown. host, port: where; the next free port if that one is taken.

    Attributes:
        server: viser's. walk: the walker. playing: whether it goes on. pace: over real time.
        behind_s: how far what is shown lies before what was walked.

    Raises:
        ConfigError: the first cell cannot be walked, or nothing can be served on `host`.
    """

    def __init__(self, opened: Opened, host: str = "127.0.0.1", port: int = 8080) -> None:
        self._opened, self._cells = opened, opened.cells
        self._choices = Choices(opened.cells[0])
        self.settings = self._began = self._choices.opened(opened.seed)
        walks = self._begin(self._choices, Link(self.settings, (), 0.0))
        self._pending = PendingCalls()
        self._stop = threading.Event()
        self.playing, self.pace = True, 1.0
        self._again, self._ended_s = True, 0.0
        self._appearance = Appearance()
        self._frame, self._dirty, self._managed = 0, True, 1.0
        self.behind_s, self._until_s, self._refused = 0.0, 0.0, ("", 0.0)
        self.server = start(host, port, opened.title)
        self.server.on_link = lambda query: self.ask("open_link", query)
        dress(self.server)
        self.server.scene.on_click()(lambda event: self.ask("click", event))
        names = [cell.name for cell in self._cells]
        self._panel = Panel(self.server, self.ask, names)
        self._charts = self._add_charts()
        self._show(walks)

    @property
    def walk(self) -> LiveTrial:
        """The walker; of two, the one that the controls are about."""
        return self._lanes[0].walk

    @property
    def url(self) -> str:
        """Where people find the page."""
        return self.server.url

    def ask(self, method: str, *given: object) -> None:
        """Have a method called between two frames, in the page's own thread."""
        self._pending.add(method, *given)

    def stop(self) -> None:
        """Let `run` come to an end; may be called from any thread."""
        self._stop.set()

    def close(self) -> None:
        """Take the page down."""
        self._stop.set()
        with quiet():
            self.server.stop()

    def run(self) -> None:
        """Serve until `stop`."""
        due = before = time.perf_counter()
        while not self._stop.is_set():
            if not self.server.get_clients():
                self._serve()
                time.sleep(_IDLE_S)
                due = before = time.perf_counter()
                continue
            now = time.perf_counter()
            self.frame(now - before)
            before = now
            due = max(due + FRAME_S, now - _LATE_S)
            time.sleep(max(0.0, due - time.perf_counter()))

    def frame(self, passed_s: float) -> None:
        """Apply requests, walk on by what passed since the last frame, draw."""
        self._serve()
        seconds = min(passed_s, _LATE_S) * self.pace  # a slow machine drops frames, not time
        left_s = self._until_s - self.walk.time_s
        if left_s > 0.5 * self.walk.period_s and self.walk.goes_on:
            self._walk_on(min(_CATCH_UP_S, left_s))
        elif self.playing and self.behind_s > 0.0:
            self.rewind(self.behind_s - seconds)
        elif self.playing:
            walked = self._walk_on(seconds)
            share = min(passed_s, 1.0)
            self._managed += share * (walked / max(passed_s, 1e-3) - self._managed)
            self._go_on_after_end(passed_s)
        self._draw(passed_s)
        self._frame += 1

    # what people ask for, in the page's thread

    def set_pace(self, pace: float) -> None:
        """Play slower or faster."""
        self.pace = self._managed = float(pace)

    def set_playing(self, on: bool) -> None:
        """Play or pause."""
        self.playing = on
        self._managed = self.pace
        self._panel.show_playing(on)
        self._dirty = True

    def step(self) -> None:
        """Go on by one control period while pausing."""
        if not self.playing:
            self.rewind(0.0)
            self._walk_on(self.walk.period_s)

    def rewind(self, behind_s: float) -> None:
        """Show what was so many seconds ago, as far as that is kept."""
        self.behind_s = min(max(0.0, behind_s), self._lanes[0].past.reach_s)
        self._panel.show_behind(self.behind_s)
        self._dirty = True

    def look_back(self, behind_s: float) -> None:
        """Pause and show what was so many seconds ago."""
        self.set_playing(False)
        self.rewind(behind_s)

    def leap(self, seconds: float) -> None:
        """Pause and show what was before, or after, what is shown."""
        self.set_playing(False)
        self.rewind(self.behind_s - seconds)

    def choose_cell(self, index: int) -> None:
        """Show another cell of what was opened."""
        choices = Choices(self._cells[index])
        self._start(choices, Link(choices.opened(self.settings.seed), (), 0.0))

    def open_link(self, query: str) -> None:
        """Show what a link asks for, or say why not."""
        try:
            link = read_query(query, self._choices)
        except RetrowalkError as error:
            self._refuse(error)
            return
        self._start(self._choices, link)

    def change(self, field: str, value: object) -> None:
        """Change one setting; what the ground, the gait or the walker need starts anew."""
        walks = [lane.walk for lane in self._lanes]
        if field == "speed_m_per_s" and all(one.can_change_speed for one in walks):
            for one in walks:
                one.ask_speed(float(str(value)))
            self.settings = replace(self.settings, speed_m_per_s=float(str(value)))
        elif field == "attention":
            for one in walks:
                one.attend(float(str(value)))
            self.settings = replace(self.settings, attention=float(str(value)))
        else:
            try:
                self._start_as(self._choices.changed(self.settings, field, value))
            except RetrowalkError as error:
                self._refuse(error)

    def restart(self) -> None:
        """Start the same trial again."""
        self._start_as(self.settings)

    def push(self, direction: str, impulse_n_s: float) -> None:
        """Push every walker, now."""
        self.rewind(0.0)
        for lane in self._lanes:
            lane.walk.push(direction, impulse_n_s)

    def show_body(self, how: str) -> None:
        """Show the body another way."""
        self._appearance.body = how
        self._dress_lanes()

    def highlight(self, what: str) -> None:
        """Highlight some muscles."""
        self._appearance.muscles = what
        self._dress_lanes()

    def switch(self, what: str, on: bool) -> None:
        """Switch one of the overlays."""
        self._appearance.switched[what] = on
        self._dress_lanes()

    def follow(self, on: bool) -> None:
        """Keep the walker before the camera, or let it walk away."""
        self._appearance.follows = on
        self._dress_lanes()

    def chart(self, which: str, side: int) -> None:
        """Show other muscles in the chart."""
        self._charts.choose(which, side)

    def click(self, ray: viser.SceneClickEvent) -> None:
        """Chart the muscle that was clicked, if one was."""
        lane = self._lanes[0]
        eye, way = np.array(ray.ray_origin), np.array(ray.ray_direction)
        name = lane.muscle_at(lane.past.ago(self.behind_s), eye, way) if way.any() else None
        if name is not None:
            self.chart_muscle(name)

    def chart_muscle(self, name: str) -> None:
        """Show one muscle in a chart of its own."""
        self._charts.choose_muscle(name)
        self._panel.show_muscle(name)

    def start_again_after_falls(self, on: bool) -> None:
        """Whether an end is followed by a new start."""
        self._again = on

    # how it is done

    def _serve(self) -> None:
        for method, given in self._pending.taken():
            getattr(self, method)(*given)

    def _begin(self, choices: Choices, link: Link) -> list[LiveTrial]:
        settings, beside = link.settings, choices.companion(link.settings)
        walks: list[LiveTrial] = []
        for one in (settings, *([beside] if beside else [])):
            cell = choices.cell_of(one)
            check_cell(cell)
            walk = LiveTrial(cell, settings.seed, link.deeds)
            walk.attend(one.attention)
            walk.done.clear()
            walks.append(walk)
        return walks

    def _start_as(self, settings: Settings) -> None:
        self._start(self._choices, Link(settings, (), 0.0))

    def _start(self, choices: Choices, link: Link) -> None:
        """Start new walkers; where that is refused, say so and keep the old ones."""
        try:
            walks = self._begin(choices, link)
        except RetrowalkError as error:
            self._refuse(error)
            return
        self._choices, self.settings, self._began = choices, link.settings, link.settings
        self._ended_s, self._until_s, self._refused = 0.0, link.until_s, ("", 0.0)
        before = len(self._lanes)
        with whole_moment(self.server):
            for lane in self._lanes:
                lane.remove()
            self._show(walks)
        if len(walks) != before:
            self._panel.look_from_all("follow")

    def _refuse(self, error: RetrowalkError) -> None:
        self._panel.show_settings(self.settings, self._choices)
        self._refused = str(error), time.monotonic() + REFUSED_S
        self._tell()

    def _show(self, walks: list[LiveTrial]) -> None:
        grounds = [walk.sim.ground for walk in walks]
        uneven = any(ground is not None and ground.grid is not None for ground in grounds)
        aside = (_ASIDE_UNEVEN_M if uneven else _ASIDE_M) if len(walks) > 1 else 0.0
        self._lanes = [
            Lane(self.server, walk, root, aside_m)
            for walk, root, aside_m in zip(walks, _LANES, (-aside, aside), strict=False)
        ]
        self._charts.begin(self._lanes[0].look.muscles)
        self._panel.show_muscles(self._lanes[0].look.muscles)
        self._panel.show_settings(self.settings, self._choices)
        self._managed = self.pace
        self.rewind(0.0)
        self._dress_lanes()
        self._draw(0.0)

    def _dress_lanes(self) -> None:
        for lane in self._lanes:
            lane.dress(self._appearance)
        self._dirty = True

    def _walk_on(self, seconds: float) -> float:
        """Let every walker go on; return how long the first one walked [s]."""
        steps = [lane.walk.advance(seconds) for lane in self._lanes]
        for lane in self._lanes:
            lane.keep()
        self._dirty |= any(steps)
        return steps[0] * self.walk.period_s

    def _draw(self, passed_s: float) -> None:
        if self._frame % TELL_EVERY == 0:
            self._tell()
        if not self._dirty:
            return
        self._dirty = False
        with whole_moment(self.server):
            for lane in self._lanes:
                lane.draw(lane.past.ago(self.behind_s), passed_s)
        self._add_to_charts()
        self.server.flush()

    def _add_to_charts(self) -> None:
        lane = self._lanes[0]
        if lane.walk.state != WALKING or self.behind_s > 0.0:
            return
        self._charts.add(lane.past.ago(0.0), lane.groups, lane.sides, lane.weight_n, lane.walk.sign)
        if self._frame % CHART_EVERY == 0:
            self._charts.send()

    def _go_on_after_end(self, passed_s: float) -> None:
        if self.walk.state == WALKING:
            return
        self._ended_s += passed_s
        if self._again and self._ended_s > PAUSE_AFTER_S:
            self._start_as(replace(self.settings, seed=self.settings.seed + 1))

    def _tell(self) -> None:
        walk, settings = self.walk, self.settings
        shown = self._lanes[0].past.ago(self.behind_s)
        refused, until = self._refused
        link = query_of(Link(self._began, tuple(walk.done), walk.time_s))
        if time.monotonic() < until:
            self._panel.tell("That cannot be walked", refused, link, alarm=True)
        elif walk.state != WALKING and not self.behind_s:
            after = "The next trial starts in a moment." if self._again else "Restart to try again."
            self._panel.tell(_HEADINGS[walk.state], f"{walk.told} {after}", link, alarm=True)
        else:
            doing = f"Walking {settings.direction}" if self.playing else "Paused"
            doing = f"{self.behind_s:.1f} s ago" if self.behind_s else doing
            self._panel.tell(
                f"{doing} · {shown.speed_m_per_s:.2f} m/s",
                f"{shown.time_s:.1f} s · {shown.distance_m:.1f} m{self._slow}{self._other}",
                link,
            )

    @property
    def _slow(self) -> str:
        """What this machine manages, where it cannot keep up."""
        if self.behind_s or not self.playing or self._managed >= 0.85 * self.pace:
            return ""
        return f" · this machine manages {self._managed:.1f} × real time"

    @property
    def _other(self) -> str:
        """What became of the walker beside."""
        ends = [lane.walk.told for lane in self._lanes[1:] if lane.walk.told]
        return f" · beside: {ends[0]}" if ends else ""

    def _add_charts(self) -> Charts:
        panel = self.server.gui.add_panel()
        with panel.add_tab("Charts", viser.Icon.CHART_LINE):
            charts = Charts(self.server)
        panel.dock_left()
        return charts
