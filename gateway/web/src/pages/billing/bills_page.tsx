import { Tag } from "antd";
import { useMemo } from "react";
import { money } from "../../format/figures";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { Page } from "../../shell/page";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";

type Bill = RowOf<"/api/v1/bills">;

export function BillsPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.bill_list"));
  const columns = useMemo<Column<Bill>[]>(
    () => [
      { key: "number", title: "number", width: 280, show: (bill) => bill.number, onPhone: "title" },
      {
        key: "state",
        title: "state",
        width: 100,
        show: (bill) => <Tag>{t(`terms.bill_state.${bill.state}`)}</Tag>,
        onPhone: "corner",
      },
      { key: "total", title: "total", width: 120, align: "right", show: (bill) => money(bill.amount), onPhone: "line" },
    ],
    [t],
  );
  const filters = useMemo<Filter[]>(() => [{ kind: "text", name: "q", label: t("common.list.search") }], [t]);
  return (
    <Page title={t("shell.menu.bill_list")} isFilled>
      <RecordList
        name="bills"
        path="/api/v1/bills"
        columns={columns}
        filters={filters}
        addressOf={(bill) => `/bills/${bill.id}`}
      />
    </Page>
  );
}
