import { Form, Input } from "antd";
import { api, type Schemas } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { changesOf } from "../../../forms/changes";
import { FollowRecord } from "../../../forms/follow_record";
import { FormDrawer } from "../../../forms/form_drawer";
import { useMadeOnce } from "../../../forms/made_once";
import { useWords } from "../../../words";
import { useShown } from "./overview";

interface DepartmentDrawerProps {
  /** `null` for a new one; undefined: closed. */
  department: Schemas["CustomerDepartment"] | null | undefined;
  onClose: () => void;
}

interface DepartmentValues {
  name: string;
  remarks?: string;
}

export function DepartmentDrawer({ department, onClose }: DepartmentDrawerProps) {
  const { t } = useWords();
  const { overview, changed } = useShown();
  const once = useMadeOnce();
  const shown = department ? { name: department.name, remarks: department.remarks } : {};
  const customer_id = overview.customer.id;

  async function send(values: DepartmentValues) {
    if (department) {
      await api.PATCH("/api/v1/customers/{customer_id}/departments/{department_id}", {
        params: { path: { customer_id, department_id: department.id } },
        body: { ...changesOf(department, values), version: department.version },
      });
    } else {
      await once((header) =>
        api.POST("/api/v1/customers/{customer_id}/departments", {
          params: { path: { customer_id }, header },
          body: values,
        }),
      );
    }
    void readAgain(...changed);
  }

  return (
    <FormDrawer<DepartmentValues>
      title={t(department ? "customers.contacts.edit_department" : "customers.contacts.add_department")}
      isOpen={department !== undefined}
      onClose={onClose}
      onSubmit={send}
      initialValues={shown}
      readAgain={() => readAgain(...changed)}
      size={420}
    >
      {department && <FollowRecord version={department.version} values={shown} />}
      <Form.Item
        name="name"
        label={t("customers.contacts.department_name")}
        rules={[{ required: true, whitespace: true, max: 100 }]}
      >
        <Input autoFocus />
      </Form.Item>
      <Form.Item name="remarks" label={t("common.remarks")} rules={[{ max: 2000 }]}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
    </FormDrawer>
  );
}
