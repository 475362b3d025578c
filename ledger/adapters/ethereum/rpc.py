"""JSON-RPC over one kept-open HTTP session.

Whatever goes wrong on the way (refused connection, silence, bytes that are not JSON, an answer
without result) is :class:`ledger.errors.ChainAway`. Only a well-formed error answer of the node
is :class:`RpcRefused`. No address is ever taken from an answer: CCIP-read is off, and neither
redirects nor proxy settings of the environment are followed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson
import requests
from web3 import HTTPProvider
from web3.exceptions import Web3Exception
from web3.types import RPCEndpoint, RPCResponse

from ledger.errors import ChainAway

Question = tuple[str, Sequence[Any]]
"""Method and parameters of one call."""

_TRANSPORT = (OSError, ValueError, TypeError, KeyError, RecursionError, Web3Exception)
"""What web3 and the session below it throw on a broken line or a broken answer. Errors of
``requests`` are OSErrors, of JSON and UTF-8 ValueErrors."""


class RpcRefused(ChainAway):
    """The node answered with an error: ``number`` and ``reason`` are the node's, ``data`` is
    the revert data, empty where there is none. Nobody being able to use such an answer, it is
    the chain that is away, unless the caller knows better."""

    def __init__(self, number: int, reason: str, data: bytes) -> None:
        super().__init__("The chain's node refuses the question.", number=number, reason=reason)
        self.number = number
        self.reason = reason
        self.data = data


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a connection and for an answer; tries of one question in all."""

    connect: float = 2.0
    answer: float = 10.0
    tries: int = 3
    pause: float = 0.05


class _Provider(HTTPProvider):
    @staticmethod
    def decode_rpc_response(raw_response: bytes) -> RPCResponse:
        # web3's own reader follows any depth of nesting, down to the end of the C stack, and
        # then takes the members of a list for answers.
        found = orjson.loads(raw_response)
        if isinstance(found, list):
            numbers = {answer["id"] for answer in found if isinstance(answer["id"], int)}
            if len(numbers) != len(found):
                raise ValueError("answers without numbers of their own")
        return cast(RPCResponse, found)


class Rpc:
    """One node by its URL. Safe for use from several threads."""

    def __init__(self, url: str, patience: Patience | None = None) -> None:
        self.url = url
        self._patience = patience or Patience()
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.max_redirects = 0
        self._provider = _Provider(
            url,
            session=self._session,
            request_kwargs={"timeout": (self._patience.connect, self._patience.answer)},
            exception_retry_configuration=None,
        )
        self._provider.global_ccip_read_enabled = False

    def ask(self, *questions: Question) -> list[Any]:
        """The results, in order of the questions, fetched in one request.

        Asking again must be harmless: a failed request is repeated up to ``patience.tries``
        times. Raises ChainAway, or RpcRefused for the first question that the node refused.
        """
        for left in range(self._patience.tries - 1, -1, -1):
            try:
                return self.ask_once(*questions)
            except RpcRefused:
                raise
            except ChainAway:
                if left == 0:
                    raise
                time.sleep(self._patience.pause)
        raise AssertionError("a patience of at least one try is required")

    def ask_once(self, *questions: Question) -> list[Any]:
        """As :meth:`ask`, without repetition."""
        asked = [(RPCEndpoint(method), list(params)) for method, params in questions]
        answers: Any
        try:
            if len(asked) == 1:
                answers = [self._provider.make_request(*asked[0])]
            else:
                answers = self._provider.make_batch_request(asked)
        except _TRANSPORT as error:
            raise ChainAway(
                "The chain's node does not answer, or not in JSON.", reason=type(error).__name__
            ) from error
        if not isinstance(answers, list) or len(answers) != len(asked):
            raise ChainAway("The chain's node did not answer every question.")
        return [_result(answer) for answer in answers]

    def close(self) -> None:
        self._session.close()


def _result(answer: Any) -> Any:
    if not isinstance(answer, dict):
        raise ChainAway("The chain's node answered something that is no JSON-RPC answer.")
    error = answer.get("error")
    if error is None:
        if "result" not in answer:
            raise ChainAway("The chain's node answered neither a result nor an error.")
        return answer["result"]
    if not isinstance(error, dict) or not isinstance(error.get("message"), str):
        raise ChainAway("The chain's node answered an error that is no JSON-RPC error.")
    number = error.get("code")
    raise RpcRefused(
        number if isinstance(number, int) else 0, error["message"], _revert_data(error.get("data"))
    )


def _revert_data(data: Any) -> bytes:
    # Nodes differ: anvil and Besu give the hex string itself, others wrap it in an object.
    if isinstance(data, dict):
        data = data.get("data")
    if not isinstance(data, str) or not data.startswith("0x"):
        return b""
    try:
        return bytes.fromhex(data[2:])
    except ValueError:
        return b""
