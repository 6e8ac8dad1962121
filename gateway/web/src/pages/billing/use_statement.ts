import { useRef, useState } from "react";
import { api, newKey, query } from "../../api/client";
import { useAction } from "../../forms/use_action";

const POLL_MS = 700;

/** A statement as it is now, asked for again while its files are being made. */
export function useStatement(id: string | undefined) {
  return query.useQuery(
    "get",
    "/api/v1/statements/{statement_id}",
    { params: { path: { statement_id: id ?? "" } } },
    {
      enabled: id !== undefined,
      refetchInterval: ({ state }) =>
        state.data !== undefined && ["queued", "running"].includes(state.data.state) ? POLL_MS : false,
    },
  );
}

interface StatementMaking {
  /** Have one made of these bills of one customer; its id is then in `madeId`. */
  make: (billIds: string[]) => Promise<void>;
  isAsking: boolean;
  madeId: string | undefined;
  close: () => void;
}

export function useStatementMaking(): StatementMaking {
  const { isBusy, act } = useAction();
  const [madeId, setMadeId] = useState<string>();
  // What was asked for and not answered yet keeps its key, so that asking again makes no second one.
  const asked = useRef<{ bills: string; key: string } | undefined>(undefined);

  async function make(billIds: string[]): Promise<void> {
    const bills = billIds.toSorted().join();
    if (asked.current?.bills !== bills) {
      asked.current = { bills, key: newKey() };
    }
    const { key } = asked.current;
    await act(
      async () => {
        const { data } = await api.POST("/api/v1/statements", {
          params: { header: { "Idempotency-Key": key } },
          body: { bill_ids: billIds },
        });
        asked.current = undefined;
        setMadeId(data?.id);
      },
      { readAgain: ["/api/v1/statements"] },
    );
  }

  return { make, isAsking: isBusy, madeId, close: () => setMadeId(undefined) };
}
