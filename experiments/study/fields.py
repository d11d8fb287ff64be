"""The smaller pieces of an experiment config: names, technique, walker, contrast."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    SkipValidation,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ...envs.task.technique import ARMS, FOOT_CONTACTS, PRESETS, RANGES, Technique
from ...models.walker import GROUP_LIMITS, LIMITS, SEXES, WALKERS, Walker
from ...sim.errors import ConfigError, unknown_name
from ...sim.measures.base.muscle_groups import MUSCLE_GROUPS
from . import catalogue
from .yaml_source import KeyPath

MANY_NAMES = 20  # a message lists no more


def refusal(message: str, path: KeyPath = ()) -> PydanticCustomError:
    """Return the error that refuses the value at `path` below the one being validated."""
    return PydanticCustomError("refused", "{message}", {"message": message, "path": path})


def problem_of(error: dict[str, Any]) -> str:
    """Return what one error of pydantic says, in our words."""
    context = error.get("ctx") or {}
    if "message" in context:
        return context["message"]
    if error["type"] == "missing":
        return "is required"
    if error["type"] == "literal_error":
        names = re.findall(r"'([^']*)'", context["expected"])
        near = difflib.get_close_matches(str(error.get("input")), names, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        return f"must be {context['expected']}{hint}"
    if error["type"] == "string_pattern_mismatch":
        return f"must match the pattern {context['pattern']}"
    if error["type"] in ("model_type", "dict_type"):
        return "must be a mapping of keys to values"
    if error["type"] == "tuple_type":
        return "must be a list"
    problem = error["msg"].replace("Input should be", "must be")
    return problem[0].lower() + problem[1:]


@dataclass(frozen=True)
class Known:
    """Annotation of a text that must be one of `names()`; the JSON schema lists them."""

    kind: str
    names: Callable[[], Iterable[str]]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "enum": sorted(self.names())}

    def check(self, name: str) -> str:
        """Return `name`, or refuse it with the nearest valid one."""
        if name in (allowed := tuple(self.names())):
            return name
        if len(allowed) <= MANY_NAMES:
            raise refusal(str(unknown_name(self.kind, name, allowed)))
        holding = [one for one in allowed if name and name in one]
        near = difflib.get_close_matches(name, allowed, n=3) or holding[:3]
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise refusal(
            f"unknown {self.kind} '{name}'{hint} (allowed: see `retrowalk list {self.kind}s`)"
        )


@dataclass(frozen=True)
class Within:
    """Annotation of a number that must lie from `low` to `high`, both allowed."""

    low: float
    high: float

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "minimum": self.low, "maximum": self.high}

    def check(self, value: float) -> float:
        """Return `value`, or refuse it with what is allowed."""
        if not self.low <= value <= self.high:
            raise refusal(f"must be from {self.low} to {self.high}")
        return value


BodyName = Annotated[str, Known("body", catalogue.bodies)]
WalkerName = Annotated[str, Known("walker", catalogue.walkers)]
TechniqueName = Annotated[str, Known("technique", catalogue.techniques)]
MuscleGroup = Annotated[str, Known("muscle group", lambda: MUSCLE_GROUPS)]
MeasureName = Annotated[str, Known("measure", catalogue.measures)]
Direction = Literal["backward", "forward"]


class Strict(BaseModel):
    """A frozen model that refuses unknown keys with the nearest valid one, and wrong types."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            allowed = [field.alias or name for name, field in cls.model_fields.items()]
            for key in data:
                if key not in allowed:
                    raise refusal(str(unknown_name("key", str(key), allowed)), (str(key),))
        return data


