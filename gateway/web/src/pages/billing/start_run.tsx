import { Alert, DatePicker, Form } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { api } from "../../api/client";
import { readAgain } from "../../api/queries";
import { thisMonth } from "../../format/dates";
import { FormDrawer } from "../../forms/form_drawer";
import { useMadeOnce } from "../../forms/made_once";
import { CustomerSelect } from "../../pick/selects";
import { useSession } from "../../shell/session";
import { useWords } from "../../words";

interface StartRunProps {
  isOpen: boolean;
  onClose: () => void;
  onStarted: (id: string | undefined) => void;
}

/** Make a month's missing bills, of one customer or, for those who may, of all. */
export function StartRun({ isOpen, onClose, onStarted }: StartRunProps) {
  const { t } = useWords();
  const mayBillAll = useSession().may("bills.generate_all");
  const once = useMadeOnce();
  const lastMonth = dayjs(`${thisMonth()}-01`).subtract(1, "month");
  return (
    <FormDrawer<{ month: Dayjs; customer_id?: string }>
      title={t("billing.run.start")}
      isOpen={isOpen}
      onClose={onClose}
      submitWords={t("billing.run.start")}
      initialValues={{ month: lastMonth }}
      note={<Alert type="info" showIcon title={t("billing.run.note")} style={{ marginBottom: 16 }} />}
      onSubmit={async ({ month, customer_id }) => {
        const { data } = await once((header) =>
          api.POST("/api/v1/billing-runs", {
            params: { header },
            body: { month: month.format("YYYY-MM"), customer_id: customer_id ?? null },
          }),
        );
        await readAgain("/api/v1/billing-runs");
        onStarted(data?.id);
      }}
    >
      <Form.Item name="month" label={t("billing.month")} rules={[{ required: true }]}>
        <DatePicker picker="month" allowClear={false} maxDate={lastMonth} style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item
        name="customer_id"
        label={t("billing.customer")}
        extra={mayBillAll ? t("billing.run.all_if_empty") : undefined}
        rules={[{ required: !mayBillAll }]}
      >
        <CustomerSelect />
      </Form.Item>
    </FormDrawer>
  );
}
