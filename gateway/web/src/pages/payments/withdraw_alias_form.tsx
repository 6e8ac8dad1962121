import { Alert, App, Form, Input } from "antd";
import { api, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { FormDrawer } from "../../forms/form_drawer";
import { useMadeOnce } from "../../forms/made_once";
import { useWords } from "../../words";

const CHANGED = ["/api/v1/payer-aliases", "/api/v1/receipts"];

/** Let a payer match a customer no longer. */
export function WithdrawAliasForm({
  alias,
  onClose,
}: {
  alias: Schemas["PayerAlias"] | undefined;
  onClose: () => void;
}) {
  const { t } = useWords();
  const { message } = App.useApp();
  const once = useMadeOnce();
  return (
    <FormDrawer<{ why: string }>
      title={t("payments.aliases.withdraw")}
      isOpen={alias !== undefined}
      onClose={onClose}
      submitWords={t("payments.aliases.withdraw")}
      note={
        <Alert
          type="info"
          showIcon
          title={alias && `${alias.payer_name} → ${alias.customer_name}`}
          description={t("payments.aliases.withdraw_note")}
          style={{ marginBottom: 16 }}
        />
      }
      readAgain={() => readAgain(...CHANGED)}
      onSubmit={async ({ why }) => {
        await once((header) =>
          api.POST("/api/v1/payer-aliases/{alias_id}/withdraw", {
            params: { path: { alias_id: alias?.id ?? "" }, header },
            body: { why },
          }),
        );
        message.success(t("payments.aliases.withdrawn_done"));
        void readAgain(...CHANGED);
      }}
    >
      <Form.Item name="why" label={t("payments.match.why")} rules={[{ required: true, whitespace: true }]}>
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    </FormDrawer>
  );
}
