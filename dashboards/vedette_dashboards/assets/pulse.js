// How old the data is, whether the API answers at all, and when to ask it again.
(() => {
  "use strict";
  const skip = () => window.dash_clientside.no_update;
  const isLive = (search) => window.vedette.isLive(search);

  const age = (seconds) => {
    if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
    if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
    if (seconds < 129600) return `${Math.round(seconds / 3600)} h`;
    return `${Math.round(seconds / 86400)} d`;
  };

  // Ages count on between two refreshes. The server says how old a number was when it was sent (two clocks need not
  // agree); from then on this browser's own steady clock goes on.
  const seen = new WeakMap();
  const elapsed = (node) => {
    const stamp = `${node.dataset.at}/${node.dataset.age}`;
    let entry = seen.get(node);
    if (!entry || entry.stamp !== stamp) {
      entry = { stamp, since: performance.now() };
      seen.set(node, entry);
    }
    return Number(node.dataset.age) + (performance.now() - entry.since) / 1000;
  };
  const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  const OLD = 35, DEAD = 120; // seconds: three steps late is worth a look, two minutes is a fault
  const tell = () => {
    for (const node of document.querySelectorAll(".js-age[data-age]")) setText(node, age(elapsed(node)));
    const node = document.getElementById("age");
    if (!node) return;
    if (!node.dataset.age) { setText(node, ""); node.className = "v-age"; return; }
    const live = !node.dataset.fixed;
    const seconds = elapsed(node);
    const state = !live ? "fixed" : seconds > DEAD ? "danger" : seconds > OLD ? "warning" : "ok";
    setText(node, live ? `data ${age(seconds)} old` : "fixed times");
    const name = `v-age v-age-${state}`;
    if (node.className !== name) node.className = name;
  };
  setInterval(tell, 1000);

  const PATIENCE = 30_000; // ms after which an answer is given up
  let ticked = null, answered, tickedAt = performance.now(); // which tick was sent, which answered; at first neither
  const SOON = 2_000; // ms between two looks at a store that is still empty
  let lastBeat = null, soon;
  const beat = (pulse) => {
    const banner = document.getElementById("banner"), node = document.getElementById("age");
    if (!pulse || !banner || !node) return skip();
    answered = pulse.beat ?? null;
    if (pulse.away) {
      const old = lastBeat ? ` The numbers below are from ${new Date(lastBeat).toLocaleTimeString([], { hour12: false })}.` : "";
      banner.textContent = `The query API is away: ${pulse.away}.${old} Trying again each ten seconds.`;
      banner.hidden = false;
      document.body.dataset.away = "1";
      return skip();
    }
    lastBeat = Date.now();
    banner.hidden = true;
    delete document.body.dataset.away;
    if (pulse.age === null || pulse.age === undefined) delete node.dataset.age;
    else { node.dataset.at = pulse.at; node.dataset.age = pulse.age; }
    if (isLive(window.location.search)) delete node.dataset.fixed; else node.dataset.fixed = "1";
    tell();
    clearTimeout(soon);
    if (pulse.waiting) soon = setTimeout(hurry, SOON);
    return skip();
  };

  // Who waits for the first data of a new store need not wait for the clock, which counts in whole numbers.
  const hurry = () => {
    const count = tick((ticked ?? 0) + 1 / 1024);
    if (count !== skip()) window.dash_clientside.set_props("tick", { data: count });
  };

  // The next refresh waits for the last one: a slow API is not asked again before it has answered. (Dash throws
  // away an answer when the same question has been asked again, so a page would never be filled.) And nobody
  // refreshes what nobody sees.
  const tick = (count) => {
    const now = performance.now(), away = Boolean(document.body.dataset.away);
    if ((answered !== ticked && now - tickedAt < PATIENCE) || document.hidden || !(isLive(window.location.search) || away)) {
      return skip();
    }
    [ticked, tickedAt] = [count, now];
    return count;
  };

  window.vedette = Object.assign(window.vedette || {}, { tell, beat, tick });
})();
