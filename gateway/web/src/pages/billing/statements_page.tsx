import { Progress } from "antd";
import { useMemo } from "react";
import { minuteOf } from "../../format/dates";
import { money } from "../../format/figures";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { LinkButton } from "../../shell/link_button";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { monthsOf, StatementView, shareOf } from "./statement_view";
import { useParameter } from "./use_parameter";
import { useStatement } from "./use_statement";

type Row = RowOf<"/api/v1/statements">;

const SHOWN = ["statement"];

export function StatementsPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.statements"));
  const [shownId, show] = useParameter("statement");
  const columns = useStatementColumns();
  const filters = useMemo<Filter[]>(() => [customerFilter(t("billing.customer"))], [t]);
  return (
    <Page
      title={t("shell.menu.statements")}
      isFilled
      actions={
        <LinkButton type="primary" to="/bills/reconcile">
          {t("billing.statement.make")}
        </LinkButton>
      }
    >
      <RecordList
        name="statements"
        path="/api/v1/statements"
        columns={columns}
        filters={filters}
        kept={SHOWN}
        onOpen={(row) => show(row.id)}
        empty={t("billing.statement.empty")}
      />
      <StatementView id={shownId} onClose={() => show(undefined)} />
    </Page>
  );
}

function useStatementColumns(): Column<Row>[] {
  const { t } = useWords();
  return useMemo<Column<Row>[]>(
    () => [
      {
        key: "customer",
        title: t("billing.customer"),
        width: 240,
        show: (row) => row.customer_name,
        onPhone: "title",
      },
      { key: "months", title: t("billing.month"), width: 160, show: monthsOf, onPhone: "line" },
      { key: "bills", title: t("billing.desk.bill_count"), width: 90, align: "right", show: (row) => row.bill_count },
      {
        key: "amount",
        title: t("billing.bill.amount"),
        width: 130,
        align: "right",
        show: (row) => money(row.amount),
        onPhone: "line",
      },
      { key: "owed", title: t("billing.bill.owed"), width: 130, align: "right", show: (row) => money(row.owed) },
      { key: "by", title: t("billing.statement.by"), width: 110, show: (row) => row.created_by_name, onPhone: "line" },
      {
        key: "at",
        title: t("billing.statement.at"),
        width: 150,
        sort: "created_at",
        show: (row) => minuteOf(row.created_at),
      },
      {
        key: "state",
        title: t("billing.bill.state"),
        width: 130,
        show: (row) => <Making row={row} />,
        onPhone: "corner",
      },
    ],
    [t],
  );
}

/** What is being made tells how far it is, by itself; what is made is not asked for again. */
function Making({ row }: { row: Row }) {
  const { t } = useWords();
  const isMade = row.state === "done" || row.state === "failed";
  const { data } = useStatement(isMade ? undefined : row.id);
  const { state, done, total } = data ?? row;
  if (state === "queued" || state === "running") {
    return <Progress size="small" percent={shareOf({ state, done, total })} aria-label={t("common.job.progress")} />;
  }
  return <StateTag of="job_state" state={state} />;
}
