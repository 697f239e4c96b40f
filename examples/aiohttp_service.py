"""stock: an aiohttp service. It asks the prices over gRPC, with asyncio.

python examples/aiohttp_service.py        # then: curl http://127.0.0.1:8004/stock/7
"""

import os

import grpc.aio
from aiohttp import web

import vedette_agent

vedette_agent.start(app="stock")  # the one line

PRICES = os.environ.get("BEHIND", "127.0.0.1:8005")


async def stock(request: web.Request) -> web.Response:
    number = int(request.match_info["number"])
    async with grpc.aio.insecure_channel(PRICES) as channel:
        price = await channel.unary_unary("/shop.Prices/Get")(str(number).encode(), timeout=5)
    return web.json_response({"stock": number, "price": int(price)})


async def make() -> web.Application:
    app = web.Application()
    app.add_routes([web.get("/stock/{number}", stock)])
    return app


if __name__ == "__main__":
    web.run_app(make(), host="127.0.0.1", port=int(os.environ.get("PORT", "8004")))
