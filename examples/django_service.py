"""orders: a Django service in one file. It asks the stock with urllib3, and a database.

    python examples/django_service.py         # then: curl http://127.0.0.1:8003/orders/7/

Queries are counted where OpenTelemetry's instrumentation of the database is installed; for this one it is
opentelemetry-instrumentation-sqlite3.
"""

import os
import sqlite3

import django
import urllib3
from django.conf import settings
from django.core.servers.basehttp import run
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

import vedette_agent

vedette_agent.start(app="orders")  # the one line

STOCK = os.environ.get("BEHIND", "http://127.0.0.1:8004")
pool = urllib3.PoolManager(timeout=5)


def order(request: HttpRequest, number: int) -> JsonResponse:
    connection = sqlite3.connect(":memory:")
    cursor = connection.cursor()
    [amount] = cursor.execute("select ? % 5 + 1", (number,)).fetchone()
    connection.close()
    stock = pool.request("GET", f"{STOCK}/stock/{number}").json()
    return JsonResponse({"order": number, "amount": amount, "stock": stock})


urlpatterns = [path("orders/<int:number>/", order)]

if __name__ == "__main__":
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1", "localhost"], SECRET_KEY="an example's")
    django.setup()
    run("127.0.0.1", int(os.environ.get("PORT", "8003")), get_wsgi_application(), threading=True)
