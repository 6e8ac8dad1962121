import { DatePicker, Segmented } from "antd";
import dayjs from "dayjs";
import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import { today } from "../../format/dates";
import { money } from "../../format/figures";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { DueOn } from "./due_on";
import { useSaid } from "./said";
import { Words } from "./words";

type Receivable = RowOf<"/api/v1/receivables">;

const STATES = ["open", "held", "settled", "cancelled"] as const;
const SCOPE = "scope";
const KEPT = [SCOPE];
const UNSETTLED = { unsettled: "true" };
const ALL = {};

/** What is owed, since when, and why no write-off has started for it. */
export function ReceivablesPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.receivables"));
  const [params, setParams] = useSearchParams();
  // Whoever asks for a state asks for those settled, too.
  const isAll = params.get(SCOPE) === "all" || params.has("state");
  const columns = useReceivableColumns();
  const filters = useReceivableFilters();
  return (
    <Page
      title={t("shell.menu.receivables")}
      isFilled
      note={
        <Segmented
          aria-label={t("payments.receipts.scope")}
          value={isAll ? "all" : "unsettled"}
          options={[
            { value: "unsettled", label: t("payments.receivables.unsettled") },
            { value: "all", label: t("payments.receivables.all") },
          ]}
          onChange={(scope) =>
            setParams((before) => {
              const after = new URLSearchParams(before);
              after.delete("state");
              after.delete(SCOPE);
              if (scope === "all") {
                after.set(SCOPE, scope);
              }
              return after;
            })
          }
        />
      }
    >
      <RecordList
        name="receivables"
        path="/api/v1/receivables"
        fixed={isAll ? ALL : UNSETTLED}
        columns={columns}
        filters={filters}
        kept={KEPT}
        keyOf={(receivable) => receivable.bill_id}
        addressOf={(receivable) => `/receivables/${receivable.bill_id}`}
        empty={t("payments.receivables.empty")}
      />
    </Page>
  );
}

function useReceivableColumns(): Column<Receivable>[] {
  const { t, term } = useWords();
  const said = useSaid();
  return useMemo<Column<Receivable>[]>(() => {
    const figure = (value: string) => <span className="figure">{money(value)}</span>;
    return [
      {
        key: "number",
        title: t("payments.receivables.number"),
        width: 380,
        sort: "number",
        show: (receivable) => <span title={receivable.number}>{receivable.number}</span>,
        onPhone: "title",
      },
      {
        key: "state",
        title: t("payments.state"),
        width: 104,
        show: (receivable) => <StateTag of="receivable_state" state={receivable.state} />,
        onPhone: "corner",
      },
      {
        key: "due_on",
        title: t("payments.receivables.due"),
        width: 180,
        sort: "due_on",
        show: (receivable) => <DueOn date={receivable.due_on} isOwed={isOwed(receivable)} />,
        onPhone: "text",
      },
      {
        key: "outstanding",
        title: t("payments.receivables.outstanding"),
        width: 116,
        align: "right",
        show: (receivable) => figure(receivable.outstanding),
        onPhone: "line",
      },
      {
        key: "amount",
        title: t("payments.receivables.amount"),
        width: 116,
        align: "right",
        sort: "amount",
        show: (receivable) => figure(receivable.amount),
        onPhone: "line",
      },
      {
        key: "held",
        title: t("payments.receivables.held"),
        width: 110,
        align: "right",
        show: (receivable) => figure(receivable.held),
      },
      {
        key: "reason",
        title: t("payments.why_nothing"),
        width: 320,
        show: (receivable) => <Words words={said(receivable.reason, receivable.number)} />,
        onPhone: "text",
      },
      {
        key: "customer",
        title: t("payments.customer"),
        width: 200,
        isHidden: true,
        show: (receivable) => (
          <Link to={`/customers/${receivable.customer_id}`} onClick={(event) => event.stopPropagation()}>
            {receivable.customer_name}
          </Link>
        ),
      },
      {
        key: "written_off",
        title: t("payments.receivables.written_off"),
        width: 120,
        align: "right",
        isHidden: true,
        show: (receivable) => figure(receivable.written_off),
      },
      {
        key: "month",
        title: t("payments.month"),
        width: 90,
        sort: "month",
        isHidden: true,
        show: (receivable) => receivable.month,
      },
      {
        key: "product",
        title: t("payments.receivables.product"),
        width: 120,
        isHidden: true,
        show: (receivable) => receivable.product_name,
      },
      {
        key: "payment_mode",
        title: t("payments.receivables.payment_mode"),
        width: 100,
        isHidden: true,
        show: (receivable) => term("payment_mode", receivable.payment_mode),
      },
    ];
  }, [t, term, said]);
}

function isOwed({ state }: Receivable): boolean {
  return state === "open" || state === "held";
}

function useReceivableFilters(): Filter[] {
  const { t, term } = useWords();
  return useMemo<Filter[]>(() => {
    const inDays = (days: number) => dayjs(today()).add(days, "day");
    return [
      customerFilter(t("payments.customer")),
      {
        kind: "choice",
        name: "state",
        label: t("payments.state"),
        options: STATES.map((state) => ({ value: state, label: term("receivable_state", state) })),
      },
      { kind: "month", name: "month", label: t("payments.month") },
      {
        kind: "own",
        names: ["due_to"],
        label: t("payments.receivables.due_to"),
        show: (values, set) => (
          <DatePicker
            placeholder={t("payments.receivables.due_to")}
            aria-label={t("payments.receivables.due_to")}
            presets={[
              { label: t("payments.receivables.overdue"), value: inDays(-1) },
              { label: t("payments.receivables.due_soon"), value: inDays(7) },
            ]}
            value={values.due_to ? dayjs(values.due_to) : null}
            onChange={(date) => set({ due_to: date?.format("YYYY-MM-DD") })}
            style={{ width: "100%" }}
          />
        ),
      },
    ];
  }, [t, term]);
}
