// The colours of the graph, taken from the style sheet's variables (traffic.css), so that light, dark and the classic
// palette need no code here.

const NAMES = ["page", "text", "dim", "ok", "warning", "danger", "quiet"];
const MARKS = ["ok", "warning", "danger"]; // dots and rings may be brighter than text that must be read
const UNREADABLE = "#808080";

/** The colours that hold at an element now, as `#rrggbb`, with `dark` telling which kind of theme it is. */
export function readPalette(element) {
  const style = getComputedStyle(element);
  const palette = {};
  for (const name of NAMES) palette[name] = hex(style.getPropertyValue(`--t-${name}`).trim()) ?? UNREADABLE;
  for (const name of MARKS) palette[name] = hex(style.getPropertyValue(`--t-mark-${name}`).trim()) ?? palette[name];
  const [r, g, b] = rgb(palette.page);
  palette.dark = 0.299 * r + 0.587 * g + 0.114 * b < 0.5;
  palette.edge = mix(palette.page, palette.dim, palette.dark ? 0.5 : 0.55);
  return palette;
}

/** The colour of an outcome or level: normal, warning, danger. */
export function levelColour(palette, level) {
  return level === "danger" ? palette.danger : level === "warning" ? palette.warning : palette.ok;
}

/** Red, green and blue from 0 to 1. */
export function rgb(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
}

/** A colour between two others; share 0 is the first. */
export function mix(one, other, share) {
  const [a, b] = [rgb(one), rgb(other)];
  return `#${a
    .map((part, i) =>
      Math.round(255 * (part + (b[i] - part) * share))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

function hex(value) {
  if (/^#[0-9a-f]{6}$/i.test(value)) return value;
  if (!value) return null;
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = value;
  return /^#[0-9a-f]{6}$/i.test(pen.fillStyle) ? pen.fillStyle : null;
}
