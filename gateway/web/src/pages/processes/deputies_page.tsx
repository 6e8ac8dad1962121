import { PlusOutlined } from "@ant-design/icons";
import { Button, DatePicker, Form, Popconfirm, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { api, query, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { today } from "../../format/dates";
import { FormDrawer } from "../../forms/form_drawer";
import { useMadeOnce } from "../../forms/made_once";
import { useAction } from "../../forms/use_action";
import { UserSelect } from "../../pick/selects";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { EmptyState, Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import "./processes.css";
import { SmallTable } from "../../list/small_table";

type Deputy = Schemas["Deputy"];

const DEPUTIES = "/api/v1/deputies";

/** Who decides in one's place while one is away, and for whom one does so; today and later. */
export function DeputiesPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.deputies"));
  const deputies = query.useQuery("get", DEPUTIES);
  const [isNaming, setNaming] = useState(false);
  const nameOne = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setNaming(true)}>
      {t("processes.deputies.name")}
    </Button>
  );
  return (
    <Page title={t("shell.menu.deputies")} actions={nameOne}>
      <p className="quiet">{t("processes.deputies.about")}</p>
      <Loaded query={deputies}>
        {({ items }) =>
          items.length === 0 ? <EmptyState words={t("processes.deputies.empty")} /> : <Deputies deputies={items} />
        }
      </Loaded>
      <DeputyForm isOpen={isNaming} onClose={() => setNaming(false)} />
    </Page>
  );
}

interface Entered {
  user_id?: string;
  deputy_id: string;
  days: [Dayjs, Dayjs];
}

function DeputyForm({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { is, user } = useSession();
  const once = useMadeOnce();
  async function submit({ user_id, deputy_id, days: [first, last] }: Entered) {
    const body = {
      user_id: user_id ?? user.id,
      deputy_id,
      first_day: first.format("YYYY-MM-DD"),
      last_day: last.format("YYYY-MM-DD"),
    };
    await once((header) => api.POST(DEPUTIES, { params: { header }, body }));
    await readAgain(DEPUTIES);
  }
  return (
    <FormDrawer<Entered>
      title={t("processes.deputies.name")}
      isOpen={isOpen}
      onClose={onClose}
      onSubmit={submit}
      readAgain={() => readAgain(DEPUTIES)}
      fieldOf={(field) => (field === "first_day" || field === "last_day" ? ["days"] : [field])}
      size={440}
    >
      {is("admin") && (
        <Form.Item name="user_id" label={t("processes.deputies.absent")} extra={t("processes.deputies.absent_self")}>
          <UserSelect placeholder={user.name} />
        </Form.Item>
      )}
      <Form.Item
        name="deputy_id"
        label={t("processes.deputies.deputy")}
        rules={[{ required: true, message: t("processes.person_wanted") }]}
      >
        <UserSelect placeholder={t("processes.choose_person")} />
      </Form.Item>
      <Form.Item
        name="days"
        label={t("processes.deputies.days")}
        extra={t("processes.deputies.days_extra")}
        rules={[{ required: true, message: t("processes.deputies.days_wanted") }]}
      >
        <DatePicker.RangePicker
          aria-label={t("processes.deputies.days")}
          minDate={dayjs(today())}
          style={{ width: "100%" }}
        />
      </Form.Item>
    </FormDrawer>
  );
}

function Deputies({ deputies }: { deputies: Deputy[] }) {
  const { t } = useWords();
  const { user, is } = useSession();
  const { isBusy, act } = useAction();
  const end = ({ id }: Deputy) =>
    act(() => api.DELETE("/api/v1/deputies/{deputy_id}", { params: { path: { deputy_id: id } } }), {
      readAgain: [DEPUTIES],
      done: t("processes.deputies.ended"),
    });
  return (
    <SmallTable
      isFramed
      keyOf={({ id }) => id}
      isBusy={isBusy}
      rows={deputies}
      columns={[
        { key: "absent", title: t("processes.deputies.absent"), show: ({ user_name }) => user_name },
        { key: "deputy", title: t("processes.deputies.deputy"), show: ({ deputy_name }) => deputy_name },
        {
          key: "days",
          title: t("processes.deputies.days"),
          show: ({ first_day, last_day }) => (
            <span className="figure">
              {first_day} – {last_day}{" "}
              {first_day <= today() && <Tag color="processing">{t("processes.deputies.in_force")}</Tag>}
            </span>
          ),
        },
        { key: "named_by", title: t("processes.deputies.named_by"), show: ({ named_by }) => named_by },
        {
          key: "actions",
          title: t("common.actions"),
          onPhone: "foot",
          show: (deputy) =>
            (deputy.user_id === user.id || is("admin")) && (
              <Popconfirm
                title={t("processes.deputies.end_sure", { name: deputy.deputy_name })}
                okText={t("processes.deputies.end")}
                cancelText={t("common.cancel")}
                onConfirm={() => end(deputy)}
              >
                <Button size="small">{t("processes.deputies.end")}</Button>
              </Popconfirm>
            ),
        },
      ]}
    />
  );
}
