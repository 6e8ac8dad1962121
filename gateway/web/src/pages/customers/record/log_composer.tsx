import { Button, Form, Space } from "antd";
import { useState } from "react";
import { api } from "../../../api/client";
import { forgetForm, keepForm, keptForm } from "../../../forms/kept_form";
import { useMadeOnce } from "../../../forms/made_once";
import { useAction } from "../../../forms/use_action";
import { useWords } from "../../../words";
import { type ContactChoice, LogFields, type LogValues, logBodyOf, logKeptAs } from "./log_fields";

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
  const keptAs = logKeptAs(customerId);
  const [kept] = useState(() => keptForm<LogValues>(keptAs));
  const [isOpen, setOpen] = useState(isOpenAtOnce || kept !== undefined);

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
    forgetForm(keptAs);
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
      initialValues={{ ...NEW, ...initial, ...kept }}
      onFinish={(values) => void save(values)}
      onValuesChange={(_, values) => {
        if (values.content?.trim() || values.next_step?.trim()) {
          keepForm(keptAs, values);
        } else {
          forgetForm(keptAs);
        }
      }}
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
