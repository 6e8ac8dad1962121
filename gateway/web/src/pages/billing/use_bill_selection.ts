import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useEffect, useState } from "react";
import { api, query, type Schemas } from "../../api/client";
import { showProblem } from "../../forms/problems";

const PATH = "/api/v1/customers/{customer_id}/bill-selection";

interface BillSelectionInUse {
  read: ReturnType<typeof useRead>;
  /** What is selected, also what the server has not been told yet. */
  ids: string[];
  select: (ids: string[]) => void;
  isSaving: boolean;
}

const useRead = (customerId: string) =>
  query.useQuery("get", PATH, { params: { path: { customer_id: customerId } } }, { staleTime: 0 });

/**
 * The caller's own selection among a customer's bills: every change is kept at once, so that it is there at the next visit, and
 * one that was changed in another window meanwhile is shown as it is there, not overwritten.
 */
export function useBillSelection(customerId: string): BillSelectionInUse {
  const { notification } = App.useApp();
  const client = useQueryClient();
  const read = useRead(customerId);
  const [wanted, setWanted] = useState<string[]>();
  const [isSaving, setSaving] = useState(false);
  const { data: kept, refetch } = read;

  // One at a time, each with the version that the one before gave: clicks that come faster wait for each other here.
  useEffect(() => {
    if (wanted === undefined || isSaving || kept === undefined) {
      return;
    }
    const params = { path: { customer_id: customerId } };
    const { queryKey } = query.queryOptions("get", PATH, { params });
    setSaving(true);
    api
      .PUT(PATH, { params, body: { bill_ids: wanted, version: kept.version } })
      .then(({ data }) => {
        client.setQueryData<Schemas["BillSelection"]>(queryKey, data);
        setWanted((now) => (now === wanted ? undefined : now));
      })
      .catch((error: unknown) => {
        setWanted(undefined);
        showProblem(error, { notification, readAgain: refetch });
      })
      .finally(() => setSaving(false));
  }, [wanted, isSaving, kept, customerId, client, notification, refetch]);

  return { read, ids: wanted ?? kept?.bills.map(({ id }) => id) ?? [], select: setWanted, isSaving };
}
