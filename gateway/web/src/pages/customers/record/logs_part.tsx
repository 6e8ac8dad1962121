import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Form, Input, Tag, Timeline } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { api, type Schemas } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { minuteOf, nearDay } from "../../../format/dates";
import { changesOf } from "../../../forms/changes";
import { FollowRecord } from "../../../forms/follow_record";
import { FormDrawer } from "../../../forms/form_drawer";
import { useMadeOnce } from "../../../forms/made_once";
import { useAction } from "../../../forms/use_action";
import { useSession } from "../../../shell/session";
import { EmptyState } from "../../../shell/states";
import { useWords } from "../../../words";
import { LogFields, type LogValues, logBodyOf, pickedOf } from "./log_fields";
import { useShown } from "./overview";
import { More, useWhole } from "./part";

type Log = Schemas["ContactLog"];

/** When the touch was: when it was written down, unless said. */
const timeOf = ({ at, created_at }: Log) => at ?? created_at;

/** Every touch with the customer, the latest first: what was said, what comes next, what was added afterwards. */
export function LogsPart() {
  const { t } = useWords();
  const { overview } = useShown();
  const [editedId, setEditedId] = useState<string>();
  const { rows, more, isLoading } = useWhole(
    "/api/v1/customers/{customer_id}/contact-logs",
    { path: { customer_id: overview.customer.id } },
    overview.contact_logs,
  );
  if (rows.length === 0) {
    return <EmptyState words={t("customers.logs.empty")} />;
  }
  return (
    <section className="part">
      <Timeline
        className="logs"
        items={rows.map((log) => ({ key: log.id, content: <Entry log={log} onEdit={() => setEditedId(log.id)} /> }))}
      />
      <More section={overview.contact_logs} more={more} isLoading={isLoading} />
      <EditLogDrawer log={rows.find(({ id }) => id === editedId)} onClose={() => setEditedId(undefined)} />
    </section>
  );
}

function Entry({ log, onEdit }: { log: Log; onEdit: () => void }) {
  const { t, term } = useWords();
  const { user } = useSession();
  const { mayWrite } = useShown();
  const [isAdding, setAdding] = useState(false);
  const isEditable = mayWrite && log.author_id === user.id && Date.parse(log.editable_until) > Date.now();
  return (
    <article className="log">
      <div className="log-head">
        <span className="figure">{minuteOf(timeOf(log))}</span>
        <Tag>{term("channel", log.channel)}</Tag>
        {log.contact_name && <strong>{log.contact_name}</strong>}
        <span className="quiet">{log.author_name}</span>
        <span className="list-gap" />
        {isEditable && (
          <Button
            type="text"
            size="small"
            icon={<EditOutlined />}
            title={t("customers.logs.editable_until", { until: minuteOf(log.editable_until) })}
            onClick={onEdit}
          >
            {t("common.edit")}
          </Button>
        )}
        {mayWrite && !isAdding && (
          <Button type="text" size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
            {t("customers.logs.add_to")}
          </Button>
        )}
      </div>
      <p className="as-written">{log.content}</p>
      {(log.next_step || log.follow_up_on) && (
        <p className="log-next">
          <span className="quiet">{t("customers.logs.next")}</span> {log.next_step}
          {log.follow_up_on && <Tag>{nearDay(log.follow_up_on)}</Tag>}
        </p>
      )}
      {log.additions.map(({ id, content, author_name, created_at }) => (
        <p key={id} className="log-addition as-written">
          <span className="quiet">
            {minuteOf(created_at)} {author_name}
          </span>
          {"\n"}
          {content}
        </p>
      ))}
      {isAdding && <Addition log={log} onEnd={() => setAdding(false)} />}
    </article>
  );
}

function Addition({ log, onEnd }: { log: Log; onEnd: () => void }) {
  const { t } = useWords();
  const { changed } = useShown();
  const { isBusy, act } = useAction();
  const once = useMadeOnce();

  async function add({ content }: { content: string }) {
    const isAdded = await act(
      () =>
        once((header) =>
          api.POST("/api/v1/customers/{customer_id}/contact-logs/{log_id}/additions", {
            params: { path: { customer_id: log.customer_id, log_id: log.id }, header },
            body: { content },
          }),
        ),
      { readAgain: changed },
    );
    if (isAdded) {
      onEnd();
    }
  }

  return (
    <Form<{ content: string }> layout="inline" className="log-add" onFinish={(values) => void add(values)}>
      <Form.Item name="content" rules={[{ required: true, whitespace: true, max: 5000 }]}>
        <Input.TextArea
          autoFocus
          autoSize={{ minRows: 1, maxRows: 6 }}
          placeholder={t("customers.logs.add_to_hint")}
          aria-label={t("customers.logs.add_to")}
        />
      </Form.Item>
      <Button onClick={onEnd}>{t("common.cancel")}</Button>
      <Button type="primary" htmlType="submit" loading={isBusy}>
        {t("common.add")}
      </Button>
    </Form>
  );
}

/** Within 24 hours of its making its author may change a log. */
function EditLogDrawer({ log, onClose }: { log: Log | undefined; onClose: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const { overview, changed } = useShown();

  async function change(values: LogValues) {
    if (log === undefined) {
      return;
    }
    await api.PATCH("/api/v1/customers/{customer_id}/contact-logs/{log_id}", {
      params: { path: { customer_id: log.customer_id, log_id: log.id } },
      body: { ...changesOf(logBodyOf(valuesOf(log)), logBodyOf(values)), version: log.version },
    });
    message.success(t("common.saved"));
    void readAgain(...changed);
  }

  return (
    <FormDrawer<LogValues>
      title={t("customers.logs.edit")}
      isOpen={log !== undefined}
      onClose={onClose}
      onSubmit={change}
      initialValues={log && valuesOf(log)}
      readAgain={() => readAgain(...changed)}
    >
      {log && <FollowRecord version={log.version} values={valuesOf(log)} />}
      <LogFields contacts={overview.contacts.items} />
    </FormDrawer>
  );
}

function valuesOf(log: Log): LogValues {
  const { channel, content, contact_id, next_step, follow_up_on } = log;
  return {
    channel,
    content,
    contact_id,
    next_step,
    at: pickedOf(timeOf(log)),
    follow_up_on: follow_up_on ? dayjs(follow_up_on) : null,
  };
}
