"""The way to Temporal: connect, convert, and call its asyncio client from the web's threads."""

import asyncio
import dataclasses
import threading
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, ClassVar, Self, TypeVar

from temporalio.client import Client
from temporalio.contrib.pydantic import PydanticPayloadConverter, pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.runtime import Runtime
from temporalio.service import RetryConfig

from longwatch.codec import Codec
from longwatch.settings import Settings

T = TypeVar("T")

RPC_TIMEOUT = timedelta(seconds=2)
"""For calls a person waits for: bounds a frozen engine. A dead one is bounded by RETRIES; both are needed."""

RETRIES = RetryConfig(max_retries=3, max_elapsed_time_millis=1500)


class OneConverter(PydanticPayloadConverter):
    """One converter for all who ask for a new one.

    The engine's library makes a new one for every task of every workflow, and each would learn our types anew, which
    takes longer than all the rest of the task.
    """

    _one: ClassVar["OneConverter | None"] = None

    def __new__(cls) -> Self:
        """The one there is."""
        if not isinstance(cls._one, cls):
            cls._one = super().__new__(cls)
        return cls._one

    def __init__(self) -> None:
        if not hasattr(self, "converters"):
            super().__init__()


def data_converter(secret_keys: tuple[str, ...]) -> DataConverter:
    """Dataclasses by pydantic, encrypted; error texts too."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_converter_class=OneConverter,
        payload_codec=Codec(secret_keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(settings: Settings, runtime: Runtime | None = None) -> Client:
    """A client of the engine. Raises RuntimeError or RPCError when it cannot be reached."""
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=data_converter(settings.secret_keys),
        retry_config=RETRIES,
        runtime=runtime,
    )


class Bridge:
    """Runs the asyncio client for threads: one loop, one client per process.

    Made lazily, after the web server forked: a client made before the fork hangs.
    """

    def __init__(
        self, settings: Settings, connecting: Callable[[Settings], Coroutine[Any, Any, Client]] = connect
    ) -> None:
        self._settings = settings
        self._connecting = connecting
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: Client | None = None

    def run(self, work: Callable[[Client], Coroutine[Any, Any, T]], timeout: float) -> T:
        """Does `work` with the client. Raises TimeoutError after `timeout` seconds, and what the client raises."""
        future = asyncio.run_coroutine_threadsafe(self._with_client(work), self._running_loop())
        try:
            return future.result(timeout)
        except TimeoutError:
            future.cancel()
            raise

    async def _with_client(self, work: Callable[[Client], Coroutine[Any, Any, T]]) -> T:
        if self._client is None:
            self._client = await self._connecting(self._settings)
        return await work(self._client)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_serve, args=(self._loop,), name="temporal-bridge", daemon=True).start()
            return self._loop

    def close(self) -> None:
        """Stops the loop's thread."""
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._loop = None
                self._client = None


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    """Runs a loop until it is stopped, and leaves nothing of it open."""
    try:
        loop.run_forever()
    finally:
        loop.close()
