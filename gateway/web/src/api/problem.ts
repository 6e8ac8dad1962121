import type { components } from "./schema";

type ProblemBody = components["schemas"]["Problem"];

/** Where a form's field is, from the outside in: `["prices", 0, "unit_price"]`. */
export type FieldPath = (string | number)[];

/** An answer that is an error (RFC 9457), or none at all: then `status` is 0 and `code` `unreachable`. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly params: Record<string, unknown>;
  readonly errors: { field: string; message: string }[];
  readonly traceId: string;

  constructor(status: number, body: Partial<ProblemBody>) {
    super(body.detail ?? body.title ?? String(status));
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? "unknown";
    this.params = body.params ?? {};
    this.errors = (body.errors ?? []).map(({ field, message }) => ({ field, message }));
    this.traceId = body.trace_id ?? "";
  }

  /** Whether somebody was faster: what was shown is no longer so (409, or 412 by `If-Match`). */
  get isLostRace(): boolean {
    return this.status === 409 || this.status === 412;
  }

  /** Whether asking again may help: nobody answered, or the one who should was away. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, { code: "fault", detail: String(error) });
}

/** `prices.0.unit_price` as the path that a form knows it by. */
export function fieldPath(field: string): FieldPath {
  return field.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
