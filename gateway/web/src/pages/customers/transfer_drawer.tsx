import { Alert, App, Form, Input, Radio } from "antd";
import { api, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { FormDrawer } from "../../forms/form_drawer";
import { useMadeOnce } from "../../forms/made_once";
import { UserSelect } from "../../pick/selects";
import { listed, useWords } from "../../words";
import type { ListedCustomer } from "./customer_columns";

interface TransferValues {
  which: "selected" | "all";
  from_user_id?: string;
  to_user_id: string;
  reason: string;
}

interface TransferDrawerProps {
  /** Undefined: closed. None: all of somebody's. */
  customers: Pick<ListedCustomer, "id" | "name">[] | undefined;
  onClose: () => void;
  onDone: () => void;
}

/** Some customers, or all of one salesperson's, to another; each that could not be moved is named with its reason. */
export function TransferDrawer({ customers, onClose, onDone }: TransferDrawerProps) {
  const { t } = useWords();
  const { message, modal } = App.useApp();
  const once = useMadeOnce();
  const selected = customers ?? [];

  async function transfer({ which, from_user_id, to_user_id, reason }: TransferValues) {
    const some = which === "selected" ? { customer_ids: selected.map(({ id }) => id) } : { from_user_id };
    const { data } = await once((header) =>
      api.POST("/api/v1/customer-transfers", { params: { header }, body: { ...some, to_user_id, reason } }),
    );
    onDone();
    void readAgain("/api/v1/customers", "/api/v1/dashboard");
    if (data === undefined || data.refused === 0) {
      message.success(t("customers.transfer.done", { count: data?.transferred ?? 0 }));
    } else {
      modal.warning({
        title: t("customers.transfer.partly", { transferred: data.transferred, refused: data.refused }),
        content: <Refused items={data.items} />,
        width: 560,
      });
    }
  }

  return (
    <FormDrawer<TransferValues>
      title={t("customers.transfer.title")}
      isOpen={customers !== undefined}
      onClose={onClose}
      onSubmit={transfer}
      initialValues={{ which: selected.length > 0 ? "selected" : "all" }}
      submitWords={t("customers.transfer.action")}
      readAgain={() => readAgain("/api/v1/customers")}
    >
      <Form.Item name="which" label={t("customers.transfer.which")}>
        <Radio.Group
          options={[
            {
              value: "selected",
              label: t("customers.transfer.selected", { count: selected.length }),
              disabled: selected.length === 0,
            },
            { value: "all", label: t("customers.transfer.all") },
          ]}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={["which"]}>
        {({ getFieldValue }) =>
          getFieldValue("which") === "all" ? (
            <Form.Item name="from_user_id" label={t("customers.transfer.from")} rules={[{ required: true }]}>
              <UserSelect />
            </Form.Item>
          ) : (
            <p className="quiet">{listed(selected.map(({ name }) => name))}</p>
          )
        }
      </Form.Item>
      <Form.Item name="to_user_id" label={t("customers.transfer.to")} rules={[{ required: true }]}>
        <UserSelect holding={["sales"]} />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t("customers.reason")}
        rules={[{ required: true, whitespace: true, max: 2000 }]}
        extra={t("customers.transfer.reason_hint")}
      >
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
      <Alert type="info" showIcon title={t("customers.transfer.note")} />
    </FormDrawer>
  );
}

function Refused({ items }: { items: Schemas["WordedTransfer"][] }) {
  const { t } = useWords();
  return (
    <ul className="near-names">
      {items
        .filter(({ outcome }) => outcome === "refused")
        .map(({ customer_id, customer_name, message }) => (
          <li key={customer_id}>
            <strong>{customer_name ?? t("customers.transfer.unseen")}</strong>
            <span>{message}</span>
          </li>
        ))}
    </ul>
  );
}
