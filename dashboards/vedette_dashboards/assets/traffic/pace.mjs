// How fast frames come, and how much of each is this page's own script. Decides when drawing is too slow to go on with.

const WINDOW = 40; // frames that are judged together
const WARM_UP = 8; // the first frames compile and upload, and say nothing about the rest
const SLOW_MS = 40;
const CRAWL_MS = 66; // under 15 frames a second

export class Pace {
  constructor() {
    this.restart();
  }

  restart() {
    Object.assign(this, { last: null, seen: 0, intervals: [], scripts: [] });
  }

  /** Takes in one frame: its time, its script's milliseconds, and whether it redrew more than the dots. */
  frame(time, script, fresh) {
    const interval = this.last === null ? null : time - this.last;
    this.last = time;
    this.seen += 1;
    if (!fresh) keep(this.scripts, script);
    // A gap of a second is a page that was hidden or a machine that slept, not a slow drawing.
    if (interval === null || interval > 1000 || fresh || this.seen < WARM_UP) return "fine";
    keep(this.intervals, interval);
    if (this.intervals.length < WINDOW) return "fine";
    const usual = median(this.intervals);
    this.intervals = [];
    return usual > CRAWL_MS
      ? this.slowBefore
        ? "crawling"
        : this.note()
      : usual > SLOW_MS
        ? this.note()
        : this.forget();
  }

  /** The median of the page's own script in a plain frame, in milliseconds. */
  script() {
    return median(this.scripts);
  }

  note() {
    this.slowBefore = true;
    return "slow";
  }

  forget() {
    this.slowBefore = false;
    return "fine";
  }
}

function keep(list, value) {
  list.push(value);
  if (list.length > 240) list.shift();
}

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
}
