"""Messages for people fit on a screen, whatever they quote."""

from __future__ import annotations

import pickle

from hypothesis import given, strategies as st

from retrowalk.sim.errors import COLUMNS, ROWS, ConfigError, SimulationError, unknown_name


def rows(text: str) -> int:
    return sum(max(1, -(-len(line) // COLUMNS)) for line in text.split("\n"))


_quoted = st.one_of(
    st.text(max_size=300),
    st.builds(
        lambda text, times: text * times, st.text(min_size=1, max_size=5), st.integers(1, 9999)
    ),
)


@given(st.lists(_quoted, max_size=60))
def test_no_message_takes_more_than_a_screen_or_steers_the_terminal(parts: list[str]):
    error = ConfigError("\n".join(parts))
    shown = str(error)
    assert rows(shown) < ROWS
    assert all(sign.isprintable() or sign in "\n\u00a0" or ord(sign) > 159 for sign in shown)
    assert not set(shown) & set("\x1b\x07\r\u202e\u2066")
    assert str(ConfigError(shown)) == shown
    assert str(pickle.loads(pickle.dumps(error))) == shown


def test_short_messages_stay_and_of_long_ones_both_ends():
    told = "a.yaml:3: trials = 'many': must be a number from 1 to 100000\nb.yaml:4: also wrong"
    assert str(ConfigError(told)) == told
    long = str(SimulationError(f"a.yaml:3: name = '{'x' * 100_000}': must be shorter"))
    assert long.startswith("a.yaml:3: name = 'xxx")
    assert long.endswith("xxx': must be shorter")
    assert "characters left out" in long
    lines = str(ConfigError("\n".join(f"problem {i}" for i in range(1000))))
    assert lines.startswith("problem 0\n")
    assert lines.endswith("\nproblem 999")
    assert "more lines" in lines


def test_a_hundred_thousand_characters_for_a_name_are_not_all_quoted():
    assert (
        rows(str(unknown_name("measure", "x" * 100_000, [f"name_{i}" for i in range(1000)]))) < ROWS
    )