class Preset(Strict):
    """Fields on top of a preset; a preset's name alone may stand for all of it."""

    preset: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, data: Any) -> Any:
        return {"preset": data} if isinstance(data, str) else data

    @model_serializer(mode="wrap")
    def _name_alone_again(self, handler: SerializerFunctionWrapHandler) -> Any:
        fields = {key: value for key, value in handler(self).items() if value is not None}
        return fields["preset"] if list(fields) == ["preset"] else fields

    @property
    def name(self) -> str:
        """The preset, marked where fields change it, or `custom`."""
        if self.preset is None:
            return "custom"
        return f"{self.preset} (changed)" if self.changes else self.preset

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that are set, without the preset."""
        return {
            name: value
            for name in type(self).model_fields
            if name != "preset" and (value := getattr(self, name)) is not None
        }

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        fields = handler.resolve_ref_schema(handler(schema))
        name = fields["properties"]["preset"]
        return {"anyOf": [{key: name[key] for key in ("anyOf", "enum") if key in name}, fields]}


class TechniqueFields(Preset):
    """How to walk; what is not set is left to the preset, or to the gait."""

    preset: TechniqueName | None = None
    """A technique preset, which the other fields change."""
    speed_m_per_s: Annotated[float, Within(*RANGES["speed_m_per_s"])] | None = None
    """Commanded speed along the direction of travel."""
    step_length_m: Annotated[float, Within(*RANGES["step_length_m"])] | None = None
    """From foot to foot along the direction of travel."""
    cadence_steps_per_min: Annotated[float, Within(*RANGES["cadence_steps_per_min"])] | None = None
    step_width_m: Annotated[float, Within(*RANGES["step_width_m"])] | None = None
    """From foot to foot across the direction of travel."""
    trunk_lean_rad: Annotated[float, Within(*RANGES["trunk_lean_rad"])] | None = None
    """Positive leans forward, whatever the direction of travel."""
    foot_contact: Annotated[str, Known("foot contact", lambda: FOOT_CONTACTS)] | None = None
    """The part of the foot that lands first."""
    big_toe_push: Annotated[float, Within(*RANGES["big_toe_push"])] | None = None
    """0: toes slack; 1: strong push through the big toe before lift-off."""
    hip_height_m: Annotated[float, Within(*RANGES["hip_height_m"])] | None = None
    """Of the hip centres above the ground in single support."""
    arms: Annotated[str, Known("arms", lambda: ARMS)] | None = None
    """Swinging against the legs, or held across the chest."""
    looks_per_min: Annotated[float, Within(*RANGES["looks_per_min"])] | None = None
    """Glances over the shoulder a minute; walking backwards, the path is seen only then."""
    look_duration_s: Annotated[float, Within(*RANGES["look_duration_s"])] | None = None
    """Of a glance; at least the time between two is looking back constantly."""
    look_trunk_yaw_rad: Annotated[float, Within(*RANGES["look_trunk_yaw_rad"])] | None = None
    """How far the trunk turns in a glance."""
    look_head_yaw_rad: Annotated[float, Within(*RANGES["look_head_yaw_rad"])] | None = None
    """How far the head turns against the trunk in a glance."""

    @model_validator(mode="after")
    def _goes_together(self) -> TechniqueFields:
        try:
            self.build()
        except ConfigError as error:
            raise refusal(str(error)) from None
        return self

    def build(self) -> Technique:
        """Return the technique that the fields describe."""
        base = Technique() if self.preset is None else PRESETS[self.preset]
        return replace(base, **self.changes)


class WalkerFields(Preset):
    """Who walks: a walker from the catalogue, changed in some fields."""

    preset: WalkerName | None = "young-adult"
    """A walker from the catalogue, which the other fields change."""
    height_m: Annotated[float, Within(*LIMITS["height_m"])] | None = None
    mass_kg: Annotated[float, Within(*LIMITS["mass_kg"])] | None = None
    sex: Annotated[str, Known("sex", lambda: SEXES)] | None = None
    """How mass is spread over the segments."""
    age_years: Annotated[float, Within(*LIMITS["age_years"])] | None = None
    """Strength, contraction, senses and delays of this age."""
    strength: Annotated[float, Within(*LIMITS["strength"])] | None = None
    """Scale of every muscle's maximum isometric force."""
    group_strength: dict[MuscleGroup, Annotated[float, Within(*GROUP_LIMITS)]] | None = None
    """Scale of the maximum isometric forces of single muscle groups."""
    contraction_speed: Annotated[float, Within(*LIMITS["contraction_speed"])] | None = None
    """Scale of the maximum shortening velocity."""
    activation_time: Annotated[float, Within(*LIMITS["activation_time"])] | None = None
    """Scale of the time constant of activation."""
    deactivation_time: Annotated[float, Within(*LIMITS["deactivation_time"])] | None = None
    """Scale of the time constant of deactivation."""
    passive_stiffness: Annotated[float, Within(*LIMITS["passive_stiffness"])] | None = None
    """Scale of the passive force of stretched muscles."""
    sensory_noise: Annotated[float, Within(*LIMITS["sensory_noise"])] | None = None
    """Scale of the sensory noise of the age."""
    extra_delay_s: Annotated[float, Within(*LIMITS["extra_delay_s"])] | None = None
    """Delay of all senses on top of the age's."""
    attention: Annotated[float, Within(*LIMITS["attention"])] | None = None
    """1: all on walking; 0: all on something else."""
    knee_pain: Annotated[float, Within(*LIMITS["knee_pain"])] | None = None
    """Price of loading the knee beside that of effort; 0: none."""

    def build(self) -> Walker:
        """Return the walker that the fields describe, under the name that says so."""
        base = Walker() if self.preset is None else WALKERS[self.preset]
        return replace(base, name=self.name, **self.changes)


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Scalar = str | bool | int | float
Levels = Annotated[tuple[Scalar, ...], BeforeValidator(_as_tuple)]
UncheckedLevels = Annotated[tuple[SkipValidation[Scalar], ...], BeforeValidator(_as_tuple)]


class ContrastConfig(Strict):
    """A question put to the trials: how does a measure differ between two levels of a factor?"""

    measure: MeasureName
    """A column of trials.parquet."""
    between: dict[str, Levels]
    """One factor and two of its levels: the first is compared with the second."""
    as_: Annotated[Literal["difference", "ratio"], Field(alias="as")] = "difference"
    """first - second, or first / second."""
    across: dict[str, Levels] | None = None
    """A second factor and two of its levels: how the contrast differs between them."""

    @model_validator(mode="after")
    def _two_levels_of_one_factor(self) -> ContrastConfig:
        if len(self.between) != 1:
            raise refusal(f"must name exactly one factor, not {len(self.between)}", ("between",))
        if len(self.levels) != 2 or self.levels[0] == self.levels[1]:
            raise refusal(
                f"must hold two different levels, not {list(self.levels)}",
                ("between", self.factor),
            )
        if self.across is not None:
            self._check_across(self.across)
        return self

    def _check_across(self, across: dict[str, tuple[Scalar, ...]]) -> None:
        if len(across) != 1 or self.factor in across:
            raise refusal("must name exactly one factor, another one", ("across",))
        for name, levels in across.items():
            if len(levels) != 2 or levels[0] == levels[1]:
                raise refusal(
                    f"must hold two different levels, not {list(levels)}", ("across", name)
                )

    @property
    def factor(self) -> str:
        """The factor whose levels are compared."""
        return next(iter(self.between))

    @property
    def levels(self) -> tuple[Scalar, ...]:
        """The two levels, first and second."""
        return self.between[self.factor]
