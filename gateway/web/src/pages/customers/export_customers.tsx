import { ExportOutlined } from "@ant-design/icons";
import { App, Button, Progress, Tooltip } from "antd";
import { useEffect, useState } from "react";
import { api, ownHeaders, problemOf, query, type Schemas } from "../../api/client";
import { download } from "../../api/upload";
import { useMadeOnce } from "../../forms/made_once";
import { useAction } from "../../forms/use_action";
import { useWords } from "../../words";

const ASKED_EVERY_MS = 1_000;
const TOO_MANY = "customers_too_many_to_export_now";

/** Just what is filtered, as a file: at once, or, where there is more than one waits for, made in the background. */
export function ExportCustomers({ search }: { search: URLSearchParams }) {
  const { t } = useWords();
  const { isBusy, act } = useAction();
  const once = useMadeOnce();
  const [exportId, setExportId] = useState<string>();

  async function save() {
    const response = await fetch(`/api/v1/customers.xlsx?${search}`, { headers: ownHeaders() });
    if (response.ok) {
      keep(await response.blob(), nameOf(response) ?? "customers.xlsx");
      return;
    }
    const problem = await problemOf(response);
    if (problem.code !== TOO_MANY) {
      throw problem;
    }
    const { data } = await once((header) =>
      api.POST("/api/v1/customer-exports", { params: { header }, body: selectionOf(search) }),
    );
    setExportId(data?.id);
  }

  if (exportId !== undefined) {
    return <ExportProgress id={exportId} onEnd={() => setExportId(undefined)} />;
  }
  return (
    <Tooltip title={t("customers.export_hint")}>
      <Button icon={<ExportOutlined />} loading={isBusy} onClick={() => void act(save)}>
        {t("common.export")}
      </Button>
    </Tooltip>
  );
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
      <Progress percent={share} size="small" />
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

function nameOf(response: Response): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return encoded && decodeURIComponent(encoded);
}

function keep(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
