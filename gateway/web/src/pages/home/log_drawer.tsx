import { App, DatePicker, Form, Input, Radio } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { api, newKey, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { FormDrawer } from "../../forms/form_drawer";
import { useWords } from "../../words";

type NewLog = Schemas["AddContactLog"];

interface Entered {
  channel: NewLog["channel"];
  content: string;
  next_step?: string;
  follow_up_on?: Dayjs | null;
}

const CHANNELS: NewLog["channel"][] = ["call", "wechat", "visit", "email", "other"];
const CONTENT_LENGTH_MAX = 5000;

/** A contact log of now, written where one reads that it is wanted. */
export function LogDrawer({ customer, onClose }: { customer: Schemas["FallingCustomer"]; onClose: () => void }) {
  const { t, term } = useWords();
  const { message } = App.useApp();
  const [key] = useState(newKey);
  const [isOpen, setOpen] = useState(true);

  async function write({ channel, content, next_step, follow_up_on }: Entered) {
    await api.POST("/api/v1/customers/{customer_id}/contact-logs", {
      params: { path: { customer_id: customer.customer_id }, header: { "Idempotency-Key": key } },
      body: {
        channel,
        content,
        at: new Date().toISOString(),
        next_step: next_step ?? "",
        follow_up_on: follow_up_on?.format("YYYY-MM-DD") ?? null,
      } as NewLog,
    });
    message.success(t("home.log.done", { name: customer.customer_name }));
    await readAgain("/api/v1/dashboard", "/api/v1/customers");
  }

  return (
    <FormDrawer<Entered>
      title={t("home.log.title", { name: customer.customer_name })}
      isOpen={isOpen}
      onClose={() => {
        setOpen(false);
        onClose();
      }}
      onSubmit={write}
      initialValues={{ channel: "call" }}
    >
      <Form.Item name="channel" label={t("home.log.channel")} rules={[{ required: true }]}>
        <Radio.Group
          optionType="button"
          options={CHANNELS.map((channel) => ({ value: channel, label: term("channel", channel) }))}
        />
      </Form.Item>
      <Form.Item
        name="content"
        label={t("home.log.content")}
        rules={[{ required: true, whitespace: true, message: t("home.log.content_missing") }]}
      >
        <Input.TextArea autoFocus rows={5} maxLength={CONTENT_LENGTH_MAX} />
      </Form.Item>
      <Form.Item name="next_step" label={t("home.log.next_step")}>
        <Input />
      </Form.Item>
      <Form.Item name="follow_up_on" label={t("home.log.follow_up_on")} extra={t("home.log.follow_up_note")}>
        <DatePicker style={{ width: "100%" }} disabledDate={(date) => date.isBefore(dayjs(), "day")} />
      </Form.Item>
    </FormDrawer>
  );
}
