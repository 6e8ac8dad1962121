import { Form, Input } from "antd";
import { api, type Schemas, seenAt } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { changesOf } from "../../../forms/changes";
import { FollowRecord } from "../../../forms/follow_record";
import { FormDrawer } from "../../../forms/form_drawer";
import { useMadeOnce } from "../../../forms/made_once";
import { DepartmentSelect, UserSelect } from "../../../pick/selects";
import { useWords } from "../../../words";

interface DepartmentFormProps {
  /** Which to change; without, a new one. */
  department?: Schemas["Department"];
  /** Below which a new one stands. */
  parentId?: string;
  isOpen: boolean;
  onClose: () => void;
}

interface Entered {
  name: string;
  parent_id?: string | null;
  lead_id?: string | null;
}

export function DepartmentForm({ department, parentId, isOpen, onClose }: DepartmentFormProps) {
  const { t } = useWords();
  const once = useMadeOnce();
  return (
    <FormDrawer<Entered>
      title={department ? t("office.departments.edit", { name: department.name }) : t("office.departments.add")}
      isOpen={isOpen}
      onClose={onClose}
      readAgain={() => readAgain("/api/v1/departments")}
      initialValues={department ? valuesOf(department) : { parent_id: parentId }}
      onSubmit={async ({ name, parent_id = null, lead_id = null }) => {
        const body = { name, parent_id, lead_id };
        if (department === undefined) {
          await once((header) => api.POST("/api/v1/departments", { params: { header }, body }));
        } else {
          await api.PATCH("/api/v1/departments/{department_id}", {
            params: { path: { department_id: department.id }, header: seenAt(department.version) },
            body: changesOf(department, body),
          });
        }
        await readAgain("/api/v1/departments", "/api/v1/users");
      }}
    >
      {department && <FollowRecord version={department.version} values={valuesOf(department)} />}
      <Form.Item
        name="name"
        label={t("office.departments.name")}
        rules={[{ required: true, message: t("office.required") }]}
      >
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="parent_id" label={t("office.departments.parent")} extra={t("office.departments.parent_note")}>
        <DepartmentSelect />
      </Form.Item>
      <Form.Item name="lead_id" label={t("office.departments.lead")} extra={t("office.departments.lead_note")}>
        <UserSelect />
      </Form.Item>
    </FormDrawer>
  );
}

function valuesOf({ name, parent_id, lead_id }: Schemas["Department"]): Entered {
  return { name, parent_id, lead_id };
}
