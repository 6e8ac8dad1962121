import { DownOutlined } from "@ant-design/icons";
import { Button, Dropdown, Grid } from "antd";
import { useNavigate } from "react-router";
import { query, type Schemas } from "../../../api/client";
import { LinkButton } from "../../../shell/link_button";
import { useSession } from "../../../shell/session";
import { Loaded, MissingPart } from "../../../shell/states";
import { useWords } from "../../../words";
import { startAddress } from "../../processes/start_address";
import { useShown } from "./overview";

type StartableProcess = Schemas["StartableProcess"];

/** Every process that can be started on the customer, each in one step; and those that cannot, with why. */
export function StartableProcesses() {
  const { t } = useWords();
  const { may } = useSession();
  const { overview } = useShown();
  const isBeside = Grid.useBreakpoint().xl ?? true;
  const startable = query.useQuery(
    "get",
    "/api/v1/customers/{customer_id}/startable-processes",
    { params: { path: { customer_id: overview.customer.id } } },
    { enabled: may("processes.start") },
  );
  if (!may("processes.start")) {
    return null;
  }
  const processes = (
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
  );
  // Beside the customer it is always there; where it would stand above, it is one line until it is wanted.
  return isBeside ? (
    <section className="part startable" aria-label={t("customers.start.title")}>
      <h2>{t("customers.start.title")}</h2>
      {processes}
    </section>
  ) : (
    <details className="part startable">
      <summary>{t("customers.start.title")}</summary>
      {processes}
    </details>
  );
}

function Start({ process }: { process: StartableProcess }) {
  const { t, named } = useWords();
  const navigate = useNavigate();
  const { code, subject_type, subjects, refused } = process;
  const name = named(process);
  const called = (subject: Schemas["StartSubject"]) =>
    subject.type === "customer" && subject_type !== "customer" ? t("customers.start.itself") : subject.name;
  const typeOf = ({ type }: Schemas["StartSubject"]) => (type === subject_type ? undefined : type);
  const [only] = subjects;
  if (only !== undefined && subjects.length + refused.length === 1) {
    return (
      <LinkButton type="text" block to={startAddress(code, only.id, {}, typeOf(only))}>
        {name}
      </LinkButton>
    );
  }
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          ...subjects.map((subject) => ({ key: subject.id, label: called(subject) })),
          ...refused.map(({ reasons, ...subject }) => ({
            key: subject.id,
            disabled: true,
            label: (
              <>
                {called(subject)}
                <div className="start-reason">{reasons.map(({ message }) => message).join(" ")}</div>
              </>
            ),
          })),
        ],
        onClick: ({ key }) => {
          const chosen = subjects.find(({ id }) => id === key);
          void navigate(startAddress(code, key, {}, chosen && typeOf(chosen)));
        },
      }}
    >
      <Button type="text" block>
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
