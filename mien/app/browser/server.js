// The server's API. Every failure is a Refusal whose message is a sentence for the visitor.
import { say } from "./strings.js";

export class Refusal extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

let key = null; // in this tab's memory only

/** The key that the server asks for; null where none was given yet. */
export const heldKey = () => key;

/** Ask the visitor for it. */
export async function demandKey(askKey) {
  key = await askKey();
  if (!key) throw new Refusal(say.keyNeeded, 401);
}

async function post(path, body, askKey) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", body, headers: key ? { "X-API-Key": key } : {} });
  } catch {
    throw new Refusal(say.noAnswer);
  }
  if (answer.status === 401 && askKey) {
    await demandKey(askKey);
    return post(path, body, askKey);
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(said.detail || said.title || say.noAnswer, answer.status);
  return said;
}

export async function predict(sample, model, { inputs = "auto" }, askKey) {
  const { answers, model: name } = await post(`v1/predict?${new URLSearchParams({ model, inputs })}`, sample, askKey);
  if (answers[0].error) throw new Refusal(answers[0].error);
  return { ...answers[0], model: name };
}

export function explain(sample, model, { inputs = "auto", index = 0 }, askKey) {
  return post(`v1/explain?${new URLSearchParams({ model, inputs, face: index })}`, sample, askKey);
}

export function give(sample, model, label, said, askKey) {
  const form = new FormData();
  form.append("sample", sample);
  form.append("label", label);
  form.append("consent", "true");
  if (said) form.append("said", said);
  return post(`v1/samples?${new URLSearchParams({ model })}`, form, askKey);
}
