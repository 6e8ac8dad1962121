import { useMemo } from "react";
import { money } from "../../format/figures";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { CustomerSelect } from "../../pick/selects";
import { LinkButton } from "../../shell/link_button";
import { useSession } from "../../shell/session";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { DueOn } from "./due_on";
import { useSaid } from "./said";
import { Words } from "./words";

type Missing = RowOf<"/api/v1/commission-statements/missing">;

interface MissingCommissionProps {
  month: string;
  ownerId: string | undefined;
  count: number | undefined;
  amount: string | undefined;
  showsOwner: boolean;
}

const KEPT = ["month", "owner_id", "tab"];

/** The bills that bring no commission yet: why not, and what to do about it. */
export function MissingCommission({ month, ownerId, count, amount, showsOwner }: MissingCommissionProps) {
  const { t } = useWords();
  const columns = useMissingColumns(showsOwner);
  const fixed = useMemo(() => ({ month, ...(ownerId ? { owner_id: ownerId } : {}) }), [month, ownerId]);
  const filters = useMemo(
    () => [
      {
        kind: "own" as const,
        names: ["customer_id"],
        label: t("payments.customer"),
        show: (values: Record<string, string>, set: (changes: Record<string, string | undefined>) => void) => (
          <CustomerSelect
            label={t("payments.customer")}
            placeholder={t("payments.customer")}
            value={values.customer_id}
            onChange={(customer_id) => set({ customer_id })}
          />
        ),
      },
    ],
    [t],
  );
  return (
    <RecordList
      name="missing_commission"
      path="/api/v1/commission-statements/missing"
      fixed={fixed}
      kept={KEPT}
      columns={columns}
      filters={filters}
      keyOf={(missing) => missing.bill_id}
      addressOf={(missing) => `/bills/${missing.bill_id}`}
      empty={t("payments.commission.missing_none")}
      actions={() =>
        count !== undefined &&
        count > 0 && (
          <span className="quiet">{t("payments.commission.missing_sum", { count, amount: money(amount) })}</span>
        )
      }
    />
  );
}

function useMissingColumns(showsOwner: boolean): Column<Missing>[] {
  const { t } = useWords();
  const said = useSaid();
  return useMemo<Column<Missing>[]>(
    () => [
      {
        key: "bill",
        title: t("payments.commission.bill"),
        width: 300,
        show: (missing) => <span title={missing.bill_number}>{missing.bill_number}</span>,
        onPhone: "title",
      },
      {
        key: "reason",
        title: t("payments.commission.reason"),
        width: 300,
        show: (missing) => <Words words={said(missing.reason, missing.bill_number)} />,
        onPhone: "text",
      },
      {
        key: "next_step",
        title: t("payments.commission.next_step"),
        width: 140,
        show: (missing) => <NextStep missing={missing} />,
        onPhone: "text",
      },
      {
        key: "expected",
        title: t("payments.commission.expected"),
        width: 104,
        align: "right",
        show: (missing) => <b className="figure">{money(missing.expected_commission)}</b>,
        onPhone: "corner",
      },
      {
        key: "not_written_off",
        title: t("payments.commission.not_written_off"),
        width: 124,
        align: "right",
        show: (missing) => <span className="figure">{money(missing.not_written_off)}</span>,
        onPhone: "line",
      },
      {
        key: "due_on",
        title: t("payments.receivables.due"),
        width: 180,
        show: (missing) => (missing.due_on === null ? "–" : <DueOn date={missing.due_on} isOwed />),
        onPhone: "text",
      },
      ...(showsOwner
        ? [
            {
              key: "owner",
              title: t("payments.owner"),
              width: 90,
              show: (missing: Missing) => missing.owner_name ?? t("payments.nobody"),
              onPhone: "line" as const,
            },
          ]
        : []),
    ],
    [t, said, showsOwner],
  );
}

/** What to do about it, as the way there. What only sales can start, others read. */
function NextStep({ missing }: { missing: Missing }) {
  const { t } = useWords();
  const said = useSaid();
  const { is } = useSession();
  const { next_step: step } = missing;
  const way = wayOf(missing);
  if (way === undefined || (way.isStart && !is("sales", "sales_lead"))) {
    return <Words words={said(step)} />;
  }
  return (
    <LinkButton size="small" title={said(step)} to={way.address}>
      {t(`payments.commission.start.${way.words}`)}
    </LinkButton>
  );
}

interface Way {
  address: string;
  words: "reconciliation" | "write_off" | "open" | "pool" | "customer" | "older";
  isStart?: boolean;
}

function wayOf({ next_step: step, customer_id, bill_id }: Missing): Way | undefined {
  if (step.process_id !== null) {
    return { address: `/processes/${step.process_id}`, words: "open" };
  }
  switch (step.code) {
    case "start_reconciliation":
      return {
        address: startAddress("reconciliation", customer_id, { bill_ids: bill_id }),
        words: "reconciliation",
        isStart: true,
      };
    case "start_write_off":
      return { address: startAddress("write_off", customer_id), words: "write_off", isStart: true };
    case "find_receipt":
      return { address: "/receipts?state=unmatched", words: "pool" };
    case "settle_older_first":
      return { address: `/receivables?customer_id=${customer_id}`, words: "older" };
    case "find_owner":
      return { address: `/customers/${customer_id}`, words: "customer" };
    default:
      return undefined;
  }
}
