"""cart: a Flask service. It asks the orders with requests.

python examples/flask_service.py          # then: curl http://127.0.0.1:8002/carts/7
"""

import os

import requests
from flask import Flask

import vedette_agent

vedette_agent.start(app="cart")  # the one line

ORDERS = os.environ.get("BEHIND", "http://127.0.0.1:8003")
app = Flask(__name__)


@app.get("/carts/<int:number>")
def cart(number: int) -> dict[str, object]:
    answer = requests.get(f"{ORDERS}/orders/{number}/", timeout=5)
    answer.raise_for_status()
    return {"cart": number, "order": answer.json()}


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "8002")), threaded=True)
