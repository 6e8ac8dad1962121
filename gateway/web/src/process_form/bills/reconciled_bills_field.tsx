import { App } from "antd";
import { useEffect, useMemo, useRef } from "react";
import { Link } from "react-router";
import { api, query, type Schemas } from "../../api/client";
import { queryClient, readAgain } from "../../api/queries";
import { amount, fenOf, money, ofFen, quantity, totalOf } from "../../format/figures";
import { showProblem } from "../../forms/problems";
import { EmptyState, Loaded } from "../../shell/states";
import { useWords } from "../../words";
import { type FieldProps, isObject, rowsOf, textOf, textsOf } from "../field";
import { FieldError } from "../field_frame";
import { type BillColumn, BillTable } from "./bill_table";

type Bill = Schemas["ReconcilableBill"];

const PAUSE_MS = 600;
const PATH = "/api/v1/customers/{customer_id}/bill-selection";

/** Which bills are agreed with the customer. What is selected is kept for the next visit, here and on the bills' own page. */
export function ReconciledBillsField(props: FieldProps) {
  const { value, onChange, subject, values, path, errors, processId, isReadOnly } = props;
  const { t, language } = useWords();
  const chosen = useMemo(() => textsOf(value), [value]);
  const at = { params: { path: { customer_id: subject.customerId } } };
  const bills = query.useQuery("get", "/api/v1/customers/{customer_id}/reconcilable-bills", {
    params: { ...at.params, query: { page_size: 200 } },
  });
  const keep = useKeptSelection(props);
  const columns = useMemo<BillColumn<Bill>[]>(
    () => [
      {
        key: "quantity",
        title: t("processes.form.bills.quantity"),
        show: (bill) => quantity(bill.quantity),
        isFigure: true,
      },
      { key: "amount", title: t("processes.form.bills.amount"), show: (bill) => money(bill.amount), isFigure: true },
    ],
    [t],
  );

  function choose(ids: string[], isChosen: boolean) {
    const next = isChosen
      ? [...chosen, ...ids.filter((id) => !chosen.includes(id))]
      : chosen.filter((id) => !ids.includes(id));
    onChange(next);
    keep(next);
  }

  return (
    <Loaded query={bills} rows={3}>
      {({ items, refusals }) => {
        const own = processId === undefined ? [] : ownBills(values, items);
        const known = new Map([...items, ...own].map((bill) => [bill.id, bill]));
        const total = totalOf(chosen.map((id) => known.get(id)?.amount));
        const difference = fenOf(textOf(values.agreed_difference)) ?? 0n;
        return (
          <>
            {known.size === 0 ? (
              <EmptyState words={t("processes.form.bills.none_open")} />
            ) : (
              <BillTable
                label={t("processes.form.bills.label")}
                bills={[...known.values()]}
                columns={columns}
                chosen={new Set(chosen)}
                whyNot={(bill) =>
                  bill.selectable || (processId !== undefined && bill.process_id === processId)
                    ? null
                    : language === "en"
                      ? bill.why_not_en
                      : bill.why_not_zh
                }
                onChoose={choose}
                isReadOnly={isReadOnly}
              />
            )}
            {chosen.map((id, index) => (
              <FieldError key={id} path={[...path, index]} errors={errors} />
            ))}
            <dl className="form-totals" aria-live="polite">
              <dt>{t("processes.form.bills.chosen", { count: chosen.length })}</dt>
              <dd className="figure">{money(total)}</dd>
              {difference !== 0n && (
                <>
                  <dt>{t("processes.form.bills.agreed")}</dt>
                  <dd className="figure">
                    {money(ofFen((fenOf(total) ?? 0n) + difference))}
                    <span className="quiet"> ({amount(ofFen(difference))})</span>
                  </dd>
                </>
              )}
            </dl>
            {refusals.length > 0 && (
              <p className="form-hint quiet">
                {t("processes.form.bills.refused", { count: refusals.length })}{" "}
                <Link to={`/bill-refusals?customer_id=${subject.customerId}`}>{t("processes.form.bills.why")}</Link>
              </p>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

/** A selection that was kept is what one begins with; what is chosen is kept, once one pauses. */
function useKeptSelection({ value, onChange, subject, processId, isReadOnly }: FieldProps) {
  const { notification } = App.useApp();
  const isKept = processId === undefined && !isReadOnly;
  const where = { params: { path: { customer_id: subject.customerId } } };
  const { data: kept } = query.useQuery("get", PATH, where, { enabled: isKept, refetchOnWindowFocus: false });
  const version = useRef<number | null>(null);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isBegun = value !== undefined;
  useEffect(() => {
    if (kept === undefined) {
      return;
    }
    version.current = kept.version;
    if (!isBegun && kept.bills.length > 0) {
      onChange(kept.bills.map(({ id }) => id));
    }
  }, [kept, isBegun, onChange]);
  // What waits to be kept when one leaves is kept at once.
  const waiting = useRef<string[]>(undefined);
  const save = useRef(async () => {});
  save.current = async () => {
    clearTimeout(pause.current);
    const ids = waiting.current;
    waiting.current = undefined;
    if (ids === undefined) {
      return;
    }
    try {
      const body = { bill_ids: ids, version: version.current };
      const { data } = await api.PUT(PATH, { ...where, body });
      version.current = data?.version ?? null;
      await queryClient.invalidateQueries({ queryKey: ["get", PATH], refetchType: "none" });
    } catch (error) {
      showProblem(error, { notification, readAgain: () => readAgain(PATH) });
    }
  };
  useEffect(() => () => void save.current(), []);
  return (ids: string[]) => {
    if (isKept) {
      waiting.current = ids;
      clearTimeout(pause.current);
      pause.current = setTimeout(() => void save.current(), PAUSE_MS);
    }
  };
}

/** The bills that a running process holds and the list no longer has: as its form tells of them. */
function ownBills(values: FieldProps["values"], listed: Bill[]): Bill[] {
  const known = new Set(listed.map(({ id }) => id));
  return rowsOf(values.bills)
    .filter((row) => isObject(row) && !known.has(textOf(row.bill_id)))
    .map((row) => {
      const shown: Partial<Bill> = {
        id: textOf(row.bill_id),
        number: textOf(row.number),
        amount: textOf(row.amount),
        product_name: "",
        month: "",
        selectable: true,
      };
      return shown as Bill;
    });
}
