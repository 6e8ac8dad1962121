import { App, DatePicker, Form, Input, InputNumber } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { api } from "../../api/client";
import { readAgain } from "../../api/queries";
import { minuteOf } from "../../format/dates";
import { FormDrawer } from "../../forms/form_drawer";
import { useMadeOnce } from "../../forms/made_once";
import { useWords } from "../../words";
import { CHANGED_BY_MATCH } from "./receipt_match";

interface ReceiptValues {
  bank_account: string;
  reference: string;
  received_at: Dayjs;
  payer_name: string;
  payer_account?: string;
  amount: string;
  remark?: string;
}

/** Type in a receipt. */
export function RecordReceiptForm({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const once = useMadeOnce();
  return (
    <FormDrawer<ReceiptValues>
      title={t("payments.receipts.record")}
      isOpen={isOpen}
      onClose={onClose}
      keptAs="receipt"
      initialValues={{ received_at: dayjs(minuteOf(new Date())) }}
      note={<p className="quiet">{t("payments.receipts.reference_note")}</p>}
      onSubmit={async ({ received_at, payer_account = "", remark = "", ...receipt }) => {
        await once((header) =>
          api.POST("/api/v1/receipts", {
            params: { header },
            body: { ...receipt, payer_account, remark, received_at: instantOf(received_at) },
          }),
        );
        message.success(t("payments.receipts.recorded"));
        void readAgain(...CHANGED_BY_MATCH);
      }}
    >
      <Form.Item
        name="payer_name"
        label={t("payments.receipts.payer")}
        rules={[{ required: true, whitespace: true, max: 200 }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="amount" label={t("payments.receipts.amount")} rules={[{ required: true }]}>
        <InputNumber<string> stringMode min="0.01" precision={2} prefix="¥" style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item
        name="received_at"
        label={t("payments.receipts.received_at")}
        extra={t("payments.receipts.received_at_hint")}
        rules={[{ required: true }]}
      >
        <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item
        name="bank_account"
        label={t("payments.receipts.bank_account")}
        rules={[{ required: true, whitespace: true, max: 64 }]}
      >
        <Input />
      </Form.Item>
      <Form.Item
        name="reference"
        label={t("payments.receipts.reference")}
        rules={[{ required: true, whitespace: true, max: 128 }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="payer_account" label={t("payments.receipts.payer_account")} rules={[{ max: 64 }]}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="remark" label={t("payments.remark")} rules={[{ max: 500 }]}>
        <Input.TextArea rows={2} />
      </Form.Item>
    </FormDrawer>
  );
}

/** What was read off a clock in Shanghai, wherever the browser is. China keeps one time all year. */
function instantOf(clock: Dayjs): string {
  return new Date(`${clock.format("YYYY-MM-DDTHH:mm:00")}+08:00`).toISOString();
}
