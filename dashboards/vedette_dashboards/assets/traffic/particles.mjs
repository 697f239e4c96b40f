// Which dots there are: for each edge a number of each outcome, spread evenly over its length. Pure: no GPU here.

import { dots } from "./encoding.mjs";

const GOLDEN = 0.6180339887498949;
const OUTCOMES = [2, 1, 0]; // the failed come first: an edge's first dots are the best spread

/** Four floats a dot: edge, phase (0 to 1), side (-0.5 to 0.5), outcome + pace / 8 (pace 0 to 4). */
export function dotBuffer(edges, scale) {
  const counts = edges.map((edge) => dots(edge, scale));
  const floats = new Float32Array(4 * counts.flat().reduce((sum, count) => sum + count, 0));
  let at = 0;
  edges.forEach((edge, index) => {
    const start = noise(hash(edge.id));
    let number = 0;
    for (const outcome of OUTCOMES) {
      for (let i = 0; i < counts[index][outcome]; i++, number++) {
        const chance = noise(number * 7919 + index);
        floats[at++] = index;
        // Steps of the golden section: any first n of them lie well apart, so a changing count moves no dot.
        floats[at++] = (start + number * GOLDEN + chance * 0.08) % 1;
        floats[at++] = noise(number * 104729 + index * 31 + 5) - 0.5;
        floats[at++] = outcome + Math.floor(chance * 5) / 8;
      }
    }
  });
  return floats;
}

/** A number from 0 to 1 that looks random and is always the same for the same input. */
export function noise(seed) {
  let n = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  n = Math.imul(n ^ (n >>> 13), 0xc2b2ae35);
  return ((n ^ (n >>> 16)) >>> 0) / 4294967296;
}

function hash(text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return h >>> 0;
}
