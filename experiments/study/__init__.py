"""From a config to its cells: fields, presets, plan, seeds."""
