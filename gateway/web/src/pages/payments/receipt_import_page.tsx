import { DownloadOutlined } from "@ant-design/icons";
import { Alert, Button, Card, Progress, Statistic } from "antd";
import { useEffect, useMemo, useRef } from "react";
import { Link, useParams } from "react-router";
import { query, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { download } from "../../api/upload";
import { minuteOf } from "../../format/dates";
import { money } from "../../format/figures";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { Neighbours } from "../../record/neighbours";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { CHANGED_BY_MATCH } from "./receipt_match";
import { useSaid } from "./said";
import { useMappingNames } from "./use_mapping_names";
import { Words } from "./words";
import "./payments.css";
import { LinkButton } from "../../shell/link_button";

type Summary = Schemas["ReceiptImportSummary"];
type ImportedRow = RowOf<"/api/v1/receipt-imports/{import_id}/rows">;

const POLLED_MS = 1_000;
const OUTCOMES = ["new", "known", "skipped", "wrong"] as const;

const isUnderWay = ({ state }: Summary) => state === "queued" || state === "running";

/** An import: how far it is, and what became of every row. */
export function ReceiptImportPage() {
  const { importId = "" } = useParams();
  const summary = query.useQuery(
    "get",
    "/api/v1/receipt-imports/{import_id}",
    { params: { path: { import_id: importId } } },
    { refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? POLLED_MS : false) },
  );
  useReadAgainAtEnd(summary.data);
  return <Loaded query={summary}>{(shown) => <ImportShown summary={shown} />}</Loaded>;
}

/** Once it is done, its rows and the pool are others than those that were read. */
function useReadAgainAtEnd(summary: Summary | undefined) {
  const wasUnderWay = useRef(false);
  const isNow = summary !== undefined && isUnderWay(summary);
  useEffect(() => {
    if (wasUnderWay.current && !isNow) {
      void readAgain("/api/v1/receipt-imports", ...CHANGED_BY_MATCH);
    }
    wasUnderWay.current = isNow;
  }, [isNow]);
}

function ImportShown({ summary }: { summary: Summary }) {
  const { t } = useWords();
  const said = useSaid();
  const nameOf = useMappingNames();
  useTitle(t("payments.imports.title", { file: summary.file_name }), { isTab: true });
  const pathParams = useMemo(() => ({ import_id: summary.id }), [summary.id]);
  const columns = useRowColumns();
  const filters = useRowFilters();
  return (
    <Page
      title={summary.file_name}
      note={<StateTag of="job_state" state={summary.state} />}
      isFilled
      actions={
        <>
          <Neighbours />
          {summary.wrong > 0 && !isUnderWay(summary) && (
            <Button
              icon={<DownloadOutlined />}
              title={t("payments.imports.wrong_file_note")}
              onClick={() => download(`/api/v1/receipt-imports/${summary.id}.xlsx`)}
            >
              {t("payments.imports.wrong_file")}
            </Button>
          )}
          <LinkButton type="primary" to="/receipts">
            {t("payments.imports.to_pool")}
          </LinkButton>
        </>
      }
      extra={
        <Card size="small">
          <div className="import-sums">
            {OUTCOMES.map((outcome) => (
              <Statistic key={outcome} title={t(`payments.imports.${outcome}`)} value={summary[outcome]} />
            ))}
            <Statistic title={t("payments.imports.amount")} value={money(summary.amount)} />
            <span className="quiet import-about">
              {[nameOf(summary.mapping), summary.bank_account, summary.created_by_name, minuteOf(summary.created_at)]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </div>
          {isUnderWay(summary) && <HowFar summary={summary} />}
          {summary.problem !== null && <Alert type="error" showIcon title={said(summary.problem)} />}
        </Card>
      }
    >
      <RecordList
        name="imported_rows"
        path="/api/v1/receipt-imports/{import_id}/rows"
        pathParams={pathParams}
        columns={columns}
        filters={filters}
        keyOf={(row) => String(row.row)}
      />
    </Page>
  );
}

function HowFar({ summary }: { summary: Summary }) {
  const { t } = useWords();
  const { line_count: total, done_lines: done } = summary;
  return (
    <div role="status">
      <span className="quiet">
        {total === null ? t("payments.imports.counting") : t("payments.imports.running", { done, total })}
      </span>
      <Progress
        percent={total ? Math.floor((done / total) * 100) : 0}
        status="active"
        aria-label={t("common.job.progress")}
      />
    </div>
  );
}

function useRowColumns(): Column<ImportedRow>[] {
  const { t } = useWords();
  const said = useSaid();
  return useMemo<Column<ImportedRow>[]>(
    () => [
      {
        key: "payer",
        title: t("payments.receipts.payer"),
        width: 240,
        show: (row) =>
          row.receipt_id === null ? (
            row.payer_name || "–"
          ) : (
            <Link to={`/receipts/${row.receipt_id}`}>{row.payer_name}</Link>
          ),
        onPhone: "title",
      },
      {
        key: "outcome",
        title: t("payments.imports.outcome"),
        width: 100,
        show: (row) => <StateTag of="row_outcome" state={row.outcome} />,
        onPhone: "corner",
      },
      {
        key: "row",
        title: t("payments.imports.row"),
        width: 80,
        align: "right",
        sort: "row",
        show: (row) => row.row,
        onPhone: "line",
      },
      {
        key: "reference",
        title: t("payments.receipts.reference"),
        width: 220,
        show: (row) => row.reference || "–",
        onPhone: "text",
      },
      {
        key: "match",
        title: t("payments.imports.match"),
        width: 110,
        show: (row) => (row.state === null ? "–" : <StateTag of="receipt_state" state={row.state} />),
        onPhone: "line",
      },
      {
        key: "fault",
        title: t("payments.imports.fault"),
        width: 420,
        show: (row) => <Words words={said(row.fault)} />,
        onPhone: "text",
      },
    ],
    [t, said],
  );
}

function useRowFilters(): Filter[] {
  const { t, term } = useWords();
  return useMemo<Filter[]>(
    () => [
      {
        kind: "choice",
        name: "outcome",
        label: t("payments.imports.outcome"),
        options: OUTCOMES.map((outcome) => ({ value: outcome, label: term("row_outcome", outcome) })),
      },
    ],
    [t, term],
  );
}
