"""Readers of the page at once, in a process of their own: `python -m benchmarks.portals.readers < PLAN`.

PLAN (JSON): address, seconds (0: every page once), think (mean of an exponential pause in seconds between an answer and
the next request; 0: none), seed, and readers: each an account, a password and pages (name and address). Every reader
signs in, states a purpose, and goes through their pages in a random order, again and again. Prints as JSON a list of
answers: page, path, status, bytes, began and ended (Unix time). Pages only: no style sheets, which a browser keeps.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from typing import Any

import httpx

LONGEST = 300.0


def main() -> None:
    """Read the plan, let the readers read, and print their answers."""
    plan = json.load(sys.stdin)
    json.dump(asyncio.run(_all(plan)), sys.stdout)


async def _all(plan: dict[str, Any]) -> list[dict[str, Any]]:
    clients = [httpx.AsyncClient(base_url=plan["address"], timeout=LONGEST) for _ in plan["readers"]]
    # One after another: each sign-in is a slow digest.
    for client, reader in zip(clients, plan["readers"], strict=True):
        await sign_in(client, reader["account"], reader["password"])
    until = time.time() + plan["seconds"] if plan["seconds"] else None
    each = [
        _read(client, reader["pages"], until, plan["think"], random.Random(f"{plan['seed']} {number}"))
        for number, (client, reader) in enumerate(zip(clients, plan["readers"], strict=True))
    ]
    return [answer for answers in await asyncio.gather(*each) for answer in answers]


async def sign_in(client: httpx.AsyncClient, account: str, password: str) -> None:
    """Sign an account in and state a purpose. Raises SystemExit when the page does not let it in."""
    await client.get("/inloggen/")
    for address, sent in (
        ("/inloggen/", {"username": account, "password": password}),
        ("/doel/", {"purpose": "monitoring"}),
    ):
        answer = await client.post(address, data=sent | {"csrfmiddlewaretoken": client.cookies["csrftoken"]})
        if answer.status_code != 302:
            raise SystemExit(f"{address} answered {answer.status_code} to {account}")


async def _read(
    client: httpx.AsyncClient, pages: list[list[str]], until: float | None, think: float, random_: random.Random
) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    order: list[list[str]] = []
    # So that not all begin at the same moment.
    await asyncio.sleep(random_.uniform(0, think))
    while until is None or time.time() < until:
        if not order and until is None and answers:
            break
        if not order:
            order = random_.sample(pages, len(pages))
        answers.append(await asked(client, *order.pop()))
        if think:
            await asyncio.sleep(random_.expovariate(1 / think))
    return answers


async def asked(client: httpx.AsyncClient, page: str, address: str) -> dict[str, Any]:
    """Ask for one page and return what came of it."""
    began = time.time()
    answer = await client.get(address)
    return {
        "page": page, "path": answer.request.url.path, "status": answer.status_code, "bytes": len(answer.content),
        "began": began, "ended": time.time(),
    }  # fmt: skip


if __name__ == "__main__":
    main()
