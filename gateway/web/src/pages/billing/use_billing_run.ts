import { useEffect, useRef, useState } from "react";
import { api, newKey, query, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { useAction } from "../../forms/use_action";

const POLL_MS = 700;
/** What a run changes. */
const CHANGED = [
  "/api/v1/billing-runs",
  "/api/v1/bills",
  "/api/v1/bill-refusals",
  "/api/v1/customers/{customer_id}/reconcilable-bills",
];

export function isRunning(run: Pick<Schemas["BillingRun"], "state">): boolean {
  return run.state === "queued" || run.state === "running";
}

/** A run as it is now; when it ends, what it changed is read again. */
export function useBillingRun(id: string | undefined) {
  const run = query.useQuery(
    "get",
    "/api/v1/billing-runs/{run_id}",
    { params: { path: { run_id: id ?? "" } } },
    {
      enabled: id !== undefined,
      refetchInterval: ({ state }) => (state.data !== undefined && isRunning(state.data) ? POLL_MS : false),
    },
  );
  const wasRunning = useRef(false);
  const runs = run.data === undefined ? undefined : isRunning(run.data);
  useEffect(() => {
    if (runs === false && wasRunning.current) {
      void readAgain(...CHANGED);
    }
    wasRunning.current = runs ?? wasRunning.current;
  }, [runs]);
  return run;
}

/** Start one for a month, of one customer or of all; a second click finds the one that is under way. */
export function useStartRun() {
  const { isBusy, act } = useAction();
  const [runId, setRunId] = useState<string>();
  async function start(month: string, customerId: string): Promise<void> {
    await act(async () => {
      const { data } = await api.POST("/api/v1/billing-runs", {
        params: { header: { "Idempotency-Key": newKey() } },
        body: { month, customer_id: customerId },
      });
      setRunId(data?.id);
    });
  }
  return { start, runId, isStarting: isBusy };
}
