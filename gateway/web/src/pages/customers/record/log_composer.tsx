import { Button, Form, Space } from "antd";
import { useState } from "react";
import { api } from "../../../api/client";
import { useMadeOnce } from "../../../forms/made_once";
import { useAction } from "../../../forms/use_action";
import { useWords } from "../../../words";
import { draftOf, forgetDraft, keepDraft } from "./log_draft";
import { type ContactChoice, LogFields, type LogValues, logBodyOf } from "./log_fields";

const NEW: Partial<LogValues> = { channel: "call" };

interface LogComposerProps {
  customerId: string;
  contacts: ContactChoice[];
  /** What is known of the touch already: the contact that was to be followed up, say. */
  initial?: Partial<LogValues>;
  isOpenAtOnce?: boolean;
  /** What is read again once it is saved. */
  changed: string[];
  onDone?: () => void;
}

/** A log in one go: one begins to write, and the rest is there; what is not saved survives a reload. */
export function LogComposer(props: LogComposerProps) {
  const { customerId, contacts, initial, isOpenAtOnce = false, changed, onDone } = props;
  const { t } = useWords();
  const { isBusy, act } = useAction();
  const once = useMadeOnce();
  const [form] = Form.useForm<LogValues>();
  const [draft] = useState(() => draftOf(customerId));
  const [isOpen, setOpen] = useState(isOpenAtOnce || draft.content !== undefined);

  async function save(values: LogValues) {
    const isSaved = await act(
      () =>
        once((header) =>
          api.POST("/api/v1/customers/{customer_id}/contact-logs", {
            params: { path: { customer_id: customerId }, header },
            body: logBodyOf(values),
          }),
        ),
      { readAgain: changed, done: t("customers.logs.saved") },
    );
    if (isSaved) {
      clear();
      onDone?.();
    }
  }

  function clear() {
    forgetDraft(customerId);
    form.resetFields();
    form.setFieldsValue({ content: "", next_step: "", contact_id: undefined, at: undefined, follow_up_on: undefined });
    setOpen(false);
  }

  return (
    <Form<LogValues>
      form={form}
      layout="vertical"
      size="middle"
      requiredMark={false}
      className="log-composer"
      initialValues={{ ...NEW, ...initial, ...draft }}
      onFinish={(values) => void save(values)}
      onValuesChange={(_, values) => keepDraft(customerId, values)}
      disabled={isBusy}
      aria-label={t("customers.logs.write")}
    >
      <LogFields contacts={contacts} isShort={!isOpen} onContent={() => setOpen(true)} />
      {isOpen && (
        <Space className="log-composer-end">
          <Button onClick={clear}>{t("common.cancel")}</Button>
          <Button type="primary" htmlType="submit" loading={isBusy}>
            {t("customers.logs.save")}
          </Button>
        </Space>
      )}
    </Form>
  );
}
