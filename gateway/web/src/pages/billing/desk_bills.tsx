import { Grid, Table, type TableProps, Tooltip } from "antd";
import type { Schemas } from "../../api/client";
import { amount, quantity } from "../../format/figures";
import { SelectAll } from "../../list/select_all";
import { StateTag } from "../../shell/state_tag";
import { EmptyState } from "../../shell/states";
import { useWords } from "../../words";
import { DueDay } from "./due_day";
import { BillLink } from "./links";

type Bill = Schemas["ReconcilableBill"];

interface DeskBillsProps {
  bills: Bill[];
  isLoading: boolean;
  selected: string[];
  onSelect: (ids: string[]) => void;
}

/** The bills to select from; those that cannot be say why. */
export function DeskBills({ bills, isLoading, selected, onSelect }: DeskBillsProps) {
  const { t, language } = useWords();
  const columns = useDeskColumns();
  return (
    <Table<Bill>
      size="small"
      rowKey="id"
      dataSource={bills}
      loading={isLoading}
      pagination={false}
      locale={{ emptyText: isLoading ? " " : <EmptyState words={t("billing.desk.no_bills")} /> }}
      rowSelection={{
        selectedRowKeys: selected,
        preserveSelectedRowKeys: true,
        columnTitle: (box) => <SelectAll box={box} />,
        onChange: (keys) => onSelect(keys.map(String)),
        getCheckboxProps: (bill) => ({
          disabled: !bill.selectable,
          "aria-label": t("billing.desk.select", { number: bill.number }),
        }),
        renderCell: (_, bill, __, box) => (
          <Tooltip title={language === "en" ? bill.why_not_en : bill.why_not_zh}>{box}</Tooltip>
        ),
      }}
      columns={columns}
    />
  );
}

function useDeskColumns(): NonNullable<TableProps<Bill>["columns"]> {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().md ?? true;
  const total = {
    title: t("billing.bill.amount"),
    align: "right" as const,
    render: (_: unknown, bill: Bill) => amount(bill.amount),
  };
  if (!isWide) {
    return [
      {
        key: "bill",
        title: t("billing.bill.title"),
        render: (_, bill) => (
          <>
            <BillLink id={bill.id} number={`${bill.month} ${bill.product_name}`} />
            <div>
              <StateTag of="bill_state" state={bill.state} /> <DueDay bill={bill} />
            </div>
          </>
        ),
      },
      { key: "amount", ...total },
    ];
  }
  return [
    { key: "month", title: t("billing.month"), dataIndex: "month", className: "figure" },
    {
      key: "product",
      title: t("billing.product"),
      render: (_, bill) => <BillLink id={bill.id} number={bill.product_name} />,
    },
    {
      key: "state",
      title: t("billing.bill.state"),
      render: (_, bill) => <StateTag of="bill_state" state={bill.state} />,
    },
    { key: "quantity", title: t("billing.quantity"), align: "right", render: (_, bill) => quantity(bill.quantity) },
    { key: "amount", ...total },
    { key: "covered", title: t("billing.bill.covered"), align: "right", render: (_, bill) => amount(bill.covered) },
    { key: "due", title: t("billing.bill.due"), render: (_, bill) => <DueDay bill={bill} /> },
  ];
}
