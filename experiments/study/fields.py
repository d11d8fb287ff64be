"""Parts of an experiment config: names, technique, walker, contrast."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    SkipValidation,
    create_model,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ...envs.task.technique import PRESETS, Technique
from ...models.catalogue import MAP_ENDS
from ...models.numerics import split as split_numerics
from ...models.walker import GROUP_STRENGTH, WALKERS, Walker
from ...models.yaml_source import KeyPath
from ...sim.errors import ConfigError, unknown_name
from ...sim.fields import Choice, Range, Rule, Switch, declared, meanings, ranges
from ...sim.measures.base.muscle_groups import MUSCLE_GROUPS
from ...sim.plain_values import is_mapping, is_sequence
from . import catalogue

MANY_NAMES = 20  # a message lists no more


def refusal(message: str, path: KeyPath = ()) -> PydanticCustomError:
    """Return the error that refuses the value at `path` below the one being validated."""
    return PydanticCustomError("refused", "{message}", {"message": message, "path": path})


def problem_of(error: dict[str, Any]) -> str:
    """Return one of pydantic's errors in our words."""
    context: dict[str, Any] = error.get("ctx") or {}
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
    ) -> JsonSchemaValue:
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


class Within(Range):
    """Annotation of a number that must lie from `low` to `high`, both allowed."""

    @classmethod
    def of(cls, thing: type, name: str) -> Within:
        """Return what the dataclass `thing` allows in the field `name`."""
        return cls(*ranges(thing)[name])

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._inside, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "minimum": self.low, "maximum": self.high}

    def _inside(self, value: float) -> float:
        if not self.low <= value <= self.high:
            raise refusal(f"must be from {self.low} to {self.high}")
        return value


def config_type(name: str, rule: Rule) -> Any:
    """Return the type of a config's key for the field `name` with `rule`."""
    if isinstance(rule, Range):
        return Annotated[float, Within(rule.low, rule.high)]
    if isinstance(rule, Choice):
        return Annotated[str, Known(name.replace("_", " "), lambda: rule.names)]
    if isinstance(rule, Switch):
        return bool
    raise TypeError(f"no key of a config holds {rule!r}")


class _KnownBody(Known):
    """A body's name or its map's file, which the name of other numerics may follow."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        names = super().__get_pydantic_json_schema__(schema, handler)
        return {"anyOf": [names, {"type": "string", "pattern": f"{re.escape(MAP_ENDS)}$"}]}

    def check(self, name: str) -> str:
        try:
            body, _ = split_numerics(name)
        except ConfigError as error:
            raise refusal(str(error)) from None
        if not body.endswith(MAP_ENDS):
            super().check(body)
        elif not Path(body).is_file():
            raise refusal(f"{self.kind} '{body}': no such file")
        return name


BodyName = Annotated[str, _KnownBody("body", catalogue.bodies)]
WalkerName = Annotated[str, Known("walker", catalogue.walkers)]
TechniqueName = Annotated[str, Known("technique", catalogue.techniques)]
MuscleGroup = Annotated[str, Known("muscle group", lambda: MUSCLE_GROUPS)]
MeasureName = Annotated[str, Known("measure", catalogue.measures)]
Direction = Literal["backward", "forward"]


class Strict(BaseModel):
    """A frozen model that refuses unknown keys with the nearest valid one, and wrong types."""

    describes: ClassVar[type | None] = None
    """The dataclass whose fields are keys here too."""

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
        if is_mapping(data):
            allowed = [field.alias or name for name, field in cls.model_fields.items()]
            for key in data:
                if key not in allowed:
                    raise refusal(str(unknown_name("key", str(key), allowed)), (str(key),))
        return data

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        found = handler(schema)
        properties = handler.resolve_ref_schema(found)["properties"]
        for name, text in (meanings(cls.describes) if cls.describes else {}).items():
            if name in properties:
                properties[name].setdefault("description", text)
        return found


class Built(Strict):
    """Fields of which something is built, and refused where that cannot be."""

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        try:
            self.build()
        except ConfigError as error:
            raise refusal(str(error)) from None
        return self

    def build(self) -> object:
        """Return what the fields describe.

        Raises:
            ConfigError: they do not go together.
        """
        raise NotImplementedError


class Preset(Strict):
    """Fields on top of a preset; a preset's name alone may stand for all of it."""

    preset: str | None = None

    if TYPE_CHECKING:  # fields come from the dataclass that a config of them describes

        def __getattr__(self, name: str) -> Any: ...

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
    ) -> JsonSchemaValue:
        fields = handler.resolve_ref_schema(super().__get_pydantic_json_schema__(schema, handler))
        name = fields["properties"]["preset"]
        return {"anyOf": [{key: name[key] for key in ("anyOf", "enum") if key in name}, fields]}


Model = TypeVar("Model", bound=Strict)


def with_fields_of(thing: type, *left_out: str) -> Callable[[type[Model]], type[Model]]:
    """Give a model a key for each field that the dataclass `thing` declares; none is required.

    What the model has itself, and what is `left_out`, stays as it is.
    """

    def extend(model: type[Model]) -> type[Model]:
        keys: dict[str, Any] = {
            name: (config_type(name, field.rule) | None, None)
            for name, field in declared(thing).items()
            if name not in (*left_out, *model.model_fields)
        }
        made = create_model(model.__name__, __base__=model, __module__=model.__module__, **keys)
        made.describes, made.__doc__ = thing, model.__doc__
        return made

    return extend


@with_fields_of(Technique)
class TechniqueFields(Preset, Built):
    """How to walk; what is not set is left to the preset, or to the gait."""

    preset: TechniqueName | None = None
    """A technique preset, which the other fields change."""

    def build(self) -> Technique:
        """Return the technique that the fields describe."""
        base = Technique() if self.preset is None else PRESETS[self.preset]
        return replace(base, **self.changes)


@with_fields_of(Walker, "name")
class WalkerFields(Preset):
    """Who walks: a walker from the catalogue, changed in some fields."""

    preset: WalkerName | None = "young-adult"
    """A walker from the catalogue, which the other fields change."""
    group_strength: (
        dict[MuscleGroup, Annotated[float, Within(GROUP_STRENGTH.low, GROUP_STRENGTH.high)]] | None
    ) = None
    """Factor on the maximum isometric forces of single muscle groups."""

    def build(self) -> Walker:
        """Return the walker that the fields describe, under the name that says so."""
        base = Walker() if self.preset is None else WALKERS[self.preset]
        return replace(base, name=self.name, **self.changes)


def as_tuple(value: Any) -> Any:
    """Return a list as a tuple, anything else unchanged."""
    return tuple(value) if is_sequence(value) else value


Scalar = str | bool | int | float
Levels = Annotated[tuple[Scalar, ...], BeforeValidator(as_tuple)]
UncheckedLevels = Annotated[tuple[SkipValidation[Scalar], ...], BeforeValidator(as_tuple)]


class ContrastConfig(Strict):
    """A contrast: the difference of a measure between two levels of a factor."""

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
