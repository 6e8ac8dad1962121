/** Below the to-dos in the menu: the kinds of processes of which some wait. */
import { useMemo } from "react";
import { query } from "../api/client";
import { useWords } from "../words";

export interface WaitingKind {
  code: string;
  words: string;
  waiting: number;
  page: string;
}

const PLACE = /^processes\.todo\.([^.]+)$/;

/** @param counters of the menu's places; below 待办 there is one for every process of which some wait. */
export function useWaitingKinds(counters: Record<string, number>): WaitingKind[] {
  const { named } = useWords();
  // What processes are called; how many wait the stream says.
  const { data } = query.useQuery("get", "/api/v1/processes/counts", { params: { query: { box: "todo" } } });
  return useMemo(() => {
    const names = new Map((data?.items ?? []).map((process) => [process.code, named(process)]));
    return Object.entries(counters)
      .flatMap(([place, waiting]) => {
        const code = PLACE.exec(place)?.[1];
        const words = code === undefined ? undefined : names.get(code);
        return code === undefined || words === undefined || waiting === 0
          ? []
          : [{ code, words, waiting, page: `/processes?box=todo&code=${code}` }];
      })
      .sort((a, b) => b.waiting - a.waiting || a.code.localeCompare(b.code));
  }, [data, counters, named]);
}

/** Whether an address shows just that kind's to-dos. */
export function isShownAt({ page }: WaitingKind, path: string, search: string): boolean {
  const asked = new URLSearchParams(search);
  const [wantedPath, wanted] = page.split("?");
  return path === wantedPath && [...new URLSearchParams(wanted)].every(([name, value]) => asked.get(name) === value);
}
