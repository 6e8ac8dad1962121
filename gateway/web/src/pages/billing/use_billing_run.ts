import { useQueryClient } from "@tanstack/react-query";
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

const PATH = "/api/v1/billing-runs/{run_id}";
const paramsOf = (id: string) => ({ params: { path: { run_id: id } } });

/** A run as it is now, asked for again until it has ended. */
export function useBillingRun(id: string | undefined) {
  return query.useQuery("get", PATH, paramsOf(id ?? ""), {
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data !== undefined && isRunning(state.data) ? POLL_MS : false),
  });
}

/** Once a run that was seen under way has ended, have what it changed read again. */
export function useChangesOf(run: Schemas["BillingRun"] | undefined): void {
  const wasRunning = useRef(false);
  const runs = run === undefined ? undefined : isRunning(run);
  useEffect(() => {
    if (runs === false && wasRunning.current) {
      void readAgain(...CHANGED);
    }
    wasRunning.current = runs ?? wasRunning.current;
  }, [runs]);
}

/** Start one for a month of one customer; a second click finds the one that is under way. */
export function useStartRun() {
  const { isBusy, act } = useAction();
  const client = useQueryClient();
  const [runId, setRunId] = useState<string>();
  async function start(month: string, customerId: string): Promise<void> {
    await act(async () => {
      const { data } = await api.POST("/api/v1/billing-runs", {
        params: { header: { "Idempotency-Key": newKey() } },
        body: { month, customer_id: customerId },
      });
      if (data !== undefined) {
        // So that it has been seen under way, however fast it is.
        client.setQueryData(query.queryOptions("get", PATH, paramsOf(data.id)).queryKey, data);
        setRunId(data.id);
      }
    });
  }
  return { start, runId, isStarting: isBusy };
}
