"""Bodies that can walk, one module each; the module's name is the body's.

A body `some-body` is `some_body.py` with `build(name, walker) -> Body`; see CONTRIBUTING.md.
"""
