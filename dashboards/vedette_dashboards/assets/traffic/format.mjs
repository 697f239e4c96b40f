// Numbers as people read them. Rates are calls per second, latencies seconds, ages milliseconds.

const NOTHING = "–";

/** A rate in few characters, for labels: 0.04/s, 3.2/s, 412/s, 12.3k/s. */
export function rate(value) {
  if (value === null || value === undefined) return NOTHING;
  if (value >= 1e6) return `${digits(value / 1e6)}M/s`;
  if (value >= 1e3) return `${digits(value / 1e3)}k/s`;
  if (value > 0 && value < 0.01) return "<0.01/s";
  return `${digits(value)}/s`;
}

/** A rate to the thousandth, as the API gave it. */
export function exactRate(value) {
  if (value === null || value === undefined) return NOTHING;
  return `${value.toLocaleString("en-US", { maximumFractionDigits: 3 })}/s`;
}

/** A share of 100: 0 %, 0.04 %, 3.2 %, 34 %. */
export function percent(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return NOTHING;
  if (value > 0 && value < 0.01) return "<0.01 %";
  return `${digits(value)} %`;
}

/** A latency: 0.4 ms, 12.3 ms, 1.25 s. */
export function latency(seconds) {
  if (seconds === null || seconds === undefined) return NOTHING;
  return seconds < 1 ? `${digits(seconds * 1e3)} ms` : `${digits(seconds)} s`;
}

/** An age in whole seconds, then minutes, then hours. */
export function age(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** A name that fits into `most` characters; the middle goes, since both ends tell names apart. */
export function short(name, most = 26) {
  if (name.length <= most) return name;
  const tail = Math.floor((most - 1) / 2);
  return `${name.slice(0, most - 1 - tail)}…${name.slice(-tail)}`;
}

function digits(value) {
  if (value === 0) return "0";
  const fraction = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: fraction });
}
