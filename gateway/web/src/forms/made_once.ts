import { useRef } from "react";
import { newKey } from "../api/client";
import { asProblem } from "../api/problem";

export interface KeyHeader {
  "Idempotency-Key": string;
}

type MadeOnce = <Made>(send: (header: KeyHeader) => Promise<Made>) => Promise<Made>;

/**
 * For what makes something: the same key until it is made, so that a double click or a second try makes it once.
 *
 *     const once = useMadeOnce();
 *     await once((header) => api.POST("/api/v1/customers", { params: { header }, body }));
 *
 * @param what is made, where one place makes different things: each has a key of its own.
 */
export function useMadeOnce(what = ""): MadeOnce {
  const made = useRef<{ what: string; once: MadeOnce }>(undefined);
  if (made.current?.what !== what) {
    made.current = { what, once: madeOnce() };
  }
  return made.current.once;
}

/** The same outside of a component. */
export function madeOnce(): MadeOnce {
  let key = "";
  return async (send) => {
    key ||= newKey();
    try {
      const made = await send({ "Idempotency-Key": key });
      key = "";
      return made;
    } catch (error) {
      // What was refused was not made. Only where nobody knows what came of it, or it is still being made, the key says it again.
      const problem = asProblem(error);
      if (!problem.isPassing && problem.code !== "request_in_progress") {
        key = "";
      }
      throw error;
    }
  };
}
