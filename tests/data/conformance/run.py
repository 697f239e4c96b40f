#!/usr/bin/env python3
# fmt: off
# ruff: noqa
# mypy: ignore-errors
"""Hold a running query API and collector against recorded Atlas cases, over HTTP alone.

    run.py CASES.json [--url URL] [--publish-url URL] [--only SECTION ...] [--show N] [--step SECONDS] [--min SECTION=PERCENT ...]

CASES.json has the sections eval, parse, expr_api, tags_api, publish, graph_time, graph_formats; `_meta.protocol`
inside it says what each asserts. --step is the primary step of the deployment under test: eval cases recorded at
another step are passed over. Standard library only. Exit status 0 when every section named with --min reaches its
percentage (default: every section 100), 1 otherwise.
"""
import argparse, base64, json, math, re, sys, time, urllib.error, urllib.parse, urllib.request

HOUR = 3_600_000


def call(method, url, body=None, content_type=None):
    headers = {"Content-Type": content_type} if content_type else {}
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, {k.lower(): v for k, v in refusal.headers.items()}, refusal.read()


def get(base, path, params):
    pairs = params.items() if isinstance(params, dict) else params
    return call("GET", base + path + ("?" + urllib.parse.urlencode([tuple(pair) for pair in pairs]) if params else ""))


def loads(raw):
    return json.loads(raw)


def number(value):
    if value is None or value == "NaN":
        return math.nan
    return float(value)


def same(left, right, tolerance=1e-9):
    a, b = number(left), number(right)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a == b
    return a == b or abs(a - b) <= tolerance * max(1.0, abs(a), abs(b))


def shift_for(case, now):
    """Milliseconds to add so that the case's data ends about an hour ago, as a legal multiple."""
    multiple = case.get("shift_multiple_ms")
    if not multiple or not case.get("series"):
        return 0
    return (now - 2 * HOUR) // multiple * multiple - case["start_ms"] // multiple * multiple


def publish_series(args, cases, step, now):
    seen, batch = set(), []
    for case in cases:
        shift = shift_for(case, now)
        for series in case["series"]:
            start = series.get("start_ms", case["start_ms"]) + shift
            for i, value in enumerate(series["values"]):
                key = (tuple(sorted(series["tags"].items())), start + i * step)
                if value is None or key in seen:
                    continue
                seen.add(key)
                batch.append({"tags": series["tags"], "timestamp": key[1], "value": value})
    batch.sort(key=lambda m: m["timestamp"])
    for i in range(0, len(batch), 5000):
        status, _, raw = call("POST", args.publish_url + "/api/v1/publish",
                              json.dumps({"tags": {}, "metrics": batch[i:i + 5000]}).encode(), "application/json")
        if status != 200:
            print(f"publish: status {status}: {raw[:300]!r}", file=sys.stderr)
    return len(batch)


def wait_until_readable(args, cases, step, now, seconds=30):
    """Wait until the newest published point of the last case can be read back."""
    probe = next(c for c in reversed(cases) if c.get("series"))
    tags = probe["series"][0]["tags"]
    query = ",:and,".join(f"{k},{v},:eq" for k, v in tags.items())
    query = ",".join([f"{k},{v},:eq" + (",:and" if i else "") for i, (k, v) in enumerate(tags.items())])
    shift = shift_for(probe, now)
    deadline = time.time() + seconds
    while time.time() < deadline:
        status, _, raw = get(args.url, "/api/v1/graph", {"q": query + ",:sum", "s": probe["query"]["s"] + shift,
                                                         "e": probe["query"]["e"] + shift, "format": "json", "tz": "UTC"})
        if status == 200 and any(not math.isnan(number(v)) for row in loads(raw)["values"] for v in row):
            return
        time.sleep(0.5)
    print("warning: published data did not become readable in time", file=sys.stderr)


def fail(why):
    raise AssertionError(why)


