// Where a node or an edge leads: its service page, its failed and slow traces, its chart in Explore.

import { pageAddress } from "./address.mjs";

/** [{text, href}] for a thing of a view; empty for callers from outside. */
export function linksOf(thing, view, search) {
  const edge = Boolean(thing.source);
  const target = edge ? thing.target : thing;
  if (target.kind === "region") {
    return [{ text: "Traces", href: pageAddress("/traces", [], target.name, search) }];
  }
  if (target.kind === "entry") return [];
  const [app, region] = split(target, view);
  const seenByCaller = target.virtual && target.kind !== "peer";
  const traced = seenByCaller ? (edge ? thing.source : target.callers[0]?.source) : target;
  const [tracedApp] = traced ? split(traced, view) : [app];
  const links = [];
  if (!seenByCaller)
    links.push({ text: "Service page", href: pageAddress(`/service/${encodeURIComponent(app)}`, [], region, search) });
  if (traced && traced.kind !== "entry") {
    links.push(
      {
        text: "Failed traces",
        href: pageAddress(
          "/traces",
          [
            ["app", tracedApp],
            ["error", "true"],
          ],
          region,
          search,
        ),
      },
      {
        text: "Slow traces",
        href: pageAddress(
          "/traces",
          [
            ["app", tracedApp],
            ["min_duration", slow(thing)],
          ],
          region,
          search,
        ),
      },
    );
  }
  links.push({ text: "Chart", href: pageAddress("/explore", [["q", expression(thing, view)]], region, search) });
  return links;
}

/** The stack-language expression of a thing's calls by status. */
export function expression(thing, view) {
  const edge = Boolean(thing.source);
  const target = edge ? thing.target : thing;
  const [app, region] = split(target, view);
  const seenByCaller = target.virtual && target.kind !== "peer";
  const terms = [
    ["name", seenByCaller ? "ipc.client.call" : "ipc.server.call"],
    ["statistic", "count"],
  ];
  terms.push([seenByCaller ? "ipc.server.app" : "app", app]);
  if (edge && thing.source.kind !== "entry")
    terms.push([seenByCaller ? "app" : "ipc.client.app", split(thing.source, view)[0]]);
  if (region) terms.push(["region", region]);
  const query = terms.map(([key, value]) => `${key},${literal(value)},:eq`);
  if (edge && thing.source.kind === "entry") query.push("ipc.client.app,:has,:not");
  return `${query.join(",")}${",:and".repeat(query.length - 1)},:sum,(,ipc.status,),:by`;
}

/** A service's own name and region: a peer `app@region` names both. */
export function split(node, view) {
  const at = node.kind === "peer" ? node.name.lastIndexOf("@") : -1;
  return at < 0 ? [node.name, view[0] ?? null] : [node.name.slice(0, at), node.name.slice(at + 1)];
}

function slow(thing) {
  return thing.p95 ? `${Math.max(1, Math.round(thing.p95 * 1000))}ms` : "500ms";
}

/** A value as the stack language takes it: what would part it from its neighbours is written as an escape. */
function literal(value) {
  const escape = (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return value.replace(/[,\s\\]|^[:()]/g, escape);
}
