// Mouse, pen and fingers on the stage: point, click, enter, pan, zoom, pinch.

const DRAG = 5; // pixels a pointer may tremble and still click
const TWICE_MS = 350;

/** `told.point(thing, x, y)`, `told.click(thing)`, `told.enter(thing)`. Gives back a function that stops listening. */
export function listenToPointers(stage, told) {
  const { host } = stage;
  const down = new Map();
  let dragged = false;
  let lastTap = { at: 0, thing: null };

  const place = (event) => {
    const box = host.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const onStage = (event) => !event.target.closest?.("button, a, input, [data-own-pointer]");

  const press = (event) => {
    if (!onStage(event) || event.button > 0) return;
    down.set(event.pointerId, place(event));
    if (down.size === 1) dragged = false;
    host.setPointerCapture(event.pointerId);
  };
  const move = (event) => {
    const [x, y] = place(event);
    if (!down.has(event.pointerId)) {
      if (event.pointerType !== "touch" && onStage(event)) hover(x, y);
      return;
    }
    const before = down.get(event.pointerId);
    if (down.size === 1) {
      const [dx, dy] = [x - before[0], y - before[1]];
      if (!dragged && Math.hypot(dx, dy) < DRAG) return;
      dragged = true;
      host.classList.add("traffic-dragging");
      stage.moveCamera((camera) => camera.pan(dx, dy));
    } else if (down.size === 2) {
      dragged = true;
      const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      const factor =
        Math.hypot(x - other[0], y - other[1]) / (Math.hypot(before[0] - other[0], before[1] - other[1]) || 1);
      stage.moveCamera((camera) => {
        camera.pan((x - before[0]) / 2, (y - before[1]) / 2);
        camera.zoom(factor, (x + other[0]) / 2, (y + other[1]) / 2);
      });
    }
    down.set(event.pointerId, [x, y]);
  };
  const release = (event) => {
    if (!down.delete(event.pointerId)) return;
    host.classList.remove("traffic-dragging");
    if (dragged || event.type === "pointercancel") return;
    const thing = stage.pick(...place(event));
    const now = performance.now();
    const twice = thing && lastTap.thing === thing.id && now - lastTap.at < TWICE_MS;
    lastTap = { at: now, thing: thing?.id ?? null };
    if (twice) told.enter(thing);
    else told.click(thing);
  };
  const leave = () => told.point(null);
  const roll = (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    stage.moveCamera((camera) => camera.zoom(Math.exp((-event.deltaY * lines) / 400), ...place(event)));
  };

  let pending = 0;
  const hover = (x, y) => {
    if (pending) return;
    pending = requestAnimationFrame(() => {
      pending = 0;
      told.point(stage.pick(x, y), x, y);
    });
  };

  const heard = [
    ["pointerdown", press],
    ["pointermove", move],
    ["pointerup", release],
    ["pointercancel", release],
    ["pointerleave", leave],
    ["wheel", roll, { passive: false }],
  ];
  for (const [name, action, options] of heard) host.addEventListener(name, action, options);
  return () => {
    cancelAnimationFrame(pending);
    for (const [name, action] of heard) host.removeEventListener(name, action);
  };
}