def check_eval(args, case, now):
    shift = shift_for(case, now)
    params = {k: v for k, v in case["query"].items() if k not in ("s", "e")}
    if "width" in params:
        params["w"] = params.pop("width")
    params |= {"q": case["expr"], "s": case["query"]["s"] + shift, "e": case["query"]["e"] + shift,
               "format": "json", "tz": "UTC"}
    status, _, raw = get(args.url, "/api/v1/graph", params)
    if case.get("error"):
        wanted = case["error"].get("status", 400) if isinstance(case["error"], dict) else 400
        return status == wanted or fail(f"status {status}, expected {wanted}")
    if status != 200:
        fail(f"status {status}: {raw[:160]!r}")
    answer = loads(raw)
    if answer["start"] != case["expected_start_ms"] + shift or answer["step"] != case["expected_step_ms"]:
        fail(f"start/step {answer['start'] - shift}/{answer['step']}, expected "
             f"{case['expected_start_ms']}/{case['expected_step_ms']}")
    lines = [{"label": label, "tags": tags, "values": [row[i] for row in answer["values"]]}
             for i, (label, tags) in enumerate(zip(answer["legend"], answer["metrics"]))]
    if len(lines) != len(case["expected"]):
        fail(f"{len(lines)} lines, expected {len(case['expected'])}")
    if not case.get("ordered"):
        order = lambda line: (line.get("label") or "", sorted((line.get("tags") or {}).items()),
                              [(-1e300 if math.isnan(number(v)) else number(v)) for v in line["values"]])
        lines, expected = sorted(lines, key=order), sorted(case["expected"], key=order)
    else:
        expected = case["expected"]
    for got, want in zip(lines, expected):
        if "label" in want and got["label"] != want["label"]:
            fail(f"label {got['label']!r}, expected {want['label']!r}")
        if want.get("tags") is not None and got["tags"] != want["tags"]:
            fail(f"tags {got['tags']}, expected {want['tags']}")
        if len(got["values"]) != len(want["values"]):
            fail(f"{len(got['values'])} points, expected {len(want['values'])}")
        for i, (a, b) in enumerate(zip(got["values"], want["values"])):
            if not same(a, b):
                fail(f"{want.get('label')}: point {i} is {a}, expected {b}")


def statuses(case):
    return [case["status"], *case.get("status_alternatives", [])]


def check_parse(args, case, now):
    params = [("q", case["expr"])]
    if case.get("vocab", "custom") != "custom":
        params.append(("vocab", case["vocab"]))
    status, _, raw = get(args.url, "/api/v1/expr", params)
    if status not in statuses(case):
        fail(f"status {status}, expected {statuses(case)}")
    if case["valid"] and case.get("normalized") is not None and case.get("vocab") == "custom":
        status, _, raw = get(args.url, "/api/v1/expr/normalize", params)
        if status != 200 or loads(raw) != case["normalized"]:
            fail(f"normalize {status} {raw[:300]!r}, expected {case['normalized']}")


def check_body(case, status, headers, raw):
    if status not in statuses(case):
        fail(f"status {status}, expected {statuses(case)}: {raw[:160]!r}")
    if "content_type" in case and case.get("method", "GET") == "GET":
        kind = case["content_type"].split(";")[0]
        if not headers.get("content-type", "").startswith(kind):
            fail(f"content type {headers.get('content-type')}, expected {kind}")
    for name, value in (case.get("headers") or {}).items():
        if headers.get(name.lower()) != value:
            fail(f"header {name} is {headers.get(name.lower())!r}, expected {value!r}")
    if "response_text" in case and raw.decode() != case["response_text"]:
        fail(f"body {raw[:200]!r}, expected {case['response_text'][:200]!r}")
    if "response" in case:
        got, want = loads(raw), case["response"]
        if isinstance(want, dict) and want.get("type") in ("error", "partial"):
            if not isinstance(got, dict) or got.get("type") != want["type"]:
                fail(f"error shape {str(got)[:160]}, expected type {want['type']}")
            if want.get("errorCount") is not None and got.get("errorCount") != want["errorCount"]:
                fail(f"errorCount {got.get('errorCount')}, expected {want['errorCount']}")
        elif "match" in case:  # expr/complete: name and signature, in this order; descriptions are free
            rest = iter(got if isinstance(got, list) else [])
            for item in want:
                if not any(isinstance(g, dict) and all(g.get(k) == v for k, v in item.items()) for g in rest):
                    fail(f"{item} missing or out of order in {str(got)[:160]}")
        elif not deep_same(got, want):
            fail(f"body {str(got)[:240]}, expected {str(want)[:240]}")


def deep_same(a, b):
    if isinstance(b, dict):
        return isinstance(a, dict) and a.keys() == b.keys() and all(deep_same(a[k], b[k]) for k in b)
    if isinstance(b, list):
        return isinstance(a, list) and len(a) == len(b) and all(map(deep_same, a, b))
    if isinstance(b, int) or isinstance(a, bool):
        return a == b
    if isinstance(b, float) and isinstance(a, (int, float, str)):
        try:
            return same(a, b)
        except ValueError:
            return False
    return a == b


