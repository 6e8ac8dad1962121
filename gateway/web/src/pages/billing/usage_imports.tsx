import { UploadOutlined } from "@ant-design/icons";
import { Alert, Button, Descriptions, Drawer, Table } from "antd";
import { useMemo, useState } from "react";
import { query, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { minuteOf } from "../../format/dates";
import { quantity } from "../../format/figures";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { LinkButton } from "../../shell/link_button";
import { StateTag } from "../../shell/state_tag";
import { Loaded } from "../../shell/states";
import { listed, useWords } from "../../words";
import { IMPORT_STATES, optionsOf } from "./filters";
import "./usage.css";
import { UsageUpload } from "./usage_upload";

type Import = RowOf<"/api/v1/usage-imports">;

const KEPT = ["tab"];
const POLL_MS = 700;
const COLUMNS = ["account", "day", "operator", "quantity"] as const;

function isColumn(field: string): field is (typeof COLUMNS)[number] {
  return COLUMNS.some((column) => column === field);
}

/** The files of usage that came, what was counted of each, or what is wrong in which row; and the way to send one. */
export function UsageImports() {
  const { t, term } = useWords();
  const [shownId, setShownId] = useState<string>();
  const [isUploading, setUploading] = useState(false);
  const columns = useImportColumns();
  const filters = useMemo<Filter[]>(
    () => [
      {
        kind: "choice",
        name: "state",
        label: t("billing.bill.state"),
        options: optionsOf("job_state", IMPORT_STATES, term),
      },
    ],
    [t, term],
  );
  return (
    <>
      <RecordList
        name="usage_imports"
        path="/api/v1/usage-imports"
        columns={columns}
        filters={filters}
        kept={KEPT}
        onOpen={(row) => setShownId(row.id)}
        actions={() => (
          <Button type="primary" icon={<UploadOutlined />} onClick={() => setUploading(true)}>
            {t("billing.usage.upload")}
          </Button>
        )}
        empty={t("billing.usage.no_imports")}
      />
      <UsageUpload
        isOpen={isUploading}
        onClose={() => setUploading(false)}
        onSent={(id) => {
          setUploading(false);
          setShownId(id);
          void readAgain("/api/v1/usage-imports");
        }}
      />
      <ImportDrawer id={shownId} onClose={() => setShownId(undefined)} />
    </>
  );
}

function useImportColumns(): Column<Import>[] {
  const { t } = useWords();
  return useMemo<Column<Import>[]>(
    () => [
      { key: "file", title: t("billing.usage.file"), width: 260, show: (row) => row.file_name, onPhone: "title" },
      {
        key: "state",
        title: t("billing.bill.state"),
        width: 100,
        show: (row) => <ImportState row={row} />,
        onPhone: "corner",
      },
      { key: "source", title: t("billing.usage.source"), width: 170, show: (row) => row.source, onPhone: "line" },
      { key: "report", title: t("billing.usage.report"), width: 240, show: (row) => row.report_id },
      {
        key: "rows",
        title: t("billing.usage.rows"),
        width: 90,
        align: "right",
        show: (row) => quantity(row.row_count),
        onPhone: "line",
      },
      {
        key: "errors",
        title: t("billing.usage.wrong_rows"),
        width: 100,
        align: "right",
        show: (row) => quantity(row.errors.length),
        onPhone: "line",
      },
      {
        key: "created_at",
        title: t("billing.usage.came_at"),
        width: 150,
        sort: "created_at",
        show: (row) => minuteOf(row.created_at),
      },
    ],
    [t],
  );
}

/** An import as it is now, asked for again while its rows are being counted. */
function useImport(id: string | undefined) {
  return query.useQuery(
    "get",
    "/api/v1/usage-imports/{import_id}",
    { params: { path: { import_id: id ?? "" } } },
    {
      enabled: id !== undefined,
      refetchInterval: ({ state }) => (state.data?.state === "queued" ? POLL_MS : false),
    },
  );
}

function ImportState({ row }: { row: Import }) {
  const { data } = useImport(row.state === "queued" ? row.id : undefined);
  return <StateTag of="job_state" state={data?.state ?? row.state} />;
}

function ImportDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useWords();
  const found = useImport(id);
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      title={found.data?.file_name ?? t("billing.usage.file")}
      size={640}
      destroyOnHidden
    >
      <Loaded query={found}>{(shown) => <ImportReport found={shown} />}</Loaded>
    </Drawer>
  );
}

function ImportReport({ found }: { found: Schemas["UsageImport"] }) {
  const { t, language } = useWords();
  const { result } = found;
  return (
    <div className="import-report">
      <Outcome found={found} />
      <Descriptions
        size="small"
        column={1}
        items={[
          { key: "source", label: t("billing.usage.source"), children: found.source },
          { key: "report", label: t("billing.usage.report"), children: found.report_id },
          ...(found.replaces === null
            ? []
            : [{ key: "replaces", label: t("billing.usage.replaces"), children: found.replaces }]),
          { key: "rows", label: t("billing.usage.rows"), children: quantity(found.row_count) },
          ...(result === null
            ? []
            : [{ key: "quantity", label: t("billing.quantity"), children: quantity(result.quantity) }]),
          { key: "at", label: t("billing.usage.came_at"), children: minuteOf(found.created_at) },
        ]}
      />
      {result !== null && result.unknown_accounts.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t("billing.usage.unknown_in_file", { names: listed(result.unknown_accounts) })}
          action={
            <LinkButton size="small" to="/usage?tab=unknown">
              {t("billing.usage.assign")}
            </LinkButton>
          }
        />
      )}
      {found.errors.length > 0 && (
        <Table<Schemas["RowError"]>
          size="small"
          rowKey={({ row, field, code }) => `${row} ${field} ${code}`}
          dataSource={found.errors}
          pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
          scroll={{ x: "max-content" }}
          columns={[
            { key: "row", title: t("billing.usage.row"), dataIndex: "row", align: "right" },
            {
              key: "field",
              title: t("billing.usage.column"),
              render: (_, { field }) => (isColumn(field) ? t(`billing.usage.columns.${field}`) : field),
            },
            { key: "value", title: t("billing.usage.value"), dataIndex: "value" },
            {
              key: "words",
              title: t("billing.usage.wrong"),
              render: (_, error) => (language === "en" ? error.words_en : error.words_zh),
            },
          ]}
        />
      )}
    </div>
  );
}

function Outcome({ found }: { found: Schemas["UsageImport"] }) {
  const { t } = useWords();
  if (found.state === "queued") {
    return <Alert type="info" showIcon title={t("billing.usage.counting")} />;
  }
  if (found.state === "refused") {
    return <Alert type="error" showIcon title={t("billing.usage.refused", { count: found.errors.length })} />;
  }
  return found.result?.repeated ? (
    <Alert type="info" showIcon title={t("billing.usage.repeated")} />
  ) : (
    <Alert type="success" showIcon title={t("billing.usage.all_counted", { count: found.result?.line_count ?? 0 })} />
  );
}
