import { Alert, DatePicker, Form } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { api } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { today } from "../../../format/dates";
import { FormDrawer } from "../../../forms/form_drawer";
import { useMadeOnce } from "../../../forms/made_once";
import { useWords } from "../../../words";

/** Have a job of a day done now. */
export function JobForm({ name, onClose }: { name: string | undefined; onClose: () => void }) {
  const { t, term } = useWords();
  const once = useMadeOnce();
  return (
    <FormDrawer<{ as_of: Dayjs }>
      title={t("office.jobs.start_title", { job: term("job", name) })}
      isOpen={name !== undefined}
      onClose={onClose}
      submitWords={t("office.jobs.start")}
      initialValues={{ as_of: dayjs(today()) }}
      onSubmit={async ({ as_of }) => {
        await once((header) =>
          api.POST("/api/v1/jobs/{name}", {
            params: { path: { name: name ?? "" }, header },
            body: { as_of: as_of.format("YYYY-MM-DD") },
          }),
        );
        await readAgain("/api/v1/jobs");
      }}
      note={
        <>
          <p className="quiet">{term("job_note", name)}</p>
          <Alert type="info" showIcon title={t("office.jobs.twice")} style={{ marginBottom: 20 }} />
        </>
      }
    >
      <Form.Item
        name="as_of"
        label={t("office.jobs.as_of")}
        extra={t("office.jobs.as_of_note")}
        rules={[{ required: true, message: t("office.required") }]}
      >
        <DatePicker allowClear={false} style={{ width: "100%" }} />
      </Form.Item>
    </FormDrawer>
  );
}
