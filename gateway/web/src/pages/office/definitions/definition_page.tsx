import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Space, Tabs, Tag } from "antd";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { api, query, type Schemas } from "../../../api/client";
import { useAction } from "../../../forms/use_action";
import { Page } from "../../../shell/page";
import { useSession } from "../../../shell/session";
import { Loaded } from "../../../shell/states";
import { useTitle } from "../../../shell/tabs";
import { useTab } from "../../../shell/use_tab";
import { useWords } from "../../../words";
import "../office.css";
import { LinkButton } from "../../../shell/link_button";
import { DefinitionPicture } from "./definition_picture";
import { draftAddress } from "./drafts";
import { DryRun } from "./dry_run";
import { FieldsTable } from "./fields_table";
import { NodeFacts } from "./node_facts";
import { versionOf } from "./records";
import { VersionsTable } from "./versions_table";
import { WaitingTag } from "./waiting_tag";

const TABS = ["picture", "fields", "versions", "dry-run"] as const;

/** One kind of approval: as a picture, in words, its form, its versions, and what a start would meet. */
export function DefinitionPage() {
  const { code = "" } = useParams();
  const { t, named } = useWords();
  const [params] = useSearchParams();
  const version = params.get("version");
  const definition = useQuery(versionOf(code, version));
  useTitle(definition.data && named(definition.data), { isTab: true });
  return (
    <Page
      title={definition.data ? named(definition.data) : t("shell.menu.definitions")}
      note={definition.data && <DefinitionTags definition={definition.data} />}
      actions={<EditButton code={code} version={version === null ? null : Number(version)} />}
    >
      <Loaded query={definition} rows={12}>
        {(shown) => <DefinitionShown definition={shown} />}
      </Loaded>
    </Page>
  );
}

function DefinitionTags({ definition }: { definition: Schemas["ShownDefinition"] }) {
  const { t, term } = useWords();
  const { version, origin, is_in_force, waiting_version } = definition;
  return (
    <Space size={8} wrap>
      <Tag>{t("office.policies.version", { version })}</Tag>
      <Tag color={is_in_force ? "success" : undefined}>
        {t(is_in_force ? "office.definitions.in_force" : "office.definitions.not_in_force")}
      </Tag>
      <Tag>{term("definition_origin", origin)}</Tag>
      <WaitingTag version={waiting_version} />
    </Space>
  );
}

/** To the draft: the one there is, or a new copy of the version that is shown. */
function EditButton({ code, version }: { code: string; version: number | null }) {
  const { t } = useWords();
  const { may } = useSession();
  const navigate = useNavigate();
  const { isBusy, act } = useAction();
  const { data: drafts } = query.useQuery("get", "/api/v1/process-definition-drafts", undefined, {
    enabled: may("definitions.write"),
  });
  const place = draftAddress(code);
  if (!may("definitions.write") || drafts === undefined) {
    return null;
  }
  if (drafts.items.some((draft) => draft.code === code)) {
    return (
      <LinkButton type="primary" to={place}>
        {t("office.definitions.continue")}
      </LinkButton>
    );
  }
  return (
    <Button
      type="primary"
      loading={isBusy}
      onClick={async () => {
        const isCopied = await act(
          () => api.POST("/api/v1/process-definitions/{code}/copy", { params: { path: { code } }, body: { version } }),
          { readAgain: ["/api/v1/process-definition-drafts"] },
        );
        if (isCopied) {
          void navigate(place);
        }
      }}
    >
      {t("office.definitions.edit")}
    </Button>
  );
}

function DefinitionShown({ definition }: { definition: Schemas["ShownDefinition"] }) {
  const { t, named } = useWords();
  const [tab, showTab] = useTab(TABS);
  const { may } = useSession();
  const { code, note } = definition;
  return (
    <>
      {note !== "" && <Alert type="info" title={note} style={{ marginBottom: 16 }} />}
      <Tabs
        activeKey={tab}
        onChange={showTab}
        items={[
          {
            key: "picture",
            label: t("office.definitions.picture"),
            children: (
              <div className="definition-editor">
                <ol className="node-list">
                  {definition.nodes.map((node, index) => (
                    <li key={node.code} className="node-card">
                      <div className="node-head">
                        <strong>
                          {index + 1}. {named(node)}
                        </strong>
                      </div>
                      <NodeFacts node={node} definition={definition} />
                    </li>
                  ))}
                </ol>
                <section className="office-panel">
                  <DefinitionPicture
                    path={`/api/v1/process-definitions/${code}.svg?version=${definition.version}`}
                    name={`${named(definition)}: ${definition.nodes.map(named).join(" → ")}`}
                  />
                </section>
              </div>
            ),
          },
          {
            key: "fields",
            label: t("office.definitions.fields"),
            children: (
              <section className="office-panel">
                <FieldsTable definition={definition} />
              </section>
            ),
          },
          {
            key: "versions",
            label: t("office.definitions.versions"),
            children: (
              <section className="office-panel">
                <VersionsTable code={code} shown={definition.version} />
              </section>
            ),
          },
          ...(may("definitions.write")
            ? [
                {
                  key: "dry-run",
                  label: t("office.definitions.dry_run"),
                  children: <DryRun definition={definition} asked={{ code, version: definition.version }} />,
                },
              ]
            : []),
        ]}
      />
    </>
  );
}
