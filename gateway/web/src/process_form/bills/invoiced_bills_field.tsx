import { Button } from "antd";
import { useMemo, useRef } from "react";
import { query, type Schemas } from "../../api/client";
import { fenOf, money, ofFen, totalOf } from "../../format/figures";
import { EmptyState, Loaded } from "../../shell/states";
import { useWords } from "../../words";
import { errorsAt, type FieldProps, rowsOf, textOf } from "../field";
import { FieldError, idOf } from "../field_frame";
import { FigureInput } from "../figure_input";
import { type BillColumn, BillTable } from "./bill_table";

type Bill = Schemas["Bill"];

/** Which bills are invoiced, and for how much each: what is entered must come to what they lack together. */
export function InvoicedBillsField(props: FieldProps) {
  const { value, onChange, subject, path, errors, processId, isReadOnly } = props;
  const { t, term } = useWords();
  const rows = rowsOf(value);
  // What this very process has asked for is given back when it is sent again.
  const own = useRef(
    new Map(processId === undefined ? [] : rows.map((row) => [textOf(row.bill_id), textOf(row.amount)])),
  );
  const ofState = (state: "reconciled" | "closed") => ({
    params: { query: { customer_id: subject.customerId, state, page_size: 200 } },
  });
  const reconciled = query.useQuery("get", "/api/v1/bills", ofState("reconciled"));
  const closed = query.useQuery("get", "/api/v1/bills", ofState("closed"));
  const lacking = (bill: Bill) =>
    (fenOf(bill.agreed_amount) ?? 0n) -
    (fenOf(bill.invoiced) ?? 0n) -
    (fenOf(bill.invoice_reserved) ?? 0n) +
    (fenOf(own.current.get(bill.id) ?? "") ?? 0n);
  const bills = [...(reconciled.data?.items ?? []), ...(closed.data?.items ?? [])].filter((bill) => lacking(bill) > 0n);
  const byId = new Map(bills.map((bill) => [bill.id, bill]));

  function choose(ids: string[], isChosen: boolean) {
    const others = rows.filter((row) => !ids.includes(textOf(row.bill_id)));
    onChange(isChosen ? [...others, ...ids.map((id) => ({ bill_id: id }))] : others);
  }
  const enter = (id: string, amount: unknown) =>
    onChange(rows.map((row) => (row.bill_id === id ? { ...row, amount } : row)));
  const fill = () =>
    onChange(
      rows.map((row) => {
        const bill = byId.get(textOf(row.bill_id));
        return bill === undefined ? row : { ...row, amount: ofFen(lacking(bill)) };
      }),
    );

  const columns: BillColumn<Bill>[] = [
    { key: "state", title: t("processes.form.bills.state"), show: (bill) => term("bill_state", bill.state) },
    {
      key: "agreed",
      title: t("processes.form.bills.agreed_amount"),
      show: (bill) => money(bill.agreed_amount),
      isFigure: true,
    },
    {
      key: "lacking",
      title: t("processes.form.bills.lacking"),
      show: (bill) => money(ofFen(lacking(bill))),
      isFigure: true,
    },
    {
      key: "amount",
      title: t("processes.form.bills.invoiced_now"),
      isFigure: true,
      show: (bill) => {
        const index = rows.findIndex((row) => row.bill_id === bill.id);
        const below = [...path, index, "amount"];
        return index < 0 ? null : (
          <>
            <FigureInput
              id={idOf(below)}
              label={t("processes.form.bills.amount_of", { number: bill.number })}
              status={errorsAt(errors, below).length > 0 ? "error" : undefined}
              disabled={isReadOnly}
              value={rows[index]?.amount}
              placeholder={ofFen(lacking(bill))}
              onChange={(amount) => enter(bill.id, amount)}
            />
            <FieldError path={below} errors={errors} />
            <FieldError path={[...path, index, "bill_id"]} errors={errors} />
          </>
        );
      },
    },
  ];

  const pending = reconciled.data === undefined ? reconciled : closed;
  return (
    <Loaded query={pending} rows={3}>
      {() =>
        bills.length === 0 ? (
          <EmptyState words={t("processes.form.bills.none_to_invoice")} />
        ) : (
          <>
            <BillTable
              label={t("processes.form.bills.label")}
              bills={bills}
              columns={columns}
              chosen={new Set(rows.map((row) => textOf(row.bill_id)))}
              onChoose={choose}
              isReadOnly={isReadOnly}
            />
            <Totals
              entered={totalOf(rows.map((row) => textOf(row.amount)))}
              lacking={rows.reduce((sum, row) => {
                const bill = byId.get(textOf(row.bill_id));
                return sum + (bill === undefined ? 0n : lacking(bill));
              }, 0n)}
              onFill={isReadOnly || rows.length === 0 ? undefined : fill}
            />
          </>
        )
      }
    </Loaded>
  );
}

/** Both totals, and whether they agree. */
function Totals({ entered, lacking, onFill }: { entered: string; lacking: bigint; onFill?: () => void }) {
  const { t } = useWords();
  const difference = useMemo(() => (fenOf(entered) ?? 0n) - lacking, [entered, lacking]);
  return (
    <dl className="form-totals" aria-live="polite">
      <dt>{t("processes.form.bills.total_lacking")}</dt>
      <dd className="figure">{money(ofFen(lacking))}</dd>
      <dt>{t("processes.form.bills.total_entered")}</dt>
      <dd className="figure">{money(entered)}</dd>
      {lacking > 0n && (
        <dd className={difference === 0n ? "gain" : "loss"}>
          {difference === 0n
            ? t("processes.form.bills.agrees")
            : t("processes.form.bills.differs", { amount: money(ofFen(difference)) })}
        </dd>
      )}
      {onFill !== undefined && (
        <dd>
          <Button size="small" onClick={onFill}>
            {t("processes.form.bills.fill")}
          </Button>
        </dd>
      )}
    </dl>
  );
}
