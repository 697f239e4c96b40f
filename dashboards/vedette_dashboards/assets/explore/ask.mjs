// Questions to the dashboards' own process, which asks the query API (`explore/http.py`).

const BASE = new URL("/feed/explore/", import.meta.url);

/** The API refused what was asked: the message is its sentence. */
export class Refusal extends Error {}
/** Nothing answers, or not now: the message says what. */
export class Away extends Error {}

/** The answer to a question. Rejects with Refusal, Away or an AbortError. */
export async function ask(question, { body, parameters, signal } = {}) {
  const answer = await send(question, { body, parameters, signal });
  try {
    return await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Away("the pages' own server gave an answer that cannot be read");
  }
}

/** A file made of what the page shows, as a blob. */
export async function fetchFile(format, body) {
  return (await send("file", { body, parameters: { format } })).blob();
}

async function send(question, { body, parameters = {}, signal }) {
  const url = new URL(question, BASE);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  let answer;
  try {
    answer = await fetch(url, body === undefined ? { signal } : {
      signal, method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" },
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Away("the pages' own server does not answer");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => null);
  const message = String(said?.message ?? `${answer.status} ${answer.statusText}`);
  throw answer.status >= 500 ? new Away(message) : new Refusal(message);
}

let choices = null;
/** What a form can choose from; asked once. */
export function formChoices() {
  choices ||= ask("form").catch((error) => { choices = null; throw error; });
  return choices;
}
