// Questions to the dashboards' own process, which hands them on to the query API (`editor/http.py`).

const BASE = new URL("/feed/editor/", import.meta.url);
const KEPT_MS = 30_000; // how long an answer about tags is good
const kept = new Map();

/** What came back instead of an answer, as one sentence. */
export class Refusal extends Error {}

/** The answer to a question. Rejects with Refusal, or an AbortError. */
export async function ask(question, parameters = {}, signal = undefined) {
  const url = new URL(question, BASE);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined) url.searchParams.set(name, value);
  }
  let answer, said;
  try {
    answer = await fetch(url, { signal });
    said = await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal("The pages' own server does not answer.");
  }
  if (!answer.ok) throw new Refusal(String(said?.message ?? `${answer.status} ${answer.statusText}`));
  return said;
}

/** The same, remembered for a short while; failures are not. */
export function recall(question, parameters) {
  const key = JSON.stringify([question, parameters]), now = performance.now();
  const entry = kept.get(key);
  if (entry && now - entry.at < KEPT_MS) return entry.answer;
  const answer = ask(question, parameters);
  for (const [old, { at }] of kept) if (now - at >= KEPT_MS) kept.delete(old);
  kept.set(key, { at: now, answer });
  answer.catch(() => kept.delete(key));
  return answer;
}
