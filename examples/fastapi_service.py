"""web: a FastAPI service. It asks the cart with httpx.

python examples/fastapi_service.py        # then: curl http://127.0.0.1:8001/orders/7
"""

import os

import httpx
import uvicorn
from fastapi import FastAPI

import vedette_agent

vedette_agent.start(app="web")  # the one line

CART = os.environ.get("BEHIND", "http://127.0.0.1:8002")
app = FastAPI()


@app.get("/orders/{number}")
async def order(number: int) -> dict[str, object]:
    async with httpx.AsyncClient(base_url=CART) as client:
        answer = await client.get(f"/carts/{number}")
    answer.raise_for_status()
    return {"order": number, "cart": answer.json()}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8001")))
