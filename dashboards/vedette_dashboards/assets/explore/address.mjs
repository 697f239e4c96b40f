// The page's expressions in its address, so that a copied address shows the same thing:
//   ?q=A,B&rows=2,5&hide=1:C
// `q` is all that is shown as one expression, the first row at the bottom. Several rows are told apart by `rows`, the
// number of comma-separated parts of each; an address without it has one row. Each `hide` is a row that is not shown,
// with its place among all of them. Everything else in the address belongs to the frame (times, region, zone).

/** The rows of an address: [{text, shown}]. */
export function readRows(search) {
  const given = new URLSearchParams(search || "");
  const rows = shownRows(given.get("q") ?? "", given.get("rows")).map((text) => ({ text, shown: true }));
  const hidden = given.getAll("hide").map((one) => /^(\d+):([\s\S]*)$/.exec(one)).filter(Boolean)
    .map(([, place, text]) => ({ place: Number(place), text })).sort((a, b) => a.place - b.place);
  for (const { place, text } of hidden) rows.splice(Math.min(place, rows.length), 0, { text, shown: false });
  return rows;
}

function shownRows(q, counted) {
  if (!q.trim()) return [];
  const parts = q.split(","), counts = (counted || "").split(",").map(Number);
  const fits = counts.every((n) => Number.isInteger(n) && n > 0) && counts.reduce((a, b) => a + b, 0) === parts.length;
  if (!fits) return [q];
  let at = 0;
  return counts.map((n) => parts.slice(at, (at += n)).join(","));
}

/** The parameters of an address with these rows in place of those it had. Rows without text are left out. */
export function writeRows(search, rows) {
  const query = new URLSearchParams(search || "");
  for (const own of ["q", "rows", "hide"]) query.delete(own);
  const written = rows.map((row) => ({ ...row, text: row.text.trim() })).filter((row) => row.text);
  const shown = written.filter((row) => row.shown);
  if (shown.length) query.set("q", shown.map((row) => row.text).join(","));
  if (shown.length > 1) query.set("rows", shown.map((row) => row.text.split(",").length).join(","));
  written.forEach((row, place) => { if (!row.shown) query.append("hide", `${place}:${row.text}`); });
  return query;
}

/** Whether two lists of rows say the same. */
export function sameRows(some, others) {
  const plain = (rows) => JSON.stringify(rows.filter((row) => row.text.trim()).map((row) => [row.text.trim(), row.shown]));
  return plain(some) === plain(others);
}

/** A letter for each row: A to Z, then AA and so on. */
export function letter(place) {
  return (place >= 26 ? letter(Math.floor(place / 26) - 1) : "") + String.fromCharCode(65 + (place % 26));
}
