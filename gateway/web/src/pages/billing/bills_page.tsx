import { CheckSquareOutlined } from "@ant-design/icons";
import { Select } from "antd";
import { useMemo } from "react";
import { money, quantity } from "../../format/figures";
import type { Filter, Option } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { departmentFilter, ownerFilter } from "../../pick/owner_filters";
import { LinkButton } from "../../shell/link_button";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { StateTag } from "../../shell/state_tag";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { BillBulk } from "./bill_bulk";
import { DueDay } from "./due_day";
import { BILL_STATES, BILLED_TYPES, optionsOf } from "./filters";
import { CustomerLink } from "./links";
import { StatementView } from "./statement_view";
import { useStatementMaking } from "./use_statement";

type Bill = RowOf<"/api/v1/bills">;

export function BillsPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.bill_list"));
  const columns = useBillColumns();
  const filters = useBillFilters();
  const statement = useStatementMaking();
  return (
    <Page
      title={t("shell.menu.bill_list")}
      isFilled
      actions={
        <LinkButton type="primary" to="/bills/reconcile" icon={<CheckSquareOutlined />}>
          {t("billing.desk.title")}
        </LinkButton>
      }
    >
      <RecordList
        name="bills"
        path="/api/v1/bills"
        columns={columns}
        filters={filters}
        addressOf={(bill) => `/bills/${bill.id}`}
        canSelect={(bill) => bill.state !== "void"}
        bulk={(bills) => <BillBulk bills={bills} statement={statement} />}
        empty={t("billing.bill.empty")}
      />
      <StatementView id={statement.madeId} onClose={statement.close} />
    </Page>
  );
}

function useBillColumns(): Column<Bill>[] {
  const { t, term } = useWords();
  return useMemo<Column<Bill>[]>(() => {
    const figure = (key: "agreed_amount" | "adjusted" | "agreed_difference" | "covered" | "outstanding" | "cost") => ({
      key,
      title: t(`billing.bill.${key}`),
      width: 110,
      align: "right" as const,
      show: (bill: Bill) => money(bill[key]),
    });
    return [
      {
        key: "bill",
        title: t("billing.bill.title"),
        width: 270,
        sort: "customer",
        show: (bill) => <span title={bill.number}>{`${bill.customer_name} · ${bill.product_name}`}</span>,
        onPhone: "title",
      },
      {
        key: "state",
        title: t("billing.bill.state"),
        width: 104,
        show: (bill) => <StateTag of="bill_state" state={bill.state} />,
        onPhone: "corner",
      },
      {
        key: "number",
        title: t("billing.bill.number"),
        width: 420,
        sort: "number",
        isHidden: true,
        show: (bill) => bill.number,
      },
      {
        key: "customer",
        title: t("billing.customer"),
        width: 220,
        isHidden: true,
        show: (bill) => <CustomerLink id={bill.customer_id} name={bill.customer_name} />,
      },
      { key: "product", title: t("billing.product"), width: 130, isHidden: true, show: (bill) => bill.product_name },
      {
        key: "product_type",
        title: t("billing.bill.product_type"),
        width: 120,
        isHidden: true,
        show: (bill) => term("product_type", bill.product_type),
      },
      {
        key: "payment_mode",
        title: t("billing.bill.payment_mode"),
        width: 90,
        isHidden: true,
        show: (bill) => term("payment_mode", bill.payment_mode),
      },
      {
        key: "month",
        title: t("billing.month"),
        width: 90,
        sort: "month",
        show: (bill) => bill.month,
        onPhone: "line",
      },
      {
        key: "quantity",
        title: t("billing.quantity"),
        width: 104,
        align: "right",
        show: (bill) => quantity(bill.quantity),
        onPhone: "line",
      },
      {
        key: "amount",
        title: t("billing.bill.amount"),
        width: 120,
        align: "right",
        sort: "amount",
        show: (bill) => money(bill.amount),
        onPhone: "line",
      },
      { ...figure("agreed_difference"), isHidden: true },
      { ...figure("agreed_amount"), isHidden: true },
      { ...figure("adjusted"), isHidden: true },
      { ...figure("covered"), isHidden: true },
      figure("outstanding"),
      {
        key: "invoiced",
        title: t("billing.bill.invoiced"),
        width: 120,
        align: "right",
        show: (bill) => (bill.needs_invoice ? money(bill.invoiced) : t("billing.bill.no_invoice_needed")),
      },
      { key: "due", title: t("billing.bill.due"), width: 184, show: (bill) => <DueDay bill={bill} />, onPhone: "line" },
      { ...figure("cost"), isHidden: true },
    ];
  }, [t, term]);
}

function useBillFilters(): Filter[] {
  const { t, term } = useWords();
  const { is } = useSession();
  return useMemo<Filter[]>(
    () => [
      { kind: "text", name: "number", label: t("billing.bill.number_begins") },
      stateFilter(t("billing.bill.state"), [
        ...optionsOf("bill_state", BILL_STATES, term),
        { value: OVERDUE, label: t("billing.bill.only_overdue") },
      ]),
      { kind: "month", name: "month", label: t("billing.month") },
      customerFilter(t("billing.customer")),
      // A salesperson sees none but his or her own.
      ...(is("sales") ? [] : [ownerFilter(t("customers.owner")), departmentFilter(t("customers.owner_department"))]),
      {
        kind: "choice",
        name: "product_type",
        label: t("billing.bill.product_type"),
        options: optionsOf("product_type", BILLED_TYPES, term),
      },
    ],
    [t, term, is],
  );
}

const OVERDUE = "overdue";

/** A bill's state, or that it is late, which the API asks for by a parameter of its own: one choice of both. */
function stateFilter(label: string, options: Option[]): Filter {
  return {
    kind: "own",
    names: ["state", "overdue"],
    label,
    show: (values, set) => (
      <Select
        allowClear
        placeholder={label}
        aria-label={label}
        options={options}
        value={values.overdue === "true" ? OVERDUE : values.state}
        onChange={(chosen: string | undefined) =>
          set(chosen === OVERDUE ? { state: undefined, overdue: "true" } : { state: chosen, overdue: undefined })
        }
        style={{ width: "100%" }}
      />
    ),
  };
}
