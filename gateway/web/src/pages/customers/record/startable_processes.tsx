import { DownOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { useNavigate } from "react-router";
import { api } from "../../../api/client";
import { useSession } from "../../../shell/session";
import { Loaded, MissingPart } from "../../../shell/states";
import { useWords } from "../../../words";
import { startAddress } from "../../processes/start_address";
import { LinkButton } from "../link_button";
import { useShown } from "./overview";

interface StartReason {
  code: string;
  message: string;
}

interface StartSubject {
  type: "customer" | "product" | "account";
  id: string;
  name: string;
}

interface StartableProcess {
  code: string;
  name_zh: string;
  name_en: string;
  /** Null where a service that would have to say is away. */
  can_start: boolean | null;
  reasons: StartReason[];
  subjects: StartSubject[];
  refused: (StartSubject & { reasons: StartReason[] })[];
}

interface StartableProcesses {
  items: StartableProcess[];
  missing: { part: string; message: string }[];
}

/** Every process that can be started on the customer, each in one step; and those that cannot, with why. */
export function StartableProcesses() {
  const { t } = useWords();
  const { may } = useSession();
  const { overview } = useShown();
  const path = "/api/v1/customers/{customer_id}/startable-processes";
  const startable = useQuery({
    queryKey: [path, overview.customer.id],
    queryFn: async ({ signal }) => {
      const params = { path: { customer_id: overview.customer.id } };
      const { data } = await api.GET(path as "/api/v1/customers/{customer_id}", { params, signal });
      return data as unknown as StartableProcesses;
    },
    enabled: may("processes.start"),
  });
  if (!may("processes.start")) {
    return null;
  }
  return (
    <section className="part startable" aria-label={t("customers.start.title")}>
      <h2>{t("customers.start.title")}</h2>
      <Loaded query={startable} rows={4}>
        {({ items, missing }) => (
          <>
            {items.filter(({ can_start }) => can_start === true).length === 0 && (
              <p className="quiet">{t("customers.start.none")}</p>
            )}
            <ul>
              {items
                .filter(({ can_start }) => can_start === true)
                .map((process) => (
                  <li key={process.code}>
                    <Start process={process} />
                  </li>
                ))}
            </ul>
            <NotNow processes={items.filter(({ can_start }) => can_start !== true)} />
            {missing.map(({ part, message }) => (
              <MissingPart key={part} message={message} />
            ))}
          </>
        )}
      </Loaded>
    </section>
  );
}

function Start({ process }: { process: StartableProcess }) {
  const { t, named } = useWords();
  const navigate = useNavigate();
  const { code, subjects, refused } = process;
  const name = named(process);
  const [only] = subjects;
  if (only !== undefined && subjects.length + refused.length === 1) {
    return (
      <LinkButton type="text" block to={startAddress(code, only.id)}>
        {name}
      </LinkButton>
    );
  }
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          ...subjects.map(({ id, name: label }) => ({ key: id, label })),
          ...refused.map(({ id, name: label, reasons }) => ({
            key: id,
            disabled: true,
            label: (
              <>
                {label}
                <div className="start-reason">{reasons.map(({ message }) => message).join(" ")}</div>
              </>
            ),
          })),
        ],
        onClick: ({ key }) => void navigate(startAddress(code, key)),
      }}
    >
      <Button type="text" block aria-label={t("customers.start.choose", { name })}>
        <span className="start-name">{name}</span>
        <span className="quiet">
          {subjects.length} <DownOutlined />
        </span>
      </Button>
    </Dropdown>
  );
}

function NotNow({ processes }: { processes: StartableProcess[] }) {
  const { t, named } = useWords();
  if (processes.length === 0) {
    return null;
  }
  return (
    <details>
      <summary>{t("customers.start.not_now", { count: processes.length })}</summary>
      <ul>
        {processes.map((process) => (
          <li key={process.code} className="not-now">
            {named(process)}
            <div className="start-reason">
              {process.can_start === null
                ? t("customers.start.unknown")
                : process.reasons.map(({ message }) => message).join(" ")}
            </div>
          </li>
        ))}
      </ul>
    </details>
  );
}
