import { Alert, Space } from "antd";
import { useMemo } from "react";
import { query } from "../../../api/client";
import { useListAddress } from "../../../list/address";
import { type Filter, FilterControl } from "../../../list/filters";
import { Page } from "../../../shell/page";
import { useSession } from "../../../shell/session";
import { EmptyState, Loaded } from "../../../shell/states";
import { useTitle } from "../../../shell/tabs";
import { useWords } from "../../../words";
import "../office.css";
import { LinkButton } from "../../../shell/link_button";
import { ProcessTable } from "./process_table";
import { WaitedForTable } from "./waited_for_table";

const NONE: string[] = [];

/** How many processes, how long they took and where, and whom they wait for. */
export function StatisticsPage() {
  const { t, named } = useWords();
  useTitle(t("shell.menu.statistics"));
  const { may } = useSession();
  const { data: definitions } = query.useQuery("get", "/api/v1/process-definitions", undefined, { staleTime: 60_000 });
  const filters = useMemo<Filter[]>(
    () => [
      {
        kind: "choice",
        name: "code",
        label: t("office.statistics.process"),
        options: (definitions?.items ?? []).map((each) => ({ value: each.code, label: named(each) })),
      },
      { kind: "dates", from: "from", to: "to", label: t("office.statistics.started") },
    ],
    [t, named, definitions],
  );
  const { values, set } = useListAddress(filters, NONE);
  const statistics = query.useQuery("get", "/api/v1/process-statistics", { params: { query: values } });
  return (
    <Page
      title={t("shell.menu.statistics")}
      note={
        statistics.data && (
          <span className="quiet">
            {statistics.data.from} – {statistics.data.to}
          </span>
        )
      }
      extra={
        <Space wrap>
          {filters.map((filter) => (
            <div key={filter.kind === "choice" ? filter.name : "dates"} style={{ width: 260 }}>
              <FilterControl filter={filter} values={values} set={set} />
            </div>
          ))}
        </Space>
      }
    >
      <Loaded query={statistics} rows={12}>
        {({ items, people }) => {
          const shown = items.filter(({ started }) => started > 0);
          return (
            <>
              {may("processes.administer") && (
                <Alert
                  type="info"
                  showIcon
                  title={t("office.statistics.stuck_note")}
                  action={
                    <LinkButton size="small" to="/processes?box=visible&stuck=true">
                      {t("office.statistics.stuck")}
                    </LinkButton>
                  }
                  style={{ marginBottom: 16 }}
                />
              )}
              <section className="office-panel">
                <div className="office-panel-head">
                  <h2>{t("office.statistics.by_process")}</h2>
                  <span className="quiet">{t("office.statistics.duration_note")}</span>
                </div>
                {shown.length === 0 ? (
                  <EmptyState words={t("office.statistics.empty")} />
                ) : (
                  <ProcessTable items={shown} />
                )}
              </section>
              <section className="office-panel">
                <div className="office-panel-head">
                  <h2>{t("office.statistics.waited_for")}</h2>
                  <span className="quiet">{t("office.statistics.waited_for_note")}</span>
                </div>
                <WaitedForTable people={people} />
              </section>
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
