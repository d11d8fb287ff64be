"""What this project uses of threadpoolctl, which ships without types."""

from types import TracebackType
from typing import Any

class threadpool_limits:
    def __init__(self, limits: int) -> None: ...
    def __enter__(self) -> threadpool_limits: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
    def restore_original_limits(self) -> None: ...

def threadpool_info() -> list[dict[str, Any]]: ...
