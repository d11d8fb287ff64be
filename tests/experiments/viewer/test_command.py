"""`retrowalk view` on the command line: exit codes, one clear line, a warning where it is due."""

from __future__ import annotations

import pytest

from retrowalk.experiments.viewer.page import Page


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, command_line):
    """Call the command with arguments; return exit code, stdout, stderr."""
    monkeypatch.setattr(Page, "run", lambda page: None)
    return lambda *arguments: command_line("view", *arguments)


@pytest.mark.parametrize(
    "target", ["quick-strat", "runs/gone", "gone.onnx", "gone.yaml", "os:system", "model.zip"]
)
def test_what_cannot_be_viewed_is_one_line_and_exit_code_2(call, target: str):
    code, out, err = call(target, "--no-open")
    assert code == 2
    assert out == ""
    assert err.startswith("Error: ")
    assert err.count("\n") == 1


def test_it_says_where_the_page_is_and_warns_only_where_others_can_reach_it(call):
    code, out, err = call("--no-open", "--port", "8479")
    assert (code, err) == (0, "")
    assert "http://127.0.0.1:" in out
    assert "Warning" not in out
    assert "viser" not in out
    code, out, _ = call("--no-open", "--port", "8479", "--host", "0.0.0.0")
    assert code == 0
    assert "see and steer" in " ".join(out.split())
