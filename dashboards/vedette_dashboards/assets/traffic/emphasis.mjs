// What is lit and what stands back, from what is pointed at, chosen or searched for. Pure.

/**
 * `nodes` and `edges` are the sets that are lit (null: all are), `mark` the thing pointed at or else chosen, `chosen`
 * the chosen one. Pointing lights the direct neighbours; choosing a node lights whom its fault reaches and what may
 * cause it.
 */
export function emphasis(graph, { chosen, pointed, found }) {
  const marks = { chosen, mark: pointed ?? chosen };
  if (pointed) return { ...near(pointed), ...marks };
  if (chosen) return { ...(chosen.source ? near(chosen) : reach(chosen)), ...marks };
  if (!found) return { nodes: null, edges: null, ...marks };
  const edges = new Set(graph.edges.filter((edge) => found.has(edge.source) && found.has(edge.target)));
  return { nodes: found, edges, ...marks };
}

/** All that can suffer from a node (its callers, theirs, ...) and all that it depends on. Sets of nodes and edges. */
function reach(node) {
  const nodes = new Set([node]);
  const edges = new Set();
  for (const [links, end] of [
    ["callers", "source"],
    ["callees", "target"],
  ]) {
    const seen = new Set([node]);
    const waiting = [node];
    while (waiting.length) {
      for (const edge of waiting.pop()[links]) {
        edges.add(edge);
        if (!seen.has(edge[end])) waiting.push(edge[end]);
        seen.add(edge[end]);
        nodes.add(edge[end]);
      }
    }
  }
  return { nodes, edges };
}

/** A thing with its direct neighbours. Sets of nodes and edges. */
function near(thing) {
  if (thing.source) return { nodes: new Set([thing.source, thing.target]), edges: new Set([thing]) };
  const edges = new Set([...thing.callers, ...thing.callees]);
  const nodes = new Set([thing]);
  for (const edge of edges) nodes.add(edge.source).add(edge.target);
  return { nodes, edges };
}
