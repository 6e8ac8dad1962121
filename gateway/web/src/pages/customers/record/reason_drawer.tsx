import { App, Form, Input } from "antd";
import { api, type Schemas } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { FormDrawer } from "../../../forms/form_drawer";
import { useMadeOnce } from "../../../forms/made_once";
import { useWords } from "../../../words";

export type ReasonFor = "release" | "protect" | "unprotect";

interface ReasonDrawerProps {
  customer: Schemas["Customer"];
  /** Undefined: closed. */
  what: ReasonFor | undefined;
  onClose: () => void;
}

/** What is done to a customer with a word why: into the pool; never to fall, or to fall again like any other. */
export function ReasonDrawer({ customer, what, onClose }: ReasonDrawerProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const once = useMadeOnce();
  const shown = what ?? "release";

  async function send({ reason }: { reason: string }) {
    const path = { customer_id: customer.id };
    await once((header) =>
      shown === "release"
        ? api.POST("/api/v1/customers/{customer_id}/release", { params: { path, header }, body: { reason } })
        : api.POST("/api/v1/customers/{customer_id}/protection", {
            params: { path, header },
            body: { is_protected: shown === "protect", reason },
          }),
    );
    message.success(t(`customers.${shown}.done`, { name: customer.name }));
    void readAgain("/api/v1/customers", "/api/v1/dashboard");
  }

  return (
    <FormDrawer<{ reason: string }>
      title={t(`customers.${shown}.title`, { name: customer.name })}
      isOpen={what !== undefined}
      onClose={onClose}
      onSubmit={send}
      submitWords={t(`customers.${shown}.action`)}
      note={<p>{t(`customers.${shown}.note`)}</p>}
      readAgain={() => readAgain("/api/v1/customers")}
    >
      <Form.Item name="reason" label={t("customers.reason")} rules={[{ required: true, whitespace: true, max: 2000 }]}>
        <Input.TextArea autoFocus autoSize={{ minRows: 3, maxRows: 8 }} />
      </Form.Item>
    </FormDrawer>
  );
}
