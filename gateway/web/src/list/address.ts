/** What a list shows stands in the address: its filters, its order, its view. A link to it shows another the same. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { type Change, type Filter, namesOf, type Values } from "./filters";

export interface ListAddress {
  values: Values;
  sort: string;
  set: Change;
  clear: () => void;
  /** Show what an earlier address said: `tier=trial&sort=-tier_since`. */
  go: (search: string) => void;
  /** What it says now, in one order. */
  search: string;
  isFiltered: boolean;
}

/** @param kept parameters that are the page's own, and no filters: `tab`. */
export function useListAddress(filters: Filter[], kept: string[]): ListAddress {
  const [params, setParams] = useSearchParams();
  const names = useMemo(() => new Set(filters.flatMap(namesOf)), [filters]);

  const values = useMemo(() => Object.fromEntries([...params].filter(([name]) => names.has(name))), [params, names]);
  const sort = params.get("sort") ?? "";
  const search = useMemo(() => {
    const own = [...Object.entries(values), ...(sort ? [["sort", sort]] : [])] as [string, string][];
    return new URLSearchParams(own.sort(([a], [b]) => a.localeCompare(b))).toString();
  }, [values, sort]);

  const set = useCallback<Change>(
    (changes) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined || value === "") {
              after.delete(name);
            } else {
              after.set(name, value);
            }
          }
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  const go = useCallback(
    (wanted: string) =>
      setParams((before) => {
        const after = new URLSearchParams(wanted);
        for (const name of kept) {
          const value = before.get(name);
          if (value !== null) {
            after.set(name, value);
          }
        }
        return after;
      }),
    [setParams, kept],
  );
  const clear = useCallback(() => go(""), [go]);
  return { values, sort, set, clear, go, search, isFiltered: Object.keys(values).length > 0 };
}
