import { useCallback, useRef } from "react";
import { newKey } from "../api/client";

interface KeyHeader {
  "Idempotency-Key": string;
}

/**
 * For what makes something: the same key until it is made, so that a double click or a second try makes it once.
 *
 *     const once = useMadeOnce();
 *     await once((header) => api.POST("/api/v1/customers", { params: { header }, body }));
 */
export function useMadeOnce(): <Made>(send: (header: KeyHeader) => Promise<Made>) => Promise<Made> {
  const key = useRef("");
  return useCallback(async (send) => {
    key.current ||= newKey();
    const made = await send({ "Idempotency-Key": key.current });
    key.current = "";
    return made;
  }, []);
}
