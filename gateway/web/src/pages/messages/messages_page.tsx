import { CheckOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Grid, Tag } from "antd";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { api, type Schemas } from "../../api/client";
import { ago, minuteOf } from "../../format/dates";
import { useAction } from "../../forms/use_action";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { CustomerSelect } from "../../pick/selects";
import { LinkButton } from "../../shell/link_button";
import { useCounters } from "../../shell/live";
import { Page } from "../../shell/page";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import "./messages.css";
import { PlaceMenu, PlaceSelect } from "./place_chooser";
import { usePlaces } from "./places";

type Message = RowOf<"/api/v1/messages">;

const CATEGORIES: Message["category"][] = ["task", "funnel", "contract", "billing", "payment", "customer", "system"];
const KEPT = ["place"];

/** The inbox: what is unread stands first; opening a message leads to the page where one acts. */
export function MessagesPage() {
  const { t } = useWords();
  useTitle(t("messages.title"));
  const isWide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const place = params.get("place") ?? undefined;
  const { total } = useCounters();
  const { tree, nameOf } = usePlaces();
  const { act, isBusy } = useAction();
  const columns = useColumns(nameOf);
  const filters = useFilters();
  const fixed = useMemo(() => (place === undefined ? undefined : { place }), [place]);
  const readAgain = useMemo(() => ["/api/v1/messages", "/api/v1/counters"], []);

  const markRead = useCallback(
    (ids: string[] | null, done?: string) =>
      act(() => api.POST("/api/v1/messages/read", { body: { ids } }), { readAgain, done }),
    [act, readAgain],
  );
  const open = useCallback(
    (message: Message) => {
      if (!message.read) {
        void markRead([message.id]);
      }
    },
    [markRead],
  );
  /** All of the inbox at once; or what it is narrowed to, as often as there is more of it than one request marks. */
  async function markShown(search: URLSearchParams, rows: Message[]) {
    if (hasOnly(search, "read")) {
      await markRead(null, t("messages.all_read"));
      return;
    }
    const matching = meantBy(search, rows);
    await act(
      async () => {
        let isAll = false;
        while (!isAll) {
          const { data } = await api.POST("/api/v1/messages/read", { body: { ids: null, matching } });
          isAll = data?.is_all ?? true;
        }
      },
      { readAgain, done: t("messages.these_read") },
    );
  }

  const choose = (chosen: string | undefined) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (chosen === undefined) {
          after.delete("place");
        } else {
          after.set("place", chosen);
        }
        return after;
      },
      { replace: true },
    );

  return (
    <Page
      title={place === undefined ? t("messages.title") : nameOf(place)}
      note={<span className="quiet">{total > 0 && place === undefined && t("shell.unread", { count: total })}</span>}
      actions={
        <LinkButton to="/settings?tab=messages" icon={<SettingOutlined />}>
          {t("messages.settings")}
        </LinkButton>
      }
      extra={!isWide && <PlaceSelect tree={tree} total={total} chosen={place} onChoose={choose} />}
      isFilled
    >
      <div className="inbox">
        {isWide && <PlaceMenu tree={tree} total={total} chosen={place} />}
        <RecordList
          name="messages"
          path="/api/v1/messages"
          fixed={fixed}
          kept={KEPT}
          columns={columns}
          filters={filters}
          addressOf={addressOf}
          onFollow={open}
          rowClass={classOf}
          empty={t("messages.empty")}
          bulk={(rows, clear) => (
            <Button
              size="small"
              icon={<CheckOutlined />}
              disabled={isBusy}
              onClick={() =>
                void markRead(
                  rows.map(({ id }) => id),
                  t("messages.these_read"),
                ).then((isDone) => isDone && clear())
              }
            >
              {t("messages.mark_selected")}
            </Button>
          )}
          canSelect={isUnread}
          actions={(search, rows) => (
            <Button
              icon={<CheckOutlined />}
              disabled={isBusy || total === 0}
              onClick={() => void markShown(search, rows)}
            >
              {t(hasOnly(search, "read") ? "messages.mark_all" : "messages.mark_these")}
            </Button>
          )}
        />
      </div>
    </Page>
  );
}

