"""The walking task: techniques, gaits and Gymnasium environments.

Importing it tells Gymnasium of them, so `gymnasium.make("retrowalk/Backward-v0")` works,
and `gymnasium.make("retrowalk.envs:retrowalk/Backward-v0")` does in a worker process too.
"""

from .gym.registration import register_environments

register_environments()
