"""Policy names in configs, and which of them run code and need trust.

Each kind of gait says how its policies are named and which of them run code
(`envs.policies.source`): a class of the user's (`module:Class`) and a model of stable-baselines3
(.zip) do. A config is a file that may come from anyone, so it cannot say of itself that they may be
run: the caller does (`--trust` on the command line, `trust=True` of `load_config`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from ...envs.policies.policy_file import LEARNED_ENDINGS, PICKLED_ENDING
from ...envs.policies.source import kind_of, kinds
from . import catalogue
from .fields import Known, refusal

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
    ) -> JsonSchemaValue:
        forms = [kind.pattern for kind in kinds() if kind.pattern is not None]
        known = {"enum": sorted(self.names())}
        return {"type": "string", "anyOf": [known, *({"pattern": form} for form in forms)]}

    def _within(self, name: str, info: ValidationInfo) -> str:
        kind = kind_of(name)
        if kind is None:
            return self.check(name)
        reason = kind.distrust(name)
        context: Any = info.context or {}
        if reason is not None and not context.get("trusted"):
            raise refusal(reason)
        return name


PolicyName = Annotated[str, PolicyText("policy", catalogue.policies)]


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
    if not policy.endswith((*LEARNED_ENDINGS, PICKLED_ENDING)):
        return (policy,)
    return PurePath(policy).with_suffix("").parts
