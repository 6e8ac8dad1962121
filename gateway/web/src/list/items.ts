/** What the API answers a page of items at a time, as one sequence. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import type { paths } from "../api/schema";

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

/** The paths of the API that answer a page of items at a time. */
export type ListPath = {
  [Path in keyof paths]: [Answer<Path>] extends [never]
    ? never
    : Answer<Path> extends { items: unknown[]; next_cursor: string | null }
      ? Path
      : never;
}[keyof paths];

/** Of those, the ones whose whole list can be had as a file: every list that is shown as one. */
export type ExportedPath = {
  [Path in ListPath]: `${Path}.xlsx` extends keyof paths ? Path : never;
}[ListPath];

/** A path of the API with what stands in it filled in. */
export function pathOf(path: ListPath, params: Record<string, string> = {}): string {
  return path.replace(/{(\w+)}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
}

export type RowOf<Path extends ListPath> = Answer<Path> extends { items: (infer Row)[] } ? Row : never;

interface Asked {
  path?: Record<string, string>;
  query?: Record<string, string>;
}

interface Ways {
  isEnabled?: boolean;
  /** Whether what was there stays until what is asked for now has come. */
  keepsPrevious?: boolean;
}

/** The items of a path, a page after the other: `fetchNextPage` brings more. */
export function useItems<Path extends ListPath>(
  path: Path,
  asked: Asked,
  pageSize: number,
  { isEnabled = true, keepsPrevious = false }: Ways = {},
) {
  return useInfiniteQuery({
    queryKey: ["list", path, asked, pageSize],
    enabled: isEnabled,
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...asked.query, page_size: pageSize, ...(pageParam ? { cursor: pageParam } : {}) };
      const params = { path: asked.path, query };
      // The types know no path in general. What one asks for by a name that the path does not know it refuses.
      const { data } = await api.GET(path as "/api/v1/bills", { params, signal } as never);
      return data as unknown as { items: RowOf<Path>[]; next_cursor: string | null };
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: keepsPrevious ? (before) => before : undefined,
  });
}
