"""The config of an experiment."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from ...envs.task.ends import MOVING, Ends
from ...sim.errors import unknown_name
from ..statistics.factorial import DESIGNS, FULL, combinations, fraction_of
from .battery import BatteryFields
from .cohort import PERSON, CohortFields, check_cohort, with_people
from .controller_factor import (
    CONTROLLER,
    TRAINING,
    TRAININGS,
    WHOLE,
    ControllerName,
    Controllers,
    check_controllers,
    with_factor,
)
from .ends import Start, StopFields
from .fields import (
    BodyName,
    ContrastConfig,
    Direction,
    Known,
    Scalar,
    Strict,
    TechniqueFields,
    UncheckedLevels,
    WalkerFields,
    Within,
    as_tuple,
    problem_of,
    refusal,
)
from .figures import FigureConfig, check_figures
from .hazards import FACTOR, check_hazard_level, check_hazards, hazard_factors
from .pace import ASKED, PACES, PreferredSpeedFields
from .policy_names import PolicyName
from .sharing import AS_TUNED, SharingFields
from .surface import SurfaceFields, TreadmillFields

NAME_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,63}$"
MAX_TRIALS = 100_000  # of all cells together: beyond it a typo is likelier than a study

_CELL_FIELDS = (
    *("direction", "body", "walker", "surface", "policy", "technique", "pace"),
    *("sharing", PERSON, CONTROLLER, TRAINING),
)


_PRESETS: dict[str, type[Strict]] = {
    "walker": WalkerFields,
    "technique": TechniqueFields,
    "surface": SurfaceFields,
}
_OWNERS: tuple[type[Strict], ...] = (*_PRESETS.values(), TreadmillFields)
_PRESETS["sharing"] = SharingFields  # its fields are no factors
_LATER: dict[str, Any] = {
    "controllers": None,
    "training": WHOLE,
    "cohort": None,
    "dose": "",
    "groups": {},
    "design": FULL,
    "pace": ASKED,
    "preferred_speed": None,
    "figures": None,
    "sharing": AS_TUNED,
    "start": MOVING,
    "stand_s": Ends.stand_s,
    "stop": None,
}
"""Fields that older runs do not have; left out of a resolved config where they say nothing."""
_NO_LEVELS = ("preset", "group_strength")  # fields that one plain value cannot set


class ExperimentConfig(Strict):
    """An experiment: every combination of the factors' levels is a cell of `trials` trials."""

    name: Annotated[str, Field(pattern=NAME_PATTERN)]
    """Lower-case letters, digits, dots, dashes; names the run's folder."""
    question: Annotated[str, Field(max_length=2000)] = ""
    """What the experiment is to answer, in words."""
    walker: WalkerFields = WalkerFields()
    """A walker's name, or fields."""
    cohort: CohortFields | None = None
    """Virtual people who all walk every cell, in place of the walker."""
    policy: PolicyName = "scripted"
    """A name, a learned policy's .onnx file, or with `--trust` a `module:Class` or a .zip."""
    body: BodyName = "human"
    controllers: Controllers = None
    """Controllers that all walk, each with its policies and body: names, or `all`."""
    training: Annotated[str, Known("training", lambda: TRAININGS)] = WHOLE
    """A learned gait as it is, or the one that its training went on from."""
    surface: SurfaceFields = SurfaceFields()
    """A surface's name, or fields."""
    treadmill: TreadmillFields = TreadmillFields()
    """Of the surface `treadmill`: belt, bar, rails, workout."""
    direction: Direction = "backward"
    factors: dict[str, UncheckedLevels] = Field(default_factory=dict)
    """Levels by factor: a cell's field, or one of technique, walker, surface, treadmill."""
    design: Annotated[str, Known("design", lambda: DESIGNS)] = FULL
    """Every combination of the factors' levels, or a fraction of those with two levels."""
    technique: TechniqueFields = TechniqueFields()
    """A technique preset's name, or fields."""
    sharing: SharingFields = SharingFields()
    """How the scripted gait shares joint torques out to muscles: a criterion's name, or fields."""
    start: Start = MOVING
    """`moving`: in mid step; `standing`: in quiet standing, until it is told to go."""
    stand_s: Annotated[float, Within.of(Ends, "stand_s")] = Ends.stand_s
    """Of a start from standing: how long the walker stands before it is told to go."""
    stop: StopFields | None = None
    """Where the walker is told to stop, and stands; without it walks on."""
    pace: Annotated[str, Known("pace", lambda: PACES)] = ASKED
    """The speed that the technique asks for, or one that costs least by the metre."""
    preferred_speed: PreferredSpeedFields | None = None
    """How preferred speeds are found, where a pace asks for them."""
    groups: dict[str, Annotated[tuple[str, ...], BeforeValidator(as_tuple)]] = Field(
        default_factory=dict
    )
    """Levels of the factor `policy` that are one entry, such as the seeds of one training."""
    hazards: Annotated[tuple[Any, ...], BeforeValidator(as_tuple)] = ()
    """What happens to every trial: names, or mappings with a preset or a kind, and fields."""
    dose: Annotated[str, Field(max_length=2000)] = ""
    """Why hazards are as severe as they are, in words: reports of perturbations say it."""
    battery: BatteryFields | None = None
    """Fall risk: every cell walks undisturbed, is pushed, slips, trips and so on; {} for all."""
    trials: Annotated[int, Within(1, MAX_TRIALS)] = 32
    """Per cell. Trial i has the same seed in every cell."""
    duration_s: Annotated[float, Within(1.0, 3600.0)] = 20.0
    """Of each trial, unless it falls."""
    seed: Annotated[int, Within(0, 2**63 - 1)] = 0
    keep_recordings: Annotated[int, Within(0, MAX_TRIALS)] = 1
    """Recordings kept, of the first trials of each cell."""
    contrasts: Annotated[tuple[ContrastConfig, ...], BeforeValidator(as_tuple)] = ()
    figures: Annotated[tuple[FigureConfig, ...], BeforeValidator(as_tuple)] | None = None
    """Figures over the conditions; without it those that the factors suggest."""

    @model_validator(mode="before")
    @classmethod
    def _people_and_controllers_are_factors(cls, data: Any) -> Any:
        return with_factor(with_people(data))

    @field_validator("hazards")
    @classmethod
    def _valid_hazards(cls, hazards: tuple[Any, ...]) -> tuple[Any, ...]:
        return check_hazards(hazards)

    @field_validator("factors")
    @classmethod
    def _valid_levels(
        cls, factors: dict[str, tuple[Scalar, ...]], info: ValidationInfo
    ) -> dict[str, tuple[Scalar, ...]]:
        allowed = factor_names()
        valid: dict[str, tuple[Scalar, ...]] = {}
        for name, levels in factors.items():
            if name not in allowed:
                raise refusal(str(unknown_name("factor", name, allowed)), (name,))
            if not levels:
                raise refusal("has no levels; give at least one", (name,))
            checked: list[Scalar] = []
            for index, level in enumerate(levels):
                value = check_level(name, level, (name, index), info.context)
                if value in checked:
                    raise refusal(f"the level {value!r} is repeated", (name, index))
                checked.append(value)
            valid[name] = tuple(checked)
        return valid

    @model_validator(mode="after")
    def _consistent(self) -> ExperimentConfig:
        cells = self._cell_count()
        if cells * self.trials > MAX_TRIALS:
            raise refusal(
                f"{cells} cells of {self.trials} trials are more than {MAX_TRIALS} trials",
                ("trials",),
            )
        if self.keep_recordings > self.trials:
            raise refusal(
                f"must be at most the {self.trials} trials of a cell", ("keep_recordings",)
            )
        speed_is_set = (
            self.technique.preset is not None
            or "speed_m_per_s" in self.technique.changes
            or not {"technique", "speed_m_per_s"}.isdisjoint(self.factors)
        )
        if not speed_is_set and ASKED in self.paces:
            raise refusal("is required: name a preset or a speed", ("technique", "speed_m_per_s"))
        names = self.factors.get("surface", (self.surface.preset,))
        set_by_factor = set(TreadmillFields.model_fields) & set(self.factors)
        if (self.treadmill.changes or set_by_factor) and "treadmill" not in names:
            at = ("treadmill",) if self.treadmill.changes else ("factors", *set_by_factor)
            raise refusal("has no effect: the surface is not 'treadmill'", at)
        changed = [name for name in self.factors if name in hazard_factors()]
        if changed and not self.hazards and FACTOR not in self.factors:
            raise refusal("has no effect: there are no hazards", ("factors", changed[0]))
        if FACTOR in self.factors and self.hazards:
            raise refusal("would replace the config's hazards; leave them out", ("factors", FACTOR))
        if self.battery is not None and (self.hazards or changed):
            at = ("hazards",) if self.hazards else ("factors", changed[0])
            raise refusal("would be met on top of the battery's hazards; leave it out", at)
        check_controllers(self.factors)
        check_cohort(self.cohort, self.seed, self.factors)
        self._check_full()
        self._check_groups()
        self._check_pace()
        self._check_contrasts()
        check_figures(self.figures or (), self.factors)
        return self

    def _check_full(self) -> None:
        for factor, what in ((CONTROLLER, "several controllers"), (PERSON, "a cohort")):
            if factor in self.factors and self.design != FULL:
                raise refusal(f"must be {FULL} with {what}", ("design",))
            if factor in self.factors and self.asks_for_preferred:
                raise refusal(f"must be a speed that is asked for, with {what}", ("pace",))

    def _cell_count(self) -> int:
        if self.design == FULL:
            return math.prod(len(levels) for levels in self.factors.values())
        try:
            return len(combinations(self.factors, self.design))
        except ValueError as error:
            raise refusal(str(error), ("design",)) from None

    def _check_groups(self) -> None:
        levels = self.factors.get("policy", ())
        for name, policies in self.groups.items():
            for index, policy in enumerate(policies):
                if policy not in levels:
                    allowed = ", ".join(map(str, levels)) or "none"
                    raise refusal(
                        f"'{policy}' is not a level of the factor policy (levels: {allowed})",
                        ("groups", name, index),
                    )

    def _check_pace(self) -> None:
        if not self.asks_for_preferred:
            if self.preferred_speed is not None:
                raise refusal("has no effect: no pace is a preferred one", ("preferred_speed",))
            return
        if "speed_m_per_s" in self.factors:
            raise refusal(
                "would set the speed that the pace sets; leave one of them out",
                ("factors", "speed_m_per_s"),
            )
        fields = self.preferred_speed or PreferredSpeedFields()
        if fields.speeds_m_per_s is not None and len(set(fields.speeds_m_per_s)) < 3:
            raise refusal("needs three or more", ("preferred_speed", "speeds_m_per_s"))
        for index, name in enumerate(fields.by or ()):
            if name not in self.factors:
                names = ", ".join(self.factors) or "none"
                raise refusal(
                    f"'{name}' is not a factor of this experiment (factors: {names})",
                    ("preferred_speed", "by", index),
                )

    def _check_contrasts(self) -> None:
        seen: list[ContrastConfig] = []
        for index, contrast in enumerate(self.contrasts):
            path = ("contrasts", index, "between", contrast.factor)
            if contrast.factor not in self.factors:
                names = ", ".join(self.factors) or "none"
                raise refusal(f"is not a factor of this experiment (factors: {names})", path)
            for position, level in enumerate(contrast.levels):
                levels = self.factors[contrast.factor]
                if level not in levels:
                    allowed = ", ".join(map(str, levels))
                    raise refusal(
                        f"'{level}' is not a level of {contrast.factor} (levels: {allowed})",
                        (*path, position),
                    )
            self._check_across(index, contrast)
            if contrast in seen:
                raise refusal("this contrast is repeated", ("contrasts", index))
            seen.append(contrast)

    def _check_across(self, index: int, contrast: ContrastConfig) -> None:
        for factor, chosen in (contrast.across or {}).items():
            path = ("contrasts", index, "across", factor)
            if factor not in self.factors:
                names = ", ".join(self.factors) or "none"
                raise refusal(f"is not a factor of this experiment (factors: {names})", path)
            for position, level in enumerate(chosen):
                if level not in self.factors[factor]:
                    allowed = ", ".join(map(str, self.factors[factor]))
                    raise refusal(
                        f"'{level}' is not a level of {factor} (levels: {allowed})",
                        (*path, position),
                    )
            fraction = fraction_of(self.factors, self.design)
            both = frozenset((contrast.factor, factor))
            if fraction is not None and both <= set(fraction.factors):
                same = [" × ".join(one) for one in fraction.aliases(both)]
                if same:
                    raise refusal(
                        f"{contrast.factor} × {factor} cannot be told apart from "
                        f"{', '.join(same)} in this fraction; use `design: full` or a higher "
                        "resolution",
                        path,
                    )

    @property
    def paces(self) -> tuple[Any, ...]:
        """The paces of its cells."""
        return tuple(self.factors.get("pace", (self.pace,)))

    @property
    def asks_for_preferred(self) -> bool:
        """Whether a cell walks at a preferred speed."""
        return any(pace != ASKED for pace in self.paces)

    def resolved(self) -> dict[str, Any]:
        """Return the whole config as plain data, defaults included: reading it gives it back."""
        resolved = self.model_dump(mode="json")
        if self.battery is None:
            del resolved["battery"]  # runs from before it was there stay the same runs
        for name, value in _LATER.items():
            if resolved[name] == value:
                del resolved[name]
        for contrast in resolved["contrasts"]:
            if contrast["across"] is None:
                del contrast["across"]
        return resolved

    def digest(self) -> str:
        """Return the sha256 of all that the config says."""
        text = json.dumps(self.resolved(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def factor_names() -> tuple[str, ...]:
    """Return what a factor may be: a cell's field, or one of technique, walker, ground, hazard."""
    fields = (name for owner in _OWNERS for name in _fields_of(owner))
    return (*_CELL_FIELDS, *fields, *hazard_factors())


def check_level(
    factor: str, level: Any, path: tuple[str | int, ...], context: Any | None = None
) -> Any:
    """Return a factor's level as the field that it sets would hold it, or refuse it."""
    if factor in hazard_factors():
        return check_hazard_level(factor, level, path)
    if factor == PERSON:
        return _checked(str, level, path, context)
    if factor == CONTROLLER:
        return _checked(ControllerName, level, path, context)
    if factor in _PRESETS:
        owner, name = _PRESETS[factor], "preset"
    else:
        owners = (ExperimentConfig, *_OWNERS)
        owner, name = next(owner for owner in owners if factor in owner.model_fields), factor
    field = owner.model_fields[name]
    kind: Any = Annotated[field.annotation, field]  # pyright: ignore[reportInvalidTypeForm]
    return _checked(kind, level, path, context)


def _checked(kind: Any, level: Any, path: tuple[str | int, ...], context: Any | None) -> Any:
    adapter = TypeAdapter(kind, config=ConfigDict(strict=True, allow_inf_nan=False))
    try:
        value = adapter.validate_python(level, context=context)
    except ValidationError as error:
        raise refusal(problem_of(dict(error.errors()[0])), path) from None
    if value is None:
        raise refusal("must not be empty", path)
    return value


def _fields_of(model: type[Strict]) -> tuple[str, ...]:
    """Return the fields that a level, a plain value, can set."""
    return tuple(name for name in model.model_fields if name not in _NO_LEVELS)
