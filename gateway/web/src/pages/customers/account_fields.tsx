import { Form, Input, Select } from "antd";
import type { Schemas } from "../../api/client";
import { useWords } from "../../words";
import { INTERFACES } from "./codes";

type Status = Schemas["Account"]["status"];

/** What of an account can be entered: its signature, interface and sub-number, and its status as far as it may go. */
export function AccountFields({ statuses }: { statuses: readonly Status[] }) {
  const { t, term } = useWords();
  return (
    <>
      <Form.Item
        name="signature"
        label={t("customers.accounts.signature")}
        rules={[{ required: true, whitespace: true, max: 100 }]}
      >
        <Input prefix="【" suffix="】" />
      </Form.Item>
      <Form.Item name="interface" label={t("customers.accounts.interface")} rules={[{ required: true }]}>
        <Select options={INTERFACES.map((value) => ({ value, label: term("interface", value) }))} />
      </Form.Item>
      <Form.Item
        name="sub_number"
        label={t("customers.accounts.sub_number")}
        rules={[{ pattern: /^\d{0,20}$/, message: t("customers.accounts.sub_number_rule") }]}
      >
        <Input inputMode="numeric" />
      </Form.Item>
      <Form.Item name="status" label={t("customers.accounts.status")} rules={[{ required: true }]}>
        <Select options={statuses.map((value) => ({ value, label: term("account_status", value) }))} />
      </Form.Item>
    </>
  );
}
