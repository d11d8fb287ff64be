"""What a config may name as a policy, and which of these run code and so need to be trusted.

`scripted`, learned ones that ship (by name), a learned one's file (.onnx, .json), a class of the
user's own (`module:Class`), and a model of stable-baselines3 (.zip). The last two run code when
they are used. A config is a file that may come from anyone, so it cannot say of itself that they
may be run: the caller does (`--trust` on the command line, `trust=True` of `load_config`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from . import catalogue
from .fields import Known, refusal

LEARNED = (".onnx", ".json")
"""Endings of a learned policy's files."""
PICKLED = ".zip"
"""Ending of a model of stable-baselines3."""
_OWN = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
TRUSTED: Mapping[str, bool] = {"trusted": True}
"""Context of a validation whose caller allows policies that run code."""


@dataclass(frozen=True)
class PolicyText(Known):
    """Annotation of a policy; one that runs code is refused unless the context is `TRUSTED`."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._within, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        forms = [r"\.(onnx|json|zip)$", r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$"]
        known = {"enum": sorted(self.names())}
        return {"type": "string", "anyOf": [known, *({"pattern": form} for form in forms)]}

    def _within(self, name: str, info: ValidationInfo) -> str:
        if name.endswith(LEARNED):
            return name
        if runs_code(name):
            if not (info.context or {}).get("trusted"):
                raise refusal(distrust(name))
            return name
        return self.check(name)


PolicyName = Annotated[str, PolicyText("policy", catalogue.policies)]


def is_own(policy: str) -> bool:
    """Return whether a policy is written as a class of the user's own, `module:Class`."""
    return _OWN.fullmatch(policy) is not None


def runs_code(policy: str) -> bool:
    """Return whether using the policy runs code of its own."""
    return not policy.endswith(LEARNED) and (policy.endswith(PICKLED) or is_own(policy))


def distrust(policy: str) -> str:
    """Return why a policy that runs code is not used, and what would let it be."""
    if policy.endswith(PICKLED):
        return (
            f"'{policy}' is a model of stable-baselines3: it is pickled, and reading it runs "
            "whatever code is in it; add --trust if you know who made it (`retrowalk train` "
            "writes .onnx files, which run none)"
        )
    return f"'{policy}' is code of its own; add --trust to the command to let a config run it"


def short_names(policies: Iterable[str]) -> dict[str, str]:
    """Return a name for each policy that is short and yet its own: a file's without its folder.

    Files of the same name in different folders keep as much of the folders as tells them apart.
    """
    given = list(dict.fromkeys(policies))
    return {policy: _shortest(policy, given) for policy in given}


def policy_words(policy: str) -> str:
    """Return a policy as a reader says it: a file's name with its own folder, other names as is."""
    return "/".join(_parts(policy)[-2:])


def _shortest(policy: str, given: list[str]) -> str:
    parts = _parts(policy)
    ends = ["/".join(parts[-count:]) for count in range(1, len(parts) + 1)]
    for count, end in enumerate(ends, 1):
        if sum("/".join(_parts(other)[-count:]) == end for other in given) == 1:
            return end
    return policy


def _parts(policy: str) -> tuple[str, ...]:
    if not policy.endswith((*LEARNED, PICKLED)):
        return (policy,)
    return PurePath(policy).with_suffix("").parts
