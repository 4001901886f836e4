"""Caches: Redis that may be away. A cache that is down is a cache that misses."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, asked again only ten seconds after it failed."""

    away_until = 0.0

    def _forgive(self, call: Any, otherwise: Any) -> Any:
        if time.monotonic() < self.away_until:
            return otherwise
        try:
            return call()
        except (RedisError, OSError) as error:
            self.away_until = time.monotonic() + 10
            log.warning("cache away", extra={"reason": str(error)})
            return otherwise

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        ask = super().get
        return self._forgive(lambda: ask(key, default, version), default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        ask = super().set
        self._forgive(lambda: ask(*args, **kwargs), None)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        ask = super().add
        return bool(self._forgive(lambda: ask(*args, **kwargs), True))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        ask = super().delete
        return bool(self._forgive(lambda: ask(*args, **kwargs), False))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        ask = super().has_key
        return bool(self._forgive(lambda: ask(key, version), False))

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        ask = super().touch
        return bool(self._forgive(lambda: ask(*args, **kwargs), False))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        ask = super().get_many
        return dict(self._forgive(lambda: ask(*args, **kwargs), {}))

    def set_many(self, data: dict[Any, Any], *args: Any, **kwargs: Any) -> list[Any]:
        """The keys that were not stored: all of them while it is away."""
        ask = super().set_many
        return list(self._forgive(lambda: ask(data, *args, **kwargs), list(data)))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError for a counter that is not there, as every cache does."""
        ask = super().incr
        found = self._forgive(lambda: ask(key, delta, version), None)
        if found is None:
            raise ValueError(f"Key '{key}' not found.")
        return int(found)

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        ask = super().delete_many
        self._forgive(lambda: ask(*args, **kwargs), None)

    def clear(self) -> bool:  # type: ignore[override]  # Django returns it too
        ask = super().clear
        return bool(self._forgive(ask, False))
