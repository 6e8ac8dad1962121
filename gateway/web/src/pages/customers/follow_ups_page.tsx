import { Button, Drawer, Segmented } from "antd";
import dayjs from "dayjs";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { query } from "../../api/client";
import { daysBetween, minuteOf, nearDay, today } from "../../format/dates";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { ownerFilter } from "../../pick/owner_filters";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { LogComposer } from "./record/log_composer";
import "./record/record.css";

type FollowUp = RowOf<"/api/v1/follow-ups">;

const WHEN = ["due", "overdue", "today", "coming", "all"] as const;
type When = (typeof WHEN)[number];

const KEPT = ["when"];
const CHANGED = ["/api/v1/follow-ups", "/api/v1/customers", "/api/v1/dashboard"];

function boundsOf(when: When): Record<string, string> {
  const day = (ahead: number) => dayjs(today()).add(ahead, "day").format("YYYY-MM-DD");
  switch (when) {
    case "due":
      return { to: today() };
    case "overdue":
      return { to: day(-1) };
    case "today":
      return { from: today(), to: today() };
    case "coming":
      return { from: day(1) };
    case "all":
      return {};
  }
}

/** What was planned with customers: done by writing the log of the touch, right here. */
export function FollowUpsPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.follow_ups"));
  const { is } = useSession();
  const [params, setParams] = useSearchParams();
  const asked = params.get("when") as When;
  const when = WHEN.includes(asked) ? asked : "due";
  const fixed = useMemo(() => boundsOf(when), [when]);
  const [written, setWritten] = useState<FollowUp>();
  const columns = useFollowUpColumns(setWritten);
  const filters = useMemo(() => (is("sales") ? [] : [ownerFilter(t("customers.owner"))]), [t, is]);
  return (
    <Page
      title={t("shell.menu.follow_ups")}
      isFilled
      extra={
        <Segmented<When>
          value={when}
          aria-label={t("customers.follow_ups.when")}
          options={WHEN.map((value) => ({ value, label: t(`customers.follow_ups.${value}`) }))}
          onChange={(chosen) =>
            setParams(
              (before) => {
                const after = new URLSearchParams(before);
                after.set("when", chosen);
                return after;
              },
              { replace: true },
            )
          }
        />
      }
    >
      <RecordList
        name="follow_ups"
        path="/api/v1/follow-ups"
        fixed={fixed}
        columns={columns}
        filters={filters}
        kept={KEPT}
        onOpen={setWritten}
        empty={t(`customers.follow_ups.empty_${when}`)}
      />
      <WriteDrawer followUp={written} onClose={() => setWritten(undefined)} />
    </Page>
  );
}

function useFollowUpColumns(onWrite: (followUp: FollowUp) => void): Column<FollowUp>[] {
  const { t, term } = useWords();
  const { may } = useSession();
  const mayWrite = may("customers.write");
  return useMemo(() => {
    const columns: Column<FollowUp>[] = [
      {
        key: "next",
        title: t("customers.logs.next_step"),
        width: 200,
        show: ({ next_step }) => next_step || t("customers.follow_ups.planned"),
        onPhone: "title",
      },
      {
        key: "customer",
        title: t("customers.customer"),
        width: 240,
        show: ({ customer_id, customer_name }) => (
          <Link to={`/customers/${customer_id}?tab=logs`} onClick={(event) => event.stopPropagation()}>
            {customer_name}
          </Link>
        ),
        onPhone: "line",
      },
      {
        key: "on",
        title: t("customers.follow_ups.on"),
        width: 120,
        sort: "follow_up_on",
        show: ({ follow_up_on }) => (
          <span className={daysBetween(today(), follow_up_on) < 0 ? "loss" : undefined} title={follow_up_on}>
            {nearDay(follow_up_on)}
          </span>
        ),
        onPhone: "corner",
      },
      {
        key: "contact",
        title: t("customers.logs.contact"),
        width: 160,
        show: ({ contact_name, contact_mobile }) =>
          contact_name === null ? (
            "–"
          ) : (
            <>
              {contact_name}{" "}
              {contact_mobile && (
                <a href={`tel:${contact_mobile}`} onClick={(event) => event.stopPropagation()}>
                  {contact_mobile}
                </a>
              )}
            </>
          ),
        onPhone: "line",
      },
      {
        key: "last",
        title: t("customers.follow_ups.last"),
        width: 220,
        show: ({ at, channel, content }) => (
          <span title={content}>
            <span className="quiet">
              {minuteOf(at).slice(5)} {term("channel", channel)}
            </span>{" "}
            {content}
          </span>
        ),
      },
      { key: "owner", title: t("customers.owner"), width: 100, show: ({ owner_name }) => owner_name },
    ];
    const write: Column<FollowUp> = {
      key: "write",
      title: t("common.actions"),
      width: 110,
      show: (followUp) => (
        <Button
          size="small"
          type="primary"
          aria-label={`${t("customers.logs.write")} ${followUp.customer_name}`}
          onClick={(event) => {
            event.stopPropagation();
            onWrite(followUp);
          }}
        >
          {t("customers.logs.write")}
        </Button>
      ),
      onPhone: "line",
    };
    return mayWrite ? [...columns, write] : columns;
  }, [t, term, mayWrite, onWrite]);
}

/** The log that does the follow-up, with what was planned before one's eyes. */
function WriteDrawer({ followUp, onClose }: { followUp: FollowUp | undefined; onClose: () => void }) {
  const { t, term } = useWords();
  const contacts = query.useQuery(
    "get",
    "/api/v1/customers/{customer_id}/contacts",
    { params: { path: { customer_id: followUp?.customer_id ?? "" }, query: { page_size: 200 } } },
    { enabled: followUp !== undefined },
  );
  return (
    <Drawer
      open={followUp !== undefined}
      onClose={onClose}
      title={followUp && <Link to={`/customers/${followUp.customer_id}?tab=logs`}>{followUp.customer_name}</Link>}
      size={480}
      destroyOnHidden
    >
      {followUp && (
        <div className="parts">
          <section className="planned">
            <strong>{followUp.next_step || t("customers.follow_ups.planned")}</strong>
            <p className="quiet">
              {minuteOf(followUp.at)} {term("channel", followUp.channel)} {followUp.contact_name}
            </p>
            <p className="as-written">{followUp.content}</p>
          </section>
          <Loaded query={contacts} rows={4}>
            {({ items }) => (
              <LogComposer
                key={followUp.id}
                customerId={followUp.customer_id}
                contacts={items}
                initial={{ contact_id: followUp.contact_id }}
                isOpenAtOnce
                changed={CHANGED}
                onDone={onClose}
              />
            )}
          </Loaded>
        </div>
      )}
    </Drawer>
  );
}
