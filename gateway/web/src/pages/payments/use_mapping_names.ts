import { useCallback } from "react";
import { query } from "../../api/client";
import { useWords } from "../../words";

/** What a bank's column mapping is called, by its code. */
export function useMappingNames(): (code: string) => string {
  const { named } = useWords();
  const { data } = query.useQuery("get", "/api/v1/bank-mappings", undefined, { staleTime: 5 * 60_000 });
  return useCallback(
    (code) => {
      const mapping = data?.items.find((each) => each.code === code);
      return mapping ? named(mapping) : code || "–";
    },
    [data, named],
  );
}
