"""Django's cache in Redis or Valkey, shared by all machines; imported only where CACHE_URL is set."""

from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError


class SharedCache(RedisCache):
    """A cache that is empty and stores nothing while its server is away, so that no page fails."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError:
            return default

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(key, value, *args, **kwargs)
        except RedisError:
            return

    def count(self, key: str, seconds: float) -> int | None:
        """Return how often the key was counted, this time included; None if the server is away or the period just
        ended."""
        try:
            self.add(key, 0, seconds)
            return self.incr(key)
        except (RedisError, ValueError):  # away, or the period ended this moment
            return None

    def uncount(self, key: str) -> bool:
        """Take one from the count of the key; return False if the server is away."""
        try:
            if self.decr(key) < 0:
                self.incr(key)
        except ValueError:  # the period is over
            return True
        except RedisError:
            return False
        return True
