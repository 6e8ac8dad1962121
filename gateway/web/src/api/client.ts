/** The gateway's API, typed by its own OpenAPI: `api.GET("/api/v1/…")`, and in components `query.useQuery("get", "/api/v1/…")`. */

import createClient, { type Middleware } from "openapi-fetch";
import createQueryHooks from "openapi-react-query";
import { currentLanguage, translate } from "../words";
import { Problem } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

let csrfToken: string | null = null;
let onSignedOut: (() => void) | null = null;

/** Keep what changes must carry to be known as the session's own. */
export function keepCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** @param listener called when an answer says that the session is over. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** For a request that shall count once, however often it is sent. (`crypto.randomUUID` is not there without TLS.) */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join("-");
}

/** The header of a change to what was seen at a version: refused if somebody was faster. */
export function seenAt(version: number): { "If-Match": string } {
  return { "If-Match": `"${version}"` };
}

/** What every request carries, whoever sends it. */
export function ownHeaders(): Record<string, string> {
  return { "Accept-Language": currentLanguage(), ...(csrfToken === null ? {} : { "X-CSRF-Token": csrfToken }) };
}

export async function problemOf(response: Response): Promise<Problem> {
  const body = await response.json().catch(() => ({ detail: response.statusText }));
  const problem = new Problem(response.status, body as Partial<Schemas["Problem"]>);
  if (problem.status === 401) {
    onSignedOut?.();
  }
  return problem;
}

const conventions: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(ownHeaders())) {
      request.headers.set(name, value);
    }
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) {
      throw await problemOf(response);
    }
  },
  onError() {
    return new Problem(0, { code: "unreachable", detail: translate("problems.unreachable") });
  },
};

export const api = createClient<paths>({
  baseUrl: "/",
  // `?tier=trial&tier=silent` is read by its first; the API's lists stand in one parameter.
  querySerializer: { array: { style: "form", explode: false } },
});
api.use(conventions);

export const query = createQueryHooks(api);
