"""prices: a gRPC service. Its messages are bare bytes, so that there is nothing to generate.

python examples/grpc_service.py           # listens on 127.0.0.1:8005
"""

import os
from concurrent.futures import ThreadPoolExecutor

import grpc

import vedette_agent

vedette_agent.start(app="prices")  # the one line


def get(request: bytes, context: grpc.ServicerContext) -> bytes:
    if not request.isdigit():
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "A price is asked for by a number")
    return str(int(request) * 10).encode()


if __name__ == "__main__":
    server = grpc.server(ThreadPoolExecutor(8))
    methods = {"Get": grpc.unary_unary_rpc_method_handler(get)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("shop.Prices", methods),))
    server.add_insecure_port(f"127.0.0.1:{os.environ.get('PORT', '8005')}")
    server.start()
    server.wait_for_termination()
