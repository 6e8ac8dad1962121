import { Button, Card, Popconfirm, Tag } from "antd";
import { api, query, type Schemas } from "../../api/client";
import { ago, minuteOf } from "../../format/dates";
import { useAction } from "../../forms/use_action";
import { Loaded } from "../../shell/states";
import { useWords } from "../../words";
import { agentOf } from "./agent";

const READ_AGAIN = ["/api/v1/sessions"];

/** Where one is signed in, and how to end that elsewhere. */
export function SessionsPart() {
  const { t } = useWords();
  const sessions = query.useQuery("get", "/api/v1/sessions");
  const { act, isBusy } = useAction();
  const others = sessions.data?.items.filter(({ current }) => !current) ?? [];
  return (
    <div className="settings">
      <Card
        title={t("messages.own.signed_in")}
        extra={
          others.length > 0 && (
            <Popconfirm
              title={t("messages.own.end_others_ask", { count: others.length })}
              okText={t("messages.own.end_others")}
              cancelText={t("common.cancel")}
              onConfirm={() =>
                act(() => api.DELETE("/api/v1/sessions"), { readAgain: READ_AGAIN, done: t("messages.own.ended") })
              }
            >
              <Button danger disabled={isBusy}>
                {t("messages.own.end_others")}
              </Button>
            </Popconfirm>
          )
        }
      >
        <Loaded query={sessions}>
          {({ items }) => (
            <ul className="sessions">
              {items.map((session) => (
                <SessionRow
                  key={session.id}
                  session={session}
                  isBusy={isBusy}
                  onEnd={() =>
                    act(
                      () =>
                        api.DELETE("/api/v1/sessions/{session_id}", { params: { path: { session_id: session.id } } }),
                      { readAgain: READ_AGAIN, done: t("messages.own.ended") },
                    )
                  }
                />
              ))}
            </ul>
          )}
        </Loaded>
      </Card>
    </div>
  );
}

function SessionRow(props: { session: Schemas["BegunSession"]; isBusy: boolean; onEnd: () => unknown }) {
  const { session, isBusy, onEnd } = props;
  const { t } = useWords();
  const agent = agentOf(session.agent) ?? t("messages.own.agent_unknown");
  return (
    <li>
      <div>
        <strong>{agent}</strong>
        {session.current && <Tag color="success">{t("messages.own.current")}</Tag>}
        <p className="quiet">
          {session.address} · {t(session.kind === "oidc" ? "messages.own.by_provider" : "messages.own.by_password")} ·{" "}
          {t("messages.own.begun", { at: minuteOf(session.created_at) })} ·{" "}
          {t("messages.own.used", { at: ago(session.used_at) })}
        </p>
      </div>
      {!session.current && (
        <Button size="small" disabled={isBusy} aria-label={t("messages.own.end_of", { agent })} onClick={onEnd}>
          {t("messages.own.end")}
        </Button>
      )}
    </li>
  );
}
