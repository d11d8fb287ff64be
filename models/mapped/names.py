"""Left and right in names of somebody else's MJCF: `left_knee`, `knee_l`, `l_knee`, `LKnee`."""

from __future__ import annotations

import re

_PATTERNS = (
    r"^(?P<side>left|right|l|r)[_\-. ](?P<role>.+)$",
    r"^(?P<role>.+?)[_\-. ](?P<side>left|right|l|r)$",
    r"^(?P<role>.+?)[_\-. ](?P<side>left|right|l|r)(?P<rest>[_\-. ].+)$",
    r"^(?P<side>left|right)(?P<role>.+)$",
    r"^(?P<role>.+)(?P<side>left|right)$",
)


def split_side(name: str) -> tuple[str, str]:
    """Return a name without its side, and the side `l`, `r` or nothing."""
    for pattern in _PATTERNS:
        if found := re.match(pattern, name, re.IGNORECASE):
            parts = found.groupdict()
            role = parts["role"] + parts.get("rest", "")
            return role.strip("_-. "), parts["side"][0].lower()
    return name, ""
