import { DownloadOutlined } from "@ant-design/icons";
import { Alert, Button, Drawer, Progress, Statistic, Table } from "antd";
import { useEffect } from "react";
import { query, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { download } from "../../api/upload";
import { StateTag } from "../../shell/state_tag";
import { Loaded } from "../../shell/states";
import { useWords } from "../../words";
import "./customers.css";

const ASKED_EVERY_MS = 1_000;

const isRunning = (state: string | undefined) => state === "queued" || state === "running";

/** One import: how far it is, and what was refused and why; the refused rows as a file, to be mended and imported as it is. */
export function ImportDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useWords();
  const found = query.useQuery(
    "get",
    "/api/v1/customer-imports/{import_id}",
    { params: { path: { import_id: id ?? "" } } },
    {
      enabled: id !== undefined,
      staleTime: 0,
      refetchInterval: ({ state }) => (isRunning(state.data?.state) ? ASKED_EVERY_MS : false),
    },
  );
  const state = found.data?.state;
  useEffect(() => {
    if (state !== undefined && !isRunning(state)) {
      void readAgain("/api/v1/customers", "/api/v1/dashboard");
    }
  }, [state]);
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      title={found.data?.file_name ?? t("customers.import.title")}
      size={720}
      extra={
        found.data !== undefined &&
        found.data.refused > 0 && (
          <Button icon={<DownloadOutlined />} onClick={() => download(`/api/v1/customer-imports/${id}.xlsx`)}>
            {t("customers.import.download_refused")}
          </Button>
        )
      }
    >
      <Loaded query={found}>{(each) => <Outcome outcome={each} />}</Loaded>
    </Drawer>
  );
}

function Outcome({ outcome }: { outcome: Schemas["CustomerImport"] }) {
  const { t } = useWords();
  const { state, row_count, done, added, refused, problems, refusals } = outcome;
  const share = row_count ? Math.round((done / row_count) * 100) : 0;
  return (
    <div className="import-outcome">
      <StateTag of="job_state" state={state} />
      {isRunning(state) && <Progress percent={share} aria-label={t("common.job.progress")} />}
      {problems.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={t("customers.import.file_refused")}
          description={problems.map(({ code, message }) => <div key={`${code} ${message}`}>{message}</div>)}
        />
      )}
      {problems.length === 0 && (
        <div className="import-figures" aria-live="polite">
          <Statistic title={t("customers.import.rows")} value={row_count ?? "–"} />
          <Statistic title={t("customers.import.added")} value={added} />
          <Statistic title={t("customers.import.refused")} value={refused} />
        </div>
      )}
      {refusals.length > 0 && (
        <>
          <h2>{t("customers.import.refused_rows")}</h2>
          {refused > refusals.length && (
            <p className="quiet">{t("customers.import.refused_first", { count: refusals.length })}</p>
          )}
          <Table
            size="small"
            rowKey="row"
            pagination={false}
            dataSource={refusals}
            columns={[
              { title: t("customers.import.row"), dataIndex: "row", width: 72, align: "right" },
              {
                title: t("customers.import.reason"),
                render: (_, { problems: wrong }) =>
                  wrong.map(({ column, code, message }) => (
                    <div key={`${column} ${code}`}>
                      {column && <strong>{column} </strong>}
                      {message}
                    </div>
                  )),
              },
            ]}
          />
        </>
      )}
      {state === "done" && refused === 0 && (
        <Alert type="success" showIcon title={t("customers.import.all_added", { count: added })} />
      )}
    </div>
  );
}
