/** What tables of rows that one enters have in common, whatever a row is. */
import { useCallback, useRef } from "react";
import type { FieldPath } from "../api/problem";
import { type FieldErrors, keyOf } from "./field";

/**
 * How the rows are changed. It stays the same, so that a row is drawn again only when it is its turn: what it calls finds the rows as
 * they are now.
 */
export function useRowChange<Row>(rows: Row[], onChange: (rows: Row[]) => void) {
  const latest = useRef({ rows, onChange });
  latest.current = { rows, onChange };
  return useCallback((work: (rows: Row[]) => Row[]) => {
    const { rows: before, onChange: tell } = latest.current;
    const after = work(before);
    latest.current.rows = after;
    tell(after);
  }, []);
}

/** The errors of one row as a text: it need not be drawn again for another's. */
export function errorKeyOf(errors: FieldErrors, path: FieldPath): string {
  const below = `${keyOf(path)}.`;
  const own = Object.entries(errors).filter(([key]) => key.startsWith(below));
  return own.length === 0 ? "" : JSON.stringify(own);
}
