import { Alert, App, Checkbox, Form, Input } from "antd";
import { api, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { FormDrawer } from "../../forms/form_drawer";
import { useMadeOnce } from "../../forms/made_once";
import { useWords } from "../../words";
import { CHANGED_BY_MATCH } from "./receipt_match";

interface UnmatchFormProps {
  receipt: Schemas["ReceiptDetail"];
  isOpen: boolean;
  onClose: () => void;
}

/** Undo a match, with the reason. */
export function UnmatchForm({ receipt, isOpen, onClose }: UnmatchFormProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const once = useMadeOnce();
  return (
    <FormDrawer<{ why: string; withdraw_alias?: boolean }>
      title={t("payments.match.unmatch")}
      isOpen={isOpen}
      onClose={onClose}
      submitWords={t("payments.match.unmatch")}
      note={<Alert type="info" showIcon title={t("payments.match.unmatch_note")} style={{ marginBottom: 16 }} />}
      readAgain={() => readAgain(...CHANGED_BY_MATCH)}
      onSubmit={async ({ why, withdraw_alias = false }) => {
        await once((header) =>
          api.POST("/api/v1/receipts/{receipt_id}/unmatch", {
            params: { path: { receipt_id: receipt.id }, header },
            body: { why, withdraw_alias },
          }),
        );
        message.success(t("payments.match.unmatched_done"));
        void readAgain(...CHANGED_BY_MATCH);
      }}
    >
      <Form.Item name="why" label={t("payments.match.why")} rules={[{ required: true, whitespace: true }]}>
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
      <Form.Item name="withdraw_alias" valuePropName="checked">
        <Checkbox>{t("payments.match.withdraw_alias")}</Checkbox>
      </Form.Item>
    </FormDrawer>
  );
}
