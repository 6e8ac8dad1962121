import { App, Progress } from "antd";
import { useEffect, useState } from "react";
import { api, query, type Schemas } from "../../api/client";
import { download } from "../../api/upload";
import { useMadeOnce } from "../../forms/made_once";
import { ExportButton } from "../../list/export_button";
import { useWords } from "../../words";

const ASKED_EVERY_MS = 1_000;

/** Just what is filtered, as a file: at once, or, where there is more than one waits for, made in the background. */
export function ExportCustomers({ search }: { search: URLSearchParams }) {
  const once = useMadeOnce();
  const [exportId, setExportId] = useState<string>();

  async function start() {
    const { data } = await once((header) =>
      api.POST("/api/v1/customer-exports", { params: { header }, body: selectionOf(search) }),
    );
    setExportId(data?.id);
  }

  if (exportId !== undefined) {
    return <ExportProgress id={exportId} onEnd={() => setExportId(undefined)} />;
  }
  return <ExportButton address={`/api/v1/customers.xlsx?${search}`} onTooLong={start} />;
}

function ExportProgress({ id, onEnd }: { id: string; onEnd: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const { data } = query.useQuery(
    "get",
    "/api/v1/customer-exports/{export_id}",
    { params: { path: { export_id: id } } },
    { refetchInterval: ASKED_EVERY_MS, staleTime: 0 },
  );
  const state = data?.state;
  useEffect(() => {
    if (state === "done") {
      download(`/api/v1/customer-exports/${id}.xlsx`);
      onEnd();
    } else if (state === "failed") {
      message.error(t("customers.export_failed"));
      onEnd();
    }
  }, [state, id, onEnd, message, t]);
  const share = data?.total ? Math.round((data.done / data.total) * 100) : 0;
  return (
    <span className="export-progress" role="status" aria-label={t("customers.exporting")}>
      <Progress percent={share} size="small" aria-label={t("common.job.progress")} />
    </span>
  );
}

/** The list's parameters as the body that asks for the same. */
function selectionOf(search: URLSearchParams): Schemas["CustomerSelection"] {
  const typed = [...search].map(([name, value]) => [
    name,
    value === "true" || value === "false" ? value === "true" : value,
  ]);
  return Object.fromEntries(typed) as Schemas["CustomerSelection"];
}
