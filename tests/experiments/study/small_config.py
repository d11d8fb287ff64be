"""The config of most tests here: 4 cells of 7 trials."""

CONFIG = """\
name: small
question: Does it differ?
factors:
  direction: [backward, forward]
  speed_m_per_s: [0.6, 0.8]
trials: 7
duration_s: 10
seed: 7
keep_recordings: 2
contrasts:
  - {measure: stride_length_m, between: {direction: [backward, forward]}, as: ratio}
  - {measure: step_width_m, between: {speed_m_per_s: [0.8, 0.6]}}
"""
