import { Tag } from "antd";
import { Link } from "react-router";
import { query, type Schemas } from "../../../api/client";
import { ago, dayOf } from "../../../format/dates";
import { Page } from "../../../shell/page";
import { useSession } from "../../../shell/session";
import { Loaded } from "../../../shell/states";
import { useTitle } from "../../../shell/tabs";
import { listed, useWords } from "../../../words";
import "../office.css";
import { SmallTable } from "../../../list/small_table";
import { draftAddress } from "./drafts";
import { WaitingTag } from "./waiting_tag";

type Definition = Schemas["ShownDefinition"];

/** Every kind of approval: which version is in force, whose it is, and what is being edited. */
export function DefinitionsPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.definitions"));
  const { may } = useSession();
  const definitions = query.useQuery("get", "/api/v1/process-definitions");
  const { data: drafts } = query.useQuery("get", "/api/v1/process-definition-drafts", undefined, {
    enabled: may("definitions.write"),
  });
  return (
    <Page title={t("shell.menu.definitions")}>
      <Loaded query={definitions} rows={14}>
        {({ items }) => <DefinitionsTable definitions={items} drafts={drafts?.items ?? []} />}
      </Loaded>
    </Page>
  );
}

interface DefinitionsTableProps {
  definitions: Definition[];
  drafts: Schemas["DefinitionDraftRow"][];
}

function DefinitionsTable({ definitions, drafts }: DefinitionsTableProps) {
  const { t, term, named } = useWords();
  return (
    <section className="office-panel">
      <SmallTable<Definition>
        keyOf={({ code }) => code}
        rows={definitions}
        columns={[
          {
            key: "name",
            title: t("office.definitions.name"),
            show: (definition) => <Link to={`/office/definitions/${definition.code}`}>{named(definition)}</Link>,
          },
          {
            key: "version",
            title: t("office.definitions.version"),
            show: ({ version, waiting_version }) => (
              <>
                {t("office.policies.version", { version })} <WaitingTag version={waiting_version} />
              </>
            ),
          },
          {
            key: "origin",
            title: t("office.definitions.origin"),
            show: ({ origin }) => term("definition_origin", origin),
          },
          {
            key: "service",
            title: t("office.definitions.service"),
            show: ({ owner_service }) => term("service", owner_service),
          },
          {
            key: "nodes",
            title: t("office.definitions.nodes"),
            align: "right",
            show: ({ nodes }) => nodes.length,
          },
          {
            key: "starters",
            title: t("office.definitions.starters"),
            show: ({ starters }) => listed(starters.map((role) => term("role", role))),
          },
          {
            key: "published",
            title: t("office.definitions.published"),
            show: ({ published_at, published_by_name }) => (
              <span>
                {dayOf(published_at)}{" "}
                <span className="quiet">{published_by_name ?? t("office.definitions.product")}</span>
              </span>
            ),
          },
          {
            key: "draft",
            title: t("office.definitions.draft"),
            show: ({ code }) => {
              const draft = drafts.find((each) => each.code === code);
              return draft === undefined ? (
                "–"
              ) : (
                <Link to={draftAddress(code)}>
                  <Tag color="processing">{`${draft.changed_by_name} ${ago(draft.changed_at)}`}</Tag>
                </Link>
              );
            },
          },
        ]}
      />
    </section>
  );
}
