import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, type Schemas } from "../../api/client";

const PAUSE_MS = 350;

/**
 * What volumes cost, as the bill would say it: asked for once their typist pauses; what was answered last stays until then.
 *
 * @param isWhole whether there is anything to ask for yet.
 */
export function useQuote(asked: Schemas["PriceQuoteRequest"], isWhole: boolean) {
  const body = JSON.stringify(asked);
  const settled = useSettled(body);
  return useQuery({
    queryKey: ["price quote", settled],
    queryFn: async ({ signal }) => {
      const { data } = await api.POST("/api/v1/price-quotes", { body: JSON.parse(settled) as typeof asked, signal });
      return data ?? null;
    },
    enabled: isWhole && settled === body,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** A value once it has been the same for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const pause = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [value]);
  return settled;
}
