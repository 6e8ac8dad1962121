import { Alert, Form } from "antd";
import { api, query, type Schemas, seenAt } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { FormDrawer } from "../../../forms/form_drawer";
import { UserSelect } from "../../../pick/selects";
import { Loaded } from "../../../shell/states";
import { listed, useWords } from "../../../words";

interface LeavingDrawerProps {
  user: Schemas["User"];
  isOpen: boolean;
  onClose: () => void;
}

/** Somebody leaves: what he or she holds, and who takes it over. */
export function LeavingDrawer({ user, isOpen, onClose }: LeavingDrawerProps) {
  const { t } = useWords();
  const path = { user_id: user.id };
  const holdings = query.useQuery(
    "get",
    "/api/v1/users/{user_id}/holdings",
    { params: { path } },
    // What is held changes by the minute, and is decided by here.
    { enabled: isOpen, staleTime: 0 },
  );
  return (
    <FormDrawer<{ successor_id?: string }>
      title={t("office.leaving.title", { name: user.name })}
      isOpen={isOpen}
      onClose={onClose}
      submitWords={t("office.leaving.submit")}
      readAgain={() => readAgain("/api/v1/users")}
      onSubmit={async ({ successor_id }) => {
        await api.PATCH("/api/v1/users/{user_id}", {
          params: { path, header: seenAt(user.version) },
          body: { active: false, ...(successor_id ? { successor_id } : {}) },
        });
        await readAgain("/api/v1/users", "/api/v1/departments", "/api/v1/customers", "/api/v1/processes");
      }}
      note={
        <>
          <Alert type="warning" showIcon title={t("office.leaving.warning")} style={{ marginBottom: 20 }} />
          <Loaded query={holdings}>{(held) => <Held held={held} />}</Loaded>
        </>
      }
    >
      <Form.Item
        name="successor_id"
        label={t("office.leaving.successor")}
        extra={
          holdings.data?.lead
            ? t("office.leaving.without_lead", { lead: holdings.data.lead.name })
            : t("office.leaving.without")
        }
        rules={[
          {
            validator: (_, chosen) =>
              chosen === user.id ? Promise.reject(new Error(t("office.leaving.not_oneself"))) : Promise.resolve(),
          },
        ]}
      >
        <UserSelect placeholder={t("office.leaving.choose")} />
      </Form.Item>
    </FormDrawer>
  );
}

function Held({ held }: { held: Schemas["Holdings"] }) {
  const { t } = useWords();
  const counts = ["customers", "claims", "tasks", "processes", "absences", "tokens", "sessions"] as const;
  return (
    <section aria-label={t("office.leaving.holds")}>
      <h2 className="office-heading">{t("office.leaving.holds")}</h2>
      <dl className="office-counts">
        {counts.map((name) => (
          <div key={name}>
            <dt className="quiet">{t(`office.leaving.${name}`)}</dt>
            <dd>{held[name]}</dd>
          </div>
        ))}
      </dl>
      {held.departments_led.length > 0 && (
        <Alert
          type="info"
          showIcon
          title={t("office.leaving.departments_led", { names: listed(held.departments_led) })}
          style={{ marginBottom: 16 }}
        />
      )}
    </section>
  );
}
