// Requests to the gateway: JSON, the session's cookie, its CSRF token, and problems as errors.

import { language, word } from "./words.js";

let csrfToken = "";

export class Problem extends Error {
  constructor(status, problem) {
    const fields = (problem.errors ?? []).map((error) => `${error.field}：${error.message}`);
    super([problem.detail, ...fields].join("\n"));
    this.status = status;
    this.code = problem.code;
  }
}

async function send(method, path, body, headers = {}) {
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      body,
      headers: { "Accept-Language": language, "X-CSRF-Token": csrfToken, ...headers },
    });
  } catch {
    throw new Problem(0, { detail: word("unreachable") });
  }
  if (!answer.ok) {
    throw new Problem(answer.status, await answer.json().catch(() => ({ detail: answer.statusText })));
  }
  return answer.status === 204 ? null : answer.json();
}

export const get = (path, query = {}) => send("GET", `${path}?${new URLSearchParams(query)}`);

export function change(method, path, body, { key } = {}) {
  const headers = { "Content-Type": "application/json", ...(key ? { "Idempotency-Key": key } : {}) };
  return send(method, path, JSON.stringify(body), headers);
}

export const upload = (file) => send("POST", "/attachments", file, { "X-Filename": encodeURIComponent(file.name) });

/** For a request that shall count once, however often it is sent. (`crypto.randomUUID` is not there without TLS.) */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join("-");

export function keepSession(session) {
  csrfToken = session.csrf_token;
  return session;
}
