import { Alert, Button, Card, Grid, Segmented, Table } from "antd";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { money } from "../../format/figures";
import { StateTag } from "../../shell/state_tag";
import { useWords } from "../../words";
import { useSaid } from "./said";
import { useMappingNames } from "./use_mapping_names";
import { Words } from "./words";

type Preview = Schemas["ReceiptImportPreview"];
type PreviewedRow = Schemas["PreviewedRow"];

const OUTCOMES = ["new", "known", "skipped", "wrong"] as const;
const ROWS_PX = 440;

interface ImportPreviewProps {
  preview: Preview;
  isBusy: boolean;
  onImport: () => void;
}

/** What an import would bring, row by row. */
export function ImportPreview({ preview, isBusy, onImport }: ImportPreviewProps) {
  const { t } = useWords();
  const said = useSaid();
  const nameOf = useMappingNames();
  const isWide = Grid.useBreakpoint().md ?? true;
  const [outcome, setOutcome] = useState<string>("all");
  const rows = outcome === "all" ? preview.rows : preview.rows.filter((row) => row.outcome === outcome);
  const isNothingNew = preview.new === 0 && preview.is_whole;
  return (
    <Card
      title={`${t("payments.imports.preview")} · ${t("payments.imports.read_by", { mapping: nameOf(preview.mapping) })}`}
      extra={
        <Button type="primary" loading={isBusy} disabled={isNothingNew} onClick={onImport}>
          {isNothingNew
            ? t("payments.imports.nothing_new")
            : preview.is_whole
              ? t("payments.imports.import_now", { count: preview.new })
              : t("payments.imports.import_all")}
        </Button>
      }
    >
      {!preview.is_whole && <Alert type="info" showIcon title={t("payments.imports.partly")} />}
      <div className="import-bar">
        <Segmented
          aria-label={t("payments.imports.outcome")}
          value={outcome}
          onChange={setOutcome}
          options={[
            { value: "all", label: `${t("common.all")} ${preview.rows.length}` },
            ...OUTCOMES.filter((each) => preview[each] > 0).map((each) => ({
              value: each,
              label: `${t(`payments.imports.${each}`)} ${preview[each]}`,
            })),
          ]}
        />
        <span>
          {t("payments.imports.amount")} <b className="figure">{money(preview.amount)}</b>
        </span>
      </div>
      {isWide ? (
        <Table<PreviewedRow>
          virtual
          size="small"
          pagination={false}
          rowKey="row"
          dataSource={rows}
          scroll={{ x: 1080, y: ROWS_PX }}
          columns={[
            { title: t("payments.imports.row"), dataIndex: "row", width: 70, align: "right" },
            {
              title: t("payments.imports.outcome"),
              width: 90,
              render: (_, row) => <StateTag of="row_outcome" state={row.outcome} />,
            },
            {
              title: t("payments.receipts.payer"),
              width: 210,
              ellipsis: true,
              render: (_, row) => row.payer_name || "–",
            },
            {
              title: t("payments.receipts.amount"),
              width: 120,
              align: "right",
              render: (_, row) => <span className="figure">{money(row.amount)}</span>,
            },
            {
              title: t("payments.receipts.received_at"),
              width: 150,
              render: (_, row) => (row.received_at === null ? "–" : minuteOf(row.received_at)),
            },
            { title: t("payments.receipts.reference"), width: 170, ellipsis: true, dataIndex: "reference" },
            {
              title: t("payments.imports.fault_or_remark"),
              width: 260,
              ellipsis: true,
              render: (_, row) => <Words words={said(row.fault) || row.remark || ""} />,
            },
          ]}
        />
      ) : (
        <ul className="source-receipts import-rows">
          {rows.map((row) => (
            <li key={row.row}>
              <span>
                {row.payer_name || "–"}
                <br />
                <span className="quiet">
                  {row.row} · {row.received_at === null ? "–" : minuteOf(row.received_at)}
                </span>
                {row.fault !== null && <div className="loss">{said(row.fault)}</div>}
              </span>
              <span className="figure">{money(row.amount)}</span>
              <StateTag of="row_outcome" state={row.outcome} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
