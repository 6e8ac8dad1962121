import { Grid, Segmented } from "antd";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { query } from "../../api/client";
import { minuteOf, today } from "../../format/dates";
import { Page } from "../../shell/page";
import { type Session, useSession } from "../../shell/session";
import { Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords, type WordKey } from "../../words";
import { BlockedPanel } from "./blocked_panel";
import { DuesPanel } from "./dues_panel";
import { FallsPanel } from "./falls_panel";
import { FunnelPanel } from "./funnel_panel";
import "./home.css";
import { AwayPanel, type Dashboard, type DashboardPart } from "./panel";
import { ProfitPanel } from "./profit_panel";
import { ShortcutsPanel } from "./shortcuts_panel";
import { TodoPanel } from "./todo_panel";
import { UnreadPanel } from "./unread_panel";
import { WAITING_ASKED, WaitingPanel } from "./waiting_panel";

const DAYS_AHEAD = [7, 14, 30];
const ROWS = 5;

/** What one is to know and to do today: what the month has brought, what waits, what will be lost unless something is done. */
export function HomePage() {
  const { t, language } = useWords();
  useTitle(t("home.title"));
  const session = useSession();
  const [params, setParams] = useSearchParams();
  const month = params.get("month") ?? undefined;
  const daysAhead = DAYS_AHEAD.find((days) => String(days) === params.get("days")) ?? DAYS_AHEAD[0];
  const dashboard = query.useQuery(
    "get",
    "/api/v1/dashboard",
    { params: { query: { month, within_days: daysAhead, first: ROWS } } },
    { placeholderData: (before) => before },
  );
  const looksAhead =
    session.may("receivables.read") || (dashboard.data !== undefined && showsFalls(dashboard.data, session));
  // Asked along with the rest, for the part that shows it.
  query.useQuery("get", "/api/v1/processes", WAITING_ASKED, { enabled: !session.may("commission.read") });
  return (
    <Page
      title={t(greetingNow(), { name: session.user.name })}
      note={<span className="quiet">{dateWords(language)}</span>}
      actions={
        looksAhead && (
          <>
            <span className="quiet" aria-hidden="true">
              {t("home.ahead")}
            </span>
            <Segmented
              aria-label={t("home.ahead")}
              value={daysAhead}
              options={DAYS_AHEAD.map((days) => ({ value: days, label: t("home.ahead_days", { count: days }) }))}
              onChange={(days) =>
                setParams(
                  (before) => {
                    const after = new URLSearchParams(before);
                    after.set("days", String(days));
                    return after;
                  },
                  { replace: true, preventScrollReset: true },
                )
              }
            />
          </>
        )
      }
    >
      <Loaded query={dashboard} rows={10}>
        {(data) => <Parts dashboard={data} onRetry={() => void dashboard.refetch()} />}
      </Loaded>
    </Page>
  );
}

interface Placed {
  key: string;
  isAside: boolean;
  panel: ReactNode;
}

function Parts({ dashboard, onRetry }: { dashboard: Dashboard; onRetry: () => void }) {
  const { t } = useWords();
  const session = useSession();
  const isWide = Grid.useBreakpoint().xl ?? true;
  const placed = place(dashboard, session, (part, title) => {
    const missing = dashboard.missing.find((each) => each.part === part);
    return missing && <AwayPanel title={t(title)} message={missing.message} onRetry={onRetry} />;
  });
  if (!isWide) {
    return (
      <div className="home">
        <div className="home-column">
          {placed.map(({ key, panel }) => (
            <div key={key}>{panel}</div>
          ))}
        </div>
      </div>
    );
  }
  return (
    <div className="home home-wide">
      {[false, true].map((isAside) => (
        <div key={String(isAside)} className="home-column">
          {placed
            .filter((each) => each.isAside === isAside)
            .map(({ key, panel }) => (
              <div key={key}>{panel}</div>
            ))}
        </div>
      ))}
    </div>
  );
}

/** Which parts there are for this reader, in the order in which they are read on a phone. */
function place(
  dashboard: Dashboard,
  session: Session,
  away: (part: DashboardPart, title: WordKey) => ReactNode,
): Placed[] {
  const { profit_and_commission, to_dos, funnel, falls, due_bills, blocked_commission } = dashboard;
  const isOfMoney = session.may("commission.read");
  const looksAfterCustomers = session.may("customers.write");
  // Who sees no customer of his or her own has no funnel, only the pool that everybody sees.
  const hasFunnel = funnel?.items.some(({ tier, count }) => tier !== "pool" && count > 0) || looksAfterCustomers;
  const parts: (Placed | false)[] = [
    isOfMoney && {
      key: "profit",
      isAside: false,
      panel: profit_and_commission ? (
        <ProfitPanel profit={profit_and_commission} />
      ) : (
        away("profit_and_commission", "home.profit.title")
      ),
    },
    {
      key: "todo",
      isAside: isOfMoney,
      panel: to_dos ? <TodoPanel todos={to_dos} /> : away("to_dos", "home.todo.title"),
    },
    !isOfMoney && to_dos !== null && to_dos.total > 0 && { key: "waiting", isAside: false, panel: <WaitingPanel /> },
    isOfMoney && {
      key: "blocked",
      isAside: false,
      panel: blocked_commission ? (
        <BlockedPanel blocked={blocked_commission} />
      ) : (
        away("blocked_commission", "home.blocked.title")
      ),
    },
    {
      key: "falls",
      isAside: false,
      panel: falls ? showsFalls(dashboard, session) && <FallsPanel falls={falls} /> : away("falls", "home.falls.title"),
    },
    {
      key: "funnel",
      isAside: true,
      panel: funnel ? hasFunnel && <FunnelPanel funnel={funnel} /> : away("funnel", "home.funnel.title"),
    },
    {
      key: "dues",
      isAside: true,
      panel: due_bills ? <DuesPanel dues={due_bills} /> : away("due_bills", "home.dues.title"),
    },
    session.may("messages.read") && { key: "unread", isAside: true, panel: <UnreadPanel /> },
    !session.is("sales", "sales_lead") && { key: "shortcuts", isAside: true, panel: <ShortcutsPanel /> },
  ];
  return parts.filter((each) => each !== false).filter(({ panel }) => Boolean(panel));
}

/** Nobody who looks after no customers is told that none of them falls. */
function showsFalls({ falls }: Dashboard, session: Session): boolean {
  return (falls?.total ?? 0) > 0 || session.may("customers.write");
}

function greetingNow(): WordKey {
  const hour = Number(minuteOf(new Date()).slice(11, 13));
  if (hour < 5 || hour >= 18) {
    return "home.greeting.evening";
  }
  return hour < 12 ? "home.greeting.morning" : "home.greeting.afternoon";
}

function dateWords(language: string): string {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : "zh-CN", {
    month: "long",
    day: "numeric",
    weekday: "long",
    timeZone: "UTC",
  }).format(new Date(`${today()}T00:00:00Z`));
}
