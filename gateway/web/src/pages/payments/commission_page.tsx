import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button, DatePicker, Select, Tabs } from "antd";
import dayjs from "dayjs";
import { useSearchParams } from "react-router";
import { query } from "../../api/client";
import { thisMonth } from "../../format/dates";
import { ExportButton } from "../../list/export_button";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useTab } from "../../shell/use_tab";
import { useWords } from "../../words";
import { CommissionEntries } from "./commission_entries";
import { CommissionOwners } from "./commission_owners";
import { CommissionTotals } from "./commission_totals";
import { MissingCommission } from "./missing_commission";
import { useCommissionStatement } from "./use_commission_statement";
import "./payments.css";

const OWN_TABS = ["entries", "missing"] as const;
const TABS = [...OWN_TABS, "owners"] as const;

const OWNERS_MAX = 200;

/** A month's commission: what it is made of, entry by entry, and what still keeps the rest back, bill by bill. */
export function CommissionPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.commission"));
  const { may } = useSession();
  const [params, setParams] = useSearchParams();
  const month = params.get("month") ?? thisMonth();
  const ownerId = params.get("owner_id") ?? undefined;
  const seesOthers = may("commission.compare");
  const [tab, showTab] = useTab<(typeof TABS)[number]>(seesOthers ? TABS : OWN_TABS);
  const statement = useCommissionStatement(month, ownerId);

  function show(changes: Record<string, string | undefined>) {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === undefined) {
            after.delete(name);
          } else {
            after.set(name, value);
          }
        }
        return after;
      },
      { replace: true },
    );
  }

  const scope = new URLSearchParams({ month, ...(ownerId ? { owner_id: ownerId } : {}) });
  const first = statement.data?.pages[0];
  const tabs = [
    { key: "entries", label: t("payments.commission.entries_tab", { count: first?.totals.entries ?? "" }) },
    { key: "missing", label: t("payments.commission.missing_tab", { count: first?.missing_count ?? "" }) },
    ...(seesOthers ? [{ key: "owners", label: t("payments.commission.owners_tab") }] : []),
  ];
  return (
    <Page
      title={t("shell.menu.commission")}
      isFilled
      note={<MonthStepper month={month} onChange={(chosen) => show({ month: chosen })} />}
      actions={
        <>
          {seesOthers && (
            <OwnerChoice month={month} ownerId={ownerId} onChange={(chosen) => show({ owner_id: chosen })} />
          )}
          {/* The others' lists have files of their own. */}
          {tab === "entries" && <ExportButton address={`/api/v1/commission-statements.xlsx?${scope}`} />}
        </>
      }
      extra={
        <Loaded query={{ data: first, error: statement.error, refetch: statement.refetch }} rows={2}>
          {({ totals }) => <CommissionTotals totals={totals} />}
        </Loaded>
      }
    >
      <Tabs activeKey={tab} onChange={showTab} items={tabs} />
      {tab === "missing" ? (
        <MissingCommission
          month={month}
          ownerId={ownerId}
          count={first?.missing_count}
          amount={first?.missing_amount}
          showsOwner={seesOthers && ownerId === undefined}
        />
      ) : tab === "owners" ? (
        <CommissionOwners month={month} onChoose={(chosen) => show({ owner_id: chosen, tab: "entries" })} />
      ) : (
        <CommissionEntries statement={statement} showsOwner={seesOthers && ownerId === undefined} />
      )}
    </Page>
  );
}

function MonthStepper({ month, onChange }: { month: string; onChange: (month: string) => void }) {
  const { t } = useWords();
  const shown = dayjs(`${month}-01`);
  const step = (months: number) => onChange(shown.add(months, "month").format("YYYY-MM"));
  return (
    <span className="month-stepper">
      <Button
        type="text"
        icon={<LeftOutlined />}
        aria-label={t("payments.commission.previous_month")}
        onClick={() => step(-1)}
      />
      <DatePicker
        picker="month"
        allowClear={false}
        aria-label={t("payments.commission.month")}
        value={shown}
        onChange={(chosen) => chosen && onChange(chosen.format("YYYY-MM"))}
      />
      <Button
        type="text"
        icon={<RightOutlined />}
        aria-label={t("payments.commission.next_month")}
        disabled={month >= thisMonth()}
        onClick={() => step(1)}
      />
    </span>
  );
}

interface OwnerChoiceProps {
  month: string;
  ownerId: string | undefined;
  onChange: (ownerId: string | undefined) => void;
}

/** Whose commission: of those who had any in the month. */
function OwnerChoice({ month, ownerId, onChange }: OwnerChoiceProps) {
  const { t } = useWords();
  const owners = query.useQuery("get", "/api/v1/commission-statements/owners", {
    params: { query: { month, page_size: OWNERS_MAX } },
  });
  const options = (owners.data?.items ?? []).map(({ owner_id, owner_name }) => ({
    value: owner_id,
    label: owner_name,
  }));
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      loading={owners.isPending}
      aria-label={t("payments.commission.whose")}
      placeholder={t("payments.commission.everybody")}
      options={options}
      value={ownerId}
      onChange={(chosen: string | undefined) => onChange(chosen)}
      style={{ minWidth: 150 }}
    />
  );
}
