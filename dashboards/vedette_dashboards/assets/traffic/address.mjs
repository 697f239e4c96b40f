// What is looked at lives in the page's address, so that a copied address shows the same thing:
//   /traffic?view=us-east-1/playback&selected=api&palette=classic&motion=off
// A view is a text of its own (parts between slashes, each percent-encoded), encoded once more like any parameter.
// The other parameters (times, region) belong to the dashboards' frame and are kept.

const OWN = ["view", "selected", "palette", "motion"];

/** What an address says. Without a view, the frame's region filter opens that region. */
export function readAddress(search) {
  const values = new URLSearchParams(search);
  const region = values.get("region");
  return {
    view: values.has("view") ? readView(values.get("view")) : region ? [region] : [],
    selected: values.get("selected"),
    palette: values.get("palette") === "classic" ? "classic" : "safe",
    motion: ["on", "off"].includes(values.get("motion")) ? values.get("motion") : "auto",
  };
}

/** The query part of an address for a state, beginning with "?" unless it is empty. */
export function writeAddress(state, search) {
  const values = new URLSearchParams(search);
  const parts = [...values].filter(([key]) => !OWN.includes(key)).map(([key, value]) => `${key}=${encode(value)}`);
  if (state.view.length) parts.push(`view=${encode(viewText(state.view))}`);
  else if (values.has("region")) parts.push("view=/"); // the whole world, although the frame filters by a region
  if (state.selected) parts.push(`selected=${encode(state.selected)}`);
  if (state.palette !== "safe") parts.push(`palette=${state.palette}`);
  if (state.motion !== "auto") parts.push(`motion=${state.motion}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/** A view as text: percent-encoded parts between slashes. */
export function viewText(view) {
  return view.map(encodeURIComponent).join("/");
}

/** The address of another page of the dashboards, for the same times and the given region. */
export function pageAddress(path, own, region, search) {
  const values = new URLSearchParams(search);
  const parts = ["s", "e", "tz"].filter((key) => values.has(key)).map((key) => [key, values.get(key)]);
  if (region) parts.push(["region", region]);
  const all = [...parts, ...own].map(([key, value]) => `${key}=${encode(value)}`);
  return path + (all.length ? `?${all.join("&")}` : "");
}

function readView(text) {
  return text
    .split("/")
    .filter(Boolean)
    .slice(0, 2)
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part; // a lone % is a name like any other
      }
    });
}

function encode(value) {
  return encodeURIComponent(value).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%2F/g, "/");
}