/** What the list is narrowed to. Where it begins with the newest, what came since it was read is not meant. */
function meantBy(search: URLSearchParams, rows: Message[]): Schemas["MessagesMeant"] {
  const { sort, read: _, archived: __, q = "", ...narrowed } = Object.fromEntries(search);
  const newest = sort === "posted_at" ? undefined : rows[0];
  return { ...narrowed, q, shown_until: newest?.posted_at ?? null } as Schemas["MessagesMeant"];
}

const addressOf = ({ link }: Message) => link;
const isUnread = ({ read, done }: Message) => !read && !done;
const classOf = (message: Message) =>
  message.done ? "message-done" : message.read ? "message-read" : "message-unread";

function hasOnly(search: URLSearchParams, name: string): boolean {
  return [...search.keys()].every((key) => key === name || key === "sort");
}

function useColumns(nameOf: (place: string) => string): Column<Message>[] {
  const { t, term, language } = useWords();
  return useMemo(
    () => [
      {
        key: "message",
        title: t("messages.message"),
        width: 400,
        onPhone: "title",
        show: (message) => (
          <span className="message" title={message.text[language]}>
            {isUnread(message) && (
              <span className="message-dot" role="img" aria-label={t("messages.unread")} title={t("messages.unread")} />
            )}
            <span className="message-title">{message.title[language]}</span>
            <span className="message-text">{message.text[language]}</span>
          </span>
        ),
      },
      {
        key: "severity",
        title: t("messages.severity"),
        width: 84,
        onPhone: "corner",
        show: (message) =>
          message.done ? (
            <Tag>{t("messages.done")}</Tag>
          ) : message.severity === "info" ? null : (
            <Tag color={message.severity === "action" ? "processing" : "warning"}>
              {term("severity", message.severity)}
            </Tag>
          ),
      },
      {
        key: "place",
        title: t("messages.place"),
        width: 150,
        onPhone: "line",
        show: ({ place }) => nameOf(place),
      },
      {
        key: "category",
        title: t("messages.category"),
        width: 90,
        isHidden: true,
        show: ({ category }) => term("category", category),
      },
      {
        key: "posted_at",
        title: t("messages.posted_at"),
        width: 155,
        sort: "posted_at",
        onPhone: "line",
        show: ({ posted_at }) => (
          <time dateTime={posted_at} title={minuteOf(posted_at)}>
            {ago(posted_at)}
          </time>
        ),
      },
    ],
    [t, term, language, nameOf],
  );
}

function useFilters(): Filter[] {
  const { t, term } = useWords();
  return useMemo<Filter[]>(
    () => [
      { kind: "text", name: "q", label: t("messages.search") },
      {
        kind: "choice",
        name: "read",
        label: t("messages.state"),
        options: [
          { value: "false", label: t("messages.unread") },
          { value: "true", label: t("messages.read") },
        ],
      },
      {
        kind: "choice",
        name: "category",
        label: t("messages.category"),
        options: CATEGORIES.map((category) => ({ value: category, label: term("category", category) })),
      },
      {
        kind: "own",
        names: ["customer_id"],
        label: t("messages.customer"),
        show: (values, set) => (
          <CustomerSelect
            isClearable
            label={t("messages.customer")}
            placeholder={t("messages.customer")}
            value={values.customer_id ?? null}
            onChange={(customer_id) => set({ customer_id })}
          />
        ),
      },
      { kind: "days", from: "since", to: "until", label: t("messages.posted_at") },
      {
        kind: "choice",
        name: "archived",
        label: t("messages.archive"),
        options: [{ value: "true", label: t("messages.archived") }],
      },
    ],
    [t, term],
  );
}
