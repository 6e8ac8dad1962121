import { type UseInfiniteQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../api/client";

export type Statement = Schemas["CommissionStatement"];

/** A month's statement; its entries come page by page, all else stands on the first. */
export function useCommissionStatement(
  month: string,
  ownerId: string | undefined,
): UseInfiniteQueryResult<{ pages: Statement[] }> {
  return useInfiniteQuery({
    queryKey: ["statement", "/api/v1/commission-statements", month, ownerId],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const asked = { month, page_size: 100, cursor: pageParam, ...(ownerId ? { owner_id: ownerId } : {}) };
      const { data } = await api.GET("/api/v1/commission-statements", { params: { query: asked }, signal });
      return data as Statement;
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
}
