import { Card, Descriptions } from "antd";
import { readAgain } from "../../api/queries";
import { PasswordForm } from "../../shell/password_page";
import { useSession } from "../../shell/session";
import { useWords } from "../../words";

/** Who one is here, and one's password. */
export function AccountPart() {
  const { t, term } = useWords();
  const { user } = useSession();
  return (
    <div className="settings">
      <Card title={t("messages.own.who")}>
        <Descriptions
          column={1}
          items={[
            { key: "name", label: t("messages.own.name"), children: user.name },
            { key: "login", label: t("messages.own.login"), children: user.login },
            { key: "email", label: t("messages.own.email"), children: user.email || t("common.none") },
            {
              key: "department",
              label: t("messages.own.department"),
              children: user.department_name || t("common.none"),
            },
            {
              key: "roles",
              label: t("messages.own.roles"),
              children: user.roles.map((role) => term("role", role)).join(" · "),
            },
          ]}
        />
        <p className="quiet settings-note">{t("messages.own.who_note")}</p>
      </Card>
      <Card title={t("shell.password.title")}>
        <p className="quiet">{t("messages.own.password_note")}</p>
        <PasswordForm onChanged={() => void readAgain("/api/v1/sessions")} />
      </Card>
    </div>
  );
}
