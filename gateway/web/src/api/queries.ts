import { QueryClient } from "@tanstack/react-query";
import { asProblem } from "./problem";

const TRIES_MAX = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // What the server refused it refuses again; whoever was away may be back.
      retry: (failures, error) => asProblem(error).isPassing && failures < TRIES_MAX,
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
});

/** Have what was read below an address read again: `readAgain("/api/v1/bills")` its list, its records, whatever they were asked by. */
export async function readAgain(...paths: string[]): Promise<void> {
  await queryClient.invalidateQueries({
    predicate: ({ queryKey }) =>
      queryKey.some((part) => typeof part === "string" && paths.some((path) => part.startsWith(path))),
  });
}

/** Have a list read again when it is next looked at: what its reader has just done shows in no list that is open. */
export async function readNextTime(path: string): Promise<void> {
  await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes(path), refetchType: "none" });
}

/** After a time in which nothing could be read; and after what changes many things, as the turn of a process does. */
export async function readAllAgain(): Promise<void> {
  await queryClient.invalidateQueries();
}
