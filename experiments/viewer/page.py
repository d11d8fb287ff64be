"""The viewer's page: one live walker, drawn 30 times a second."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import viser

from ...envs.gaits.foot_placement import GRAVITY
from ...sim.errors import RetrowalkError
from ..rollout.trials import check_cell
from ..study.plan import Cell
from .balance_now import Balance, StanceFoot, balance_now
from .cameras import first_view
from .charts import Charts, group_activation
from .live_trial import ARRIVED, BROKEN, FALLEN, WALKING, LiveTrial
from .opening import Opened
from .overlays import Overlays
from .panel import Panel
from .pending_calls import PendingCalls
from .server import quiet, start, whole_moment
from .settings import Choices, Settings
from .stage import ROOT, GroundStage
from .walker_look import WalkerLook

FRAME_S = 1.0 / 30.0
CHART_EVERY = 3  # frames
TELL_EVERY = 6
PAUSE_AFTER_S = 2.5  # that an end is shown before the walker starts again

FOG_M = (8.0, 22.0)  # where the ground begins to fade, and where it is gone
BACKGROUND = (2, 2, 2)  # viser's own, of a dark page, in linear light

_LATE_S = 0.25  # behind, from which on lost time is let go
_IDLE_S = 0.05  # between looks whether anybody is there
_HEADINGS = {FALLEN: "A fall", BROKEN: "Not valid", ARRIVED: "The end of the ground"}


class Page:
    """The page and its loop; `run` it in the thread that made it.

    Args:
        opened: what is shown. host, port: where; the next free port if that one is taken.

    Attributes:
        server: viser's. walk: the walker. playing: whether it goes on. pace: over real time.

    Raises:
        ConfigError: the first cell cannot be walked, or nothing can be served on `host`.
    """

    def __init__(self, opened: Opened, host: str = "127.0.0.1", port: int = 8080) -> None:
        self._opened, self._cells = opened, opened.cells
        self._choices = Choices(opened.cells[0])
        self.settings = self._choices.opened(opened.seed)
        self.walk = self._begin(self._choices, self.settings)
        self._pending = PendingCalls()
        self._stop = threading.Event()
        self.playing, self.pace = True, 1.0
        self._again, self._ended_s = True, 0.0
        self._body_shown, self._highlighted, self._follows = "see-through", "all muscles", True
        self._switched: dict[str, bool] = {}
        self._frame, self._dirty, self._managed = 0, True, 1.0
        self.server = start(host, port, opened.title)
        self._dress()
        names = [cell.name for cell in self._cells]
        self._panel = Panel(self.server, self.ask, names)
        self._charts = self._add_charts()
        self._show()

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
        """Apply requests, walk on by a frame, draw; `passed_s` since the last frame."""
        self._serve()
        if self.playing:
            steps = self.walk.advance(FRAME_S * self.pace)
            self._dirty |= steps > 0
            share = min(passed_s, 1.0)
            managed = steps * self.walk.period_s / max(passed_s, 1e-3)
            self._managed += share * (managed - self._managed)
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
            self.walk.step()
            self._dirty = True

    def choose_cell(self, index: int) -> None:
        """Show another cell of what was opened."""
        choices = Choices(self._cells[index])
        self._start(choices, choices.opened(self.settings.seed))

    def change(self, field: str, value: object) -> None:
        """Change one setting; what the ground, the gait or the walker need starts anew."""
        if field == "speed_m_per_s" and self.walk.ask_speed(float(str(value))):
            self.settings = replace(self.settings, speed_m_per_s=float(str(value)))
        elif field == "attention":
            self.walk.attend(float(str(value)))
            self.settings = replace(self.settings, attention=float(str(value)))
        else:
            try:
                self._start(self._choices, self._choices.changed(self.settings, field, value))
            except RetrowalkError as error:
                self._refuse(error)

    def restart(self) -> None:
        """Start the same trial again."""
        self._start(self._choices, self.settings)

    def push(self, direction: str, impulse_n_s: float) -> None:
        """Push the walker."""
        self.walk.push(direction, impulse_n_s)

    def show_body(self, how: str) -> None:
        """Show the body another way."""
        self._body_shown = how
        self._look.show_body(how)
        self._dirty = True

    def highlight(self, what: str) -> None:
        """Highlight some muscles."""
        self._highlighted = what
        self._look.highlight(what)
        self._dirty = True

    def switch(self, what: str, on: bool) -> None:
        """Switch one of the overlays."""
        self._switched[what] = on
        self._overlays.show(what, on)
        self._dirty = True

    def follow(self, on: bool) -> None:
        """Keep the walker before the camera, or let it walk away."""
        self._follows = self._stage.follows = on
        self._dirty = True

    def chart(self, which: str, side: int) -> None:
        """Show other muscles in the chart."""
        self._charts.choose(which, side)

    def start_again_after_falls(self, on: bool) -> None:
        """Whether an end is followed by a new start."""
        self._again = on

    # how it is done

    def _serve(self) -> None:
        for method, given in self._pending.taken():
            getattr(self, method)(*given)

    def _begin(self, choices: Choices, settings: Settings) -> LiveTrial:
        cell: Cell = choices.cell_of(settings)
        check_cell(cell)
        walk = LiveTrial(cell, settings.seed)
        walk.attend(settings.attention)
        return walk

    def _start(self, choices: Choices, settings: Settings) -> None:
        """Start a new walker; where that is refused, say so and keep the old one."""
        try:
            walk = self._begin(choices, settings)
        except RetrowalkError as error:
            self._refuse(error)
            return
        self.walk, self._choices, self.settings = walk, choices, settings
        self._ended_s = 0.0
        with whole_moment(self.server):
            self._look.remove()
            self._overlays.remove()
            self._stage.remove()
            self._show()

    def _refuse(self, error: RetrowalkError) -> None:
        self._panel.show_settings(self.settings, self._choices)
        for client in self.server.get_clients().values():
            client.add_notification(
                "That cannot be walked", str(error), auto_close_seconds=8.0, color="orange"
            )

    def _show(self) -> None:
        walk = self.walk
        sim, body = walk.sim, walk.batch.gait.body
        self._weight = sim.mass * GRAVITY
        self._stage = GroundStage(self.server, sim, walk.sign)
        self._stage.follows = self._follows
        self._look = WalkerLook(self.server, ROOT, sim, body, walk.cell.walker)
        self._look.show_body(self._body_shown)
        self._look.highlight(self._highlighted)
        self._groups = [row.group for row in body.muscles]
        self._sides = [row.side for row in body.muscles]
        self._overlays = Overlays(self.server, self._weight)
        for what, on in self._switched.items():
            self._overlays.show(what, on)
        self._stance = StanceFoot()
        self._charts.clear()
        self._panel.show_settings(self.settings, self._choices)
        self._managed, self._dirty = self.pace, True
        self._draw(0.0)

    def _draw(self, passed_s: float) -> None:
        if self._frame % TELL_EVERY == 0:
            self._tell()
        if not self._dirty:
            return
        self._dirty = False
        sim, walk = self.walk.sim, self.walk
        foot = self._stance.update(sim.vertical_load[0])
        balance = balance_now(sim, walk.sign, foot)
        with whole_moment(self.server):
            self._stage.update(passed_s)
            self._look.update()
            self._overlays.update(sim, balance, walk.sign)
            pushed = sim.body_com[0, sim.root] if walk.pushes.shown(sim) else None
            self._overlays.push(pushed, walk.pushes.impulse_n_s)
        self._add_to_charts(balance)
        self.server.flush()

    def _add_to_charts(self, balance: Balance) -> None:
        walk = self.walk
        if walk.state != WALKING:
            return
        activation = group_activation(walk.sim.activation[0], self._groups, self._sides)
        self._charts.add(walk.time_s, activation, balance, self._weight, walk.sign)
        if self._frame % CHART_EVERY == 0:
            self._charts.send()

    def _go_on_after_end(self, passed_s: float) -> None:
        if self.walk.state == WALKING:
            return
        self._ended_s += passed_s
        if self._again and self._ended_s > PAUSE_AFTER_S:
            self._start(self._choices, replace(self.settings, seed=self.settings.seed + 1))

    def _tell(self) -> None:
        walk, settings = self.walk, self.settings
        if walk.state != WALKING:
            after = "The next trial starts in a moment." if self._again else "Restart to try again."
            self._panel.tell(_HEADINGS[walk.state], f"{walk.told} {after}", alarm=True)
            return
        doing = f"Walking {settings.direction}" if self.playing else "Paused"
        pace = ""
        if self.playing and self._managed < 0.85 * self.pace:
            pace = f" · this machine manages {self._managed:.1f} × real time"
        self._panel.tell(
            f"{doing} · {walk.speed_m_per_s:.2f} m/s",
            f"{walk.time_s:.1f} s · {walk.distance_m:.1f} m{pace}",
        )

    def _dress(self) -> None:
        gui, scene = self.server.gui, self.server.scene
        gui.configure_theme(
            dark_mode=True, show_logo=False, show_share_button=False, brand_color=(86, 140, 190)
        )
        first_view(self.server)
        scene.configure_default_lights(False)
        scene.configure_environment_map(None)
        scene.add_light_hemisphere(
            "/light/sky", sky_color=(232, 240, 255), ground_color=(150, 140, 128), intensity=1.9
        )
        scene.add_light_directional(
            "/light/sun", intensity=2.6, position=(2.0, -3.0, 5.0), cast_shadow=True
        )
        scene.add_light_directional("/light/fill", intensity=0.6, position=(-3.0, 3.0, 2.0))
        scene.configure_fog(*FOG_M, color=BACKGROUND)
        gui.main_panel.dock_right()

    def _add_charts(self) -> Charts:
        panel = self.server.gui.add_panel()
        with panel.add_tab("Charts", viser.Icon.CHART_LINE):
            charts = Charts(self.server)
        panel.dock_left()
        return charts
