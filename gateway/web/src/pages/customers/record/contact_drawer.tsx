import { Checkbox, Col, Form, Input, Row, Select } from "antd";
import { api, type Schemas } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { changesOf } from "../../../forms/changes";
import { FollowRecord } from "../../../forms/follow_record";
import { FormDrawer } from "../../../forms/form_drawer";
import { useMadeOnce } from "../../../forms/made_once";
import { useWords } from "../../../words";
import { useShown } from "./overview";

interface ContactDrawerProps {
  /** `null` for a new one; undefined: closed. */
  contact: Schemas["Contact"] | null | undefined;
  /** The department that a new one stands under. */
  under: string | null | undefined;
  departments: Schemas["CustomerDepartment"][];
  onClose: () => void;
}

interface ContactValues {
  name: string;
  department_id?: string | null;
  title?: string;
  mobile?: string;
  telephone?: string;
  qq?: string;
  wechat?: string;
  email?: string;
  is_decision_maker?: boolean;
  has_left?: boolean;
}

export function ContactDrawer({ contact, under, departments, onClose }: ContactDrawerProps) {
  const { t } = useWords();
  const { overview, changed } = useShown();
  const once = useMadeOnce();
  const customer_id = overview.customer.id;

  async function send({ has_left = false, department_id, ...values }: ContactValues) {
    const body = { ...values, department_id: department_id ?? null };
    if (contact) {
      const changes = changesOf(valuesOf(contact), { ...body, has_left });
      await api.PATCH("/api/v1/customers/{customer_id}/contacts/{contact_id}", {
        params: { path: { customer_id, contact_id: contact.id } },
        body: { ...changes, version: contact.version },
      });
    } else {
      await once((header) =>
        api.POST("/api/v1/customers/{customer_id}/contacts", { params: { path: { customer_id }, header }, body }),
      );
    }
    void readAgain(...changed);
  }

  const half = { xs: 24, sm: 12 };
  const text = (name: keyof ContactValues, label: string, max: number) => (
    <Col {...half}>
      <Form.Item name={name} label={label} rules={[{ max }]}>
        <Input />
      </Form.Item>
    </Col>
  );
  return (
    <FormDrawer<ContactValues>
      title={t(contact ? "customers.contacts.edit" : "customers.contacts.add")}
      isOpen={contact !== undefined}
      onClose={onClose}
      onSubmit={send}
      initialValues={contact ? valuesOf(contact) : { department_id: under ?? undefined }}
      readAgain={() => readAgain(...changed)}
      keptAs={contact === null ? `contact.${customer_id}` : undefined}
      note={<p className="quiet">{t("customers.contacts.completeness_hint")}</p>}
    >
      {contact && <FollowRecord version={contact.version} values={valuesOf(contact)} />}
      <Row gutter={16}>
        <Col {...half}>
          <Form.Item
            name="name"
            label={t("customers.contacts.name")}
            rules={[{ required: true, whitespace: true, max: 100 }]}
          >
            <Input autoFocus />
          </Form.Item>
        </Col>
        {text("title", t("customers.contacts.job"), 100)}
        <Col span={24}>
          <Form.Item name="department_id" label={t("customers.contacts.department_name")}>
            <Select
              allowClear
              placeholder={t("customers.contacts.no_department")}
              options={departments.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Form.Item>
        </Col>
        {text("mobile", t("customers.contacts.mobile"), 20)}
        {text("telephone", t("customers.contacts.telephone"), 30)}
        {text("wechat", t("customers.contacts.wechat"), 50)}
        {text("qq", "QQ", 20)}
        <Col span={24}>
          <Form.Item name="email" label={t("customers.contacts.email")} rules={[{ type: "email" }, { max: 200 }]}>
            <Input />
          </Form.Item>
        </Col>
      </Row>
      <Form.Item name="is_decision_maker" valuePropName="checked">
        <Checkbox>{t("customers.contacts.is_decision_maker")}</Checkbox>
      </Form.Item>
      {contact && (
        <Form.Item name="has_left" valuePropName="checked" extra={t("customers.contacts.has_left_hint")}>
          <Checkbox>{t("customers.contacts.has_left")}</Checkbox>
        </Form.Item>
      )}
    </FormDrawer>
  );
}

function valuesOf(contact: Schemas["Contact"]): ContactValues {
  const { name, department_id, title, mobile, telephone, qq, wechat, email, is_decision_maker, has_left } = contact;
  return { name, department_id, title, mobile, telephone, qq, wechat, email, is_decision_maker, has_left };
}
