"""Lights, fog and theme of the viewer's page."""

from __future__ import annotations

import viser

from .cameras import first_view

FOG_M = (8.0, 22.0)  # where the ground begins to fade, and where it is gone
BACKGROUND = (2, 2, 2)  # viser's own, of a dark page, in linear light


def dress(server: viser.ViserServer) -> None:
    """Light an empty scene and dock the controls to the right."""
    gui, scene = server.gui, server.scene
    gui.configure_theme(
        dark_mode=True, show_logo=False, show_share_button=False, brand_color=(86, 140, 190)
    )
    first_view(server)
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
