import { Alert, Form, Input, Radio } from "antd";
import { api, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { FormDrawer } from "../../forms/form_drawer";
import { useMadeOnce } from "../../forms/made_once";
import { CustomerSelect } from "../../pick/selects";
import { useWords } from "../../words";
import { CHANGED_BY_MATCH } from "./receipt_match";

/** How the form begins: with a customer, and why it was asked for. */
export interface AssignFormStart {
  customerId?: string;
  note?: string;
}

interface AssignValues {
  customer_id: string;
  why?: string;
  remember: "auto" | "yes" | "no";
}

const REMEMBERED = { auto: null, yes: true, no: false } as const;

interface AssignFormProps {
  receipt: Schemas["ReceiptDetail"];
  /** Undefined while it is closed. */
  start: AssignFormStart | undefined;
  onClose: () => void;
  onAssigned: (receipt: Schemas["ReceiptDetail"]) => void;
}

/** Say whose a receipt is, and whether its payer is remembered. */
export function AssignForm({ receipt, start, onClose, onAssigned }: AssignFormProps) {
  const { t } = useWords();
  const once = useMadeOnce();
  return (
    <FormDrawer<AssignValues>
      title={t("payments.receipts.panel", { payer: receipt.payer_name })}
      isOpen={start !== undefined}
      onClose={onClose}
      initialValues={{ customer_id: start?.customerId, remember: "auto" }}
      submitWords={t("payments.match.assign")}
      note={start?.note && <Alert type="warning" showIcon title={start.note} style={{ marginBottom: 16 }} />}
      readAgain={() => readAgain(...CHANGED_BY_MATCH)}
      onSubmit={async ({ customer_id, why, remember }) => {
        const { data } = await once((header) =>
          api.POST("/api/v1/receipts/{receipt_id}/assign", {
            params: { path: { receipt_id: receipt.id }, header },
            body: { customer_id, why: why ?? "", remember: REMEMBERED[remember] },
          }),
        );
        if (data !== undefined) {
          onAssigned(data);
        }
        void readAgain(...CHANGED_BY_MATCH);
      }}
    >
      <Form.Item name="customer_id" label={t("payments.customer")} rules={[{ required: true }]}>
        <CustomerSelect />
      </Form.Item>
      <Form.Item name="why" label={t("payments.match.why")}>
        <Input.TextArea rows={3} maxLength={500} placeholder={t("payments.match.why_hint")} />
      </Form.Item>
      <Form.Item name="remember" label={t("payments.match.remember")} extra={t("payments.match.remember_note")}>
        <Radio.Group
          optionType="button"
          options={(["auto", "yes", "no"] as const).map((value) => ({
            value,
            label: t(`payments.match.remember_${value}`),
          }))}
        />
      </Form.Item>
    </FormDrawer>
  );
}
