"""The bodies that can walk: a module a body, found by its file's name.

A body `some-body` is `some_body.py` with `build(name, walker) -> Body`; see CONTRIBUTING.md.
"""
