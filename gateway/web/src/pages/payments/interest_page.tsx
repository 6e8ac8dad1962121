import { Drawer, Tag } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { query } from "../../api/client";
import { money, percent } from "../../format/figures";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { Page } from "../../shell/page";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { Signed } from "./commission_totals";
import { useSaid } from "./said";
import { SourceReceipts } from "./source_receipts";
import { Words } from "./words";
import "./payments.css";

type InterestEntry = RowOf<"/api/v1/interest">;

const KINDS = ["penalty", "credit"] as const;

/** Penalties and credits, accruals and corrections, each with what it was computed from. */
export function InterestPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.interest"));
  const said = useSaid();
  const columns = useInterestColumns();
  const filters = useInterestFilters();
  const [opened, setOpened] = useState<InterestEntry>();
  const rates = query.useQuery("get", "/api/v1/interest-rates", { params: { query: { page_size: 1 } } });
  const rate = rates.data?.rate;
  return (
    <Page
      title={t("shell.menu.interest")}
      isFilled
      note={
        <span className="quiet">
          {rates.data &&
            (rate ? t("payments.interest.present_rate", { rate: percent(rate, 2) }) : t("payments.interest.no_rate"))}
          {" · "}
          {t("payments.interest.effect")}
        </span>
      }
    >
      <RecordList
        name="interest"
        path="/api/v1/interest"
        columns={columns}
        filters={filters}
        onOpen={setOpened}
        empty={t("payments.interest.empty")}
      />
      <Drawer
        open={opened !== undefined}
        onClose={() => setOpened(undefined)}
        title={t("payments.interest.origin")}
        size={480}
        styles={{ wrapper: { maxWidth: "100%" } }}
      >
        {opened && (
          <>
            <p>
              <Link to={`/customers/${opened.customer_id}`}>{opened.customer_name}</Link>
            </p>
            {opened.bill_id !== null && (
              <p>
                <Link to={`/receivables/${opened.bill_id}`}>{opened.bill_number}</Link>
              </p>
            )}
            <p>{said(opened.origin)}</p>
            <p className="figure">
              {money(opened.base)} × {percent(opened.rate, 2)} ={" "}
              <strong>
                <Signed value={opened.amount} />
              </strong>
            </p>
            <SourceReceipts receipts={opened.origin.receipts} />
          </>
        )}
      </Drawer>
    </Page>
  );
}

function useInterestColumns(): Column<InterestEntry>[] {
  const { t, term } = useWords();
  const said = useSaid();
  return useMemo<Column<InterestEntry>[]>(
    () => [
      {
        key: "customer",
        title: t("payments.customer"),
        width: 200,
        show: (entry) => entry.customer_name,
        onPhone: "title",
      },
      {
        key: "kind",
        title: t("payments.interest.kind"),
        width: 120,
        show: (entry) => (
          <>
            {term("interest_kind", entry.kind)} {entry.number > 1 && <Tag>{t("payments.interest.correction")}</Tag>}
          </>
        ),
        onPhone: "line",
      },
      {
        key: "month",
        title: t("payments.interest.for_month"),
        width: 84,
        show: (entry) => <span className="figure">{entry.month}</span>,
        onPhone: "line",
      },
      {
        key: "booked_on",
        title: t("payments.interest.booked_on"),
        width: 120,
        sort: "booked_on",
        show: (entry) => <span className="figure">{entry.booked_on}</span>,
        onPhone: "line",
      },
      {
        key: "base",
        title: t("payments.interest.base"),
        width: 116,
        align: "right",
        show: (entry) => <span className="figure">{money(entry.base)}</span>,
        onPhone: "line",
      },
      {
        key: "rate",
        title: t("payments.interest.rate"),
        width: 76,
        align: "right",
        show: (entry) => <span className="figure">{percent(entry.rate, 2)}</span>,
        onPhone: "line",
      },
      {
        key: "amount",
        title: t("payments.interest.amount"),
        width: 104,
        align: "right",
        sort: "amount",
        show: (entry) => <Signed value={entry.amount} />,
        onPhone: "corner",
      },
      {
        key: "owner",
        title: t("payments.interest.bears"),
        width: 90,
        show: (entry) => entry.owner_name ?? t("payments.nobody"),
        onPhone: "line",
      },
      {
        key: "origin",
        title: t("payments.interest.origin"),
        width: 340,
        show: (entry) => <Words words={said(entry.origin)} />,
        onPhone: "text",
      },
      {
        key: "bill",
        title: t("payments.interest.bill"),
        width: 260,
        isHidden: true,
        show: (entry) =>
          entry.bill_id === null ? (
            "–"
          ) : (
            <Link to={`/receivables/${entry.bill_id}`} onClick={(event) => event.stopPropagation()}>
              {entry.bill_number}
            </Link>
          ),
      },
    ],
    [t, term, said],
  );
}

function useInterestFilters(): Filter[] {
  const { t, term } = useWords();
  return useMemo<Filter[]>(
    () => [
      { kind: "month", name: "booked_month", label: t("payments.interest.booked_month") },
      { kind: "month", name: "month", label: t("payments.interest.for_month") },
      {
        kind: "choice",
        name: "kind",
        label: t("payments.interest.kind"),
        options: KINDS.map((kind) => ({ value: kind, label: term("interest_kind", kind) })),
      },
      customerFilter(t("payments.customer")),
      {
        // Links come with it: one bill's penalties.
        kind: "own",
        names: ["bill_id"],
        label: t("payments.interest.bill"),
        show: (values, set) =>
          values.bill_id && (
            <Tag closable onClose={() => set({ bill_id: undefined })}>
              {t("payments.interest.one_bill")}
            </Tag>
          ),
      },
    ],
    [t, term],
  );
}
