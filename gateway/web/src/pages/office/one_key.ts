import { useMemo } from "react";
import { newKey } from "../../api/client";

/** The headers of a request that makes something: the same for as long as one form is open, so that a double click makes one. */
export function useOneKey(isOpen: boolean): { "Idempotency-Key": string } {
  return useMemo(() => ({ "Idempotency-Key": isOpen ? newKey() : "" }), [isOpen]);
}

/** The headers of a change to what was seen at a version: refused if somebody was faster. */
export function seenAt(version: number): { "If-Match": string } {
  return { "If-Match": `"${version}"` };
}