def check_get(args, case, now):
    check_body(case, *get(args.url, case.get("path", "/api/v1/graph"), case.get("params") or []))


def check_time(args, case, now):
    params = {"q": "42", "format": "json"} | {("w" if k == "width" else k): v for k, v in case["params"].items()}
    status, _, raw = get(args.url, "/api/v1/graph", params)
    if status not in statuses(case):
        fail(f"status {status}, expected {statuses(case)}")
    if case["status"] == 200 and "expected" in case:
        answer, want = loads(raw), case["expected"]
        for name, value in (("start", answer["start"]), ("step", answer["step"]), ("points", len(answer["values"]))):
            if name in want and value != want[name]:
                fail(f"{name} {value}, expected {want[name]}")


def fill_now(node, now):
    if isinstance(node, str) and node.startswith("$NOW"):
        rest = node[4:]
        if rest.startswith("/"):
            return now // int(rest[1:])
        return now + int(rest) if rest else now
    if isinstance(node, dict):
        return {k: fill_now(v, now) for k, v in node.items()}
    if isinstance(node, list):
        return [fill_now(v, now) for v in node]
    return node


def check_publish(args, case, now):
    body = case.get("body")
    if "body_base64" in case:
        raw = base64.b64decode(case["body_base64"])
    elif isinstance(body, str):
        raw = re.sub(r'"\$NOW([+-]\d+)?"', lambda m: str(now + int(m.group(1) or 0)), body).encode()
    elif "body_text" in case:
        raw = case["body_text"].encode()
    else:
        raw = json.dumps(fill_now(body, int(time.time() * 1000))).encode()
    check_body(case, *call(case.get("method", "POST"), args.publish_url + case["path"], raw, case.get("content_type")))


CHECKS = {"eval": check_eval, "parse": check_parse, "expr_api": check_get, "tags_api": check_get,
          "publish": check_publish, "graph_time": check_time, "graph_formats": check_get}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases")
    parser.add_argument("--url", default="http://127.0.0.1:7101")
    parser.add_argument("--publish-url", help="the collector, where it is another address than --url")
    parser.add_argument("--only", nargs="*", choices=CHECKS)
    parser.add_argument("--show", type=int, default=5, help="failures to print for each section")
    parser.add_argument("--step", type=float, default=60)
    parser.add_argument("--min", nargs="*", default=[], metavar="SECTION=PERCENT")
    args = parser.parse_args()
    args.publish_url = args.publish_url or args.url
    document, now, step = json.load(open(args.cases)), int(time.time() * 1000), int(args.step * 1000)
    tags = document.get("tags_api") or {"series": [], "cases": [], "step_ms": 0}
    sections = {name: (tags["cases"] if name == "tags_api" else document.get(name, []))
                for name in CHECKS if not args.only or name in args.only}
    if "eval" in sections:
        sections["eval"] = [c for c in sections["eval"] if c["step_ms"] == step]
    if tags["cases"] and tags["step_ms"] != step:
        sections.pop("tags_api", None)
    loaded = list(sections.get("eval", []))
    if sections.get("tags_api"):
        loaded.append({"series": tags["series"], "start_ms": tags["series"][0]["start_ms"], "shift_multiple_ms": HOUR})
    if loaded:
        print(f"published {publish_series(args, loaded, step, now)} points")
        if sections.get("eval"):
            wait_until_readable(args, sections["eval"], step, now)
    minimum = dict(pair.split("=") for pair in args.min)
    short = False
    for name, cases in sections.items():
        if not cases:
            print(f"{name}: no case at this step")
            continue
        failures = []
        for case in cases:
            try:
                CHECKS[name](args, case, now)
            except urllib.error.URLError:
                raise
            except Exception as why:  # a case that breaks is a case that fails: report it, go on
                failures.append((case, f"{type(why).__name__}: {why}" if not isinstance(why, AssertionError) else str(why)))
        for case, why in failures[:args.show]:
            print(f"  {case['id']}  {case.get('expr') or case.get('params') or ''}\n      {why}"[:600])
        passed = len(cases) - len(failures)
        percent = 100.0 * passed / len(cases) if cases else 100.0
        needed = float(minimum.get(name, 0 if minimum else 100))
        short = short or percent < needed
        print(f"{name}: {passed} passed, {len(failures)} failed ({percent:.1f} %)")
    return 1 if short else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except urllib.error.URLError as why:
        sys.exit(f"no answer from the server: {why.reason}")
