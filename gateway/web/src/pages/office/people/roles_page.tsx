import { CheckOutlined } from "@ant-design/icons";
import { Grid, Select } from "antd";
import { Fragment, useState } from "react";
import { Link } from "react-router";
import { query, type Schemas } from "../../../api/client";
import { Page } from "../../../shell/page";
import { Loaded } from "../../../shell/states";
import { useTitle } from "../../../shell/tabs";
import { useWords } from "../../../words";
import "../office.css";
import { type Area, areasOf } from "./permission_areas";
import { usePermissionWords } from "./permission_words";

type Role = Schemas["Role"];

/** Who may do what: every permission by role, in one table. */
export function RolesPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.roles"));
  const isWide = Grid.useBreakpoint().lg ?? true;
  const roles = query.useQuery("get", "/api/v1/roles", undefined, { staleTime: 5 * 60_000 });
  return (
    <Page
      title={t("shell.menu.roles")}
      note={<span className="quiet">{t("office.roles.note")}</span>}
      isFilled={isWide}
    >
      <Loaded query={roles} rows={12}>
        {({ items }) => {
          const areas = areasOf(items.flatMap(({ permissions }) => permissions));
          return isWide ? <RolesTable roles={items} areas={areas} /> : <OneRole roles={items} areas={areas} />;
        }}
      </Loaded>
    </Page>
  );
}

function RolesTable({ roles, areas }: { roles: Role[]; areas: Area[] }) {
  const { t, named } = useWords();
  const { areaName, permissionName } = usePermissionWords();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and those without a mouse scroll it by keys
    <section className="roles-table" tabIndex={0} aria-label={t("shell.menu.roles")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("office.roles.permission")}</th>
            {roles.map((role) => (
              <th key={role.code} scope="col">
                <Link to={`/office/users?role=${role.code}`}>{named(role)}</Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {areas.map(({ area, permissions }) => (
            <Fragment key={area}>
              <tr className="roles-area">
                <th colSpan={roles.length + 1} scope="rowgroup">
                  {areaName(area)}
                </th>
              </tr>
              {permissions.map((permission) => (
                <tr key={permission}>
                  <th scope="row" title={permission}>
                    {permissionName(permission)}
                  </th>
                  {roles.map((role) => (
                    <td key={role.code}>
                      {role.permissions.includes(permission) && (
                        <CheckOutlined className="roles-yes" aria-label={t("common.yes")} />
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** On a phone: what one role may do. */
function OneRole({ roles, areas }: { roles: Role[]; areas: Area[] }) {
  const { t, named } = useWords();
  const { areaName, permissionName } = usePermissionWords();
  const [code, setCode] = useState(roles[0]?.code);
  const role = roles.find((each) => each.code === code);
  return (
    <div className="roles-one">
      <Select
        value={code}
        onChange={setCode}
        aria-label={t("office.users.role")}
        options={roles.map((each) => ({ value: each.code, label: named(each) }))}
      />
      {areas
        .map(({ area, permissions }) => ({
          area,
          held: permissions.filter((each) => role?.permissions.includes(each)),
        }))
        .filter(({ held }) => held.length > 0)
        .map(({ area, held }) => (
          <section key={area}>
            <h2>{areaName(area)}</h2>
            <ul>
              {held.map((permission) => (
                <li key={permission}>{permissionName(permission)}</li>
              ))}
            </ul>
          </section>
        ))}
    </div>
  );
}
