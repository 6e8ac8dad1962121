import { Alert, Button, Space, Tabs, Tag } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { api, query, type Schemas } from "../../../api/client";
import { useAction } from "../../../forms/use_action";
import { Page } from "../../../shell/page";
import { EmptyState, Loaded } from "../../../shell/states";
import { closeTab, useTitle } from "../../../shell/tabs";
import { useTab } from "../../../shell/use_tab";
import { useWords } from "../../../words";
import "../office.css";
import { LinkButton } from "../../../shell/link_button";
import { ContestedParts } from "./contested_parts";
import { type DefinitionContent, editable } from "./definition_content";
import { DefinitionPicture } from "./definition_picture";
import { DefinitionText } from "./definition_text";
import { draftAddress } from "./drafts";
import { DryRun } from "./dry_run";
import { FaultsList } from "./faults_list";
import { FieldsTable } from "./fields_table";
import { NodesEditor } from "./nodes_editor";
import { PublishDrawer } from "./publish_drawer";
import { RemoveDraftButton } from "./remove_draft_button";
import { type DraftInUse, useDraft } from "./use_draft";

const TABS = ["nodes", "fields", "text", "dry-run"] as const;

/** The next edition of a definition while it is edited: its nodes by form, all of it as text, what is wrong, how it looks. */
export function DraftPage() {
  const { code = "" } = useParams();
  const { t } = useWords();
  const draft = query.useQuery(
    "get",
    "/api/v1/process-definition-drafts/{code}",
    { params: { path: { code } } },
    // Its editor saves it: what was read is only where it began, and is not kept.
    { refetchOnWindowFocus: false, gcTime: 0 },
  );
  return draft.data === undefined ? (
    <Page title={t("office.drafts.title", { name: code })}>
      <Loaded query={draft}>{() => null}</Loaded>
    </Page>
  ) : (
    <DraftEditor draft={draft.data} />
  );
}

function DraftEditor({ draft }: { draft: Schemas["DefinitionDraft"] }) {
  const { t, named } = useWords();
  const navigate = useNavigate();
  const [isPublishing, setPublishing] = useState(false);
  const inUse = useDraft(draft);
  const { content, change, saved, isSaved } = inUse;
  const { code } = draft;
  const definition = editable(content);
  const title = t("office.drafts.title", { name: definition === undefined ? code : named(definition) });
  useTitle(title, { isTab: true });
  const isFaultless = isSaved && saved.faults.length === 0;

  return (
    <Page
      title={title}
      note={<DraftState inUse={inUse} />}
      actions={
        <>
          <RemoveDraftButton
            code={code}
            version={saved.version}
            isDisabled={!isSaved}
            onRemoved={() => {
              closeTab(draftAddress(code));
              return navigate(`/office/definitions/${code}`);
            }}
          />
          <Button type="primary" disabled={!isFaultless} onClick={() => setPublishing(true)}>
            {t("office.drafts.publish")}
          </Button>
        </>
      }
    >
      {saved.newest_version > saved.based_on && <Outdated draft={saved} />}
      <ContestedParts inUse={inUse} definition={definition} />
      <DraftParts saved={saved} isSaved={isSaved} content={content} change={change} definition={definition} />
      <PublishDrawer draft={saved} isOpen={isPublishing} onClose={() => setPublishing(false)} />
    </Page>
  );
}

function DraftState({ inUse: { saved, isSaved, contested } }: { inUse: DraftInUse }) {
  const { t } = useWords();
  return (
    <Space size={8} wrap role="status">
      <span className="quiet">{t("office.drafts.based_on", { version: saved.based_on })}</span>
      <span className="quiet">
        {t(`office.drafts.${isSaved ? "saved" : contested.length > 0 ? "held" : "saving"}`)}
      </span>
      {saved.faults.length > 0 && <Tag color="error">{t("office.drafts.faults", { count: saved.faults.length })}</Tag>}
    </Space>
  );
}

/** Somebody has published since, or the product has brought a version: the draft is to be looked at again. */
function Outdated({
  draft: { code, version, definition, based_on, newest_version },
}: {
  draft: Schemas["DefinitionDraft"];
}) {
  const { t } = useWords();
  const { isBusy, act } = useAction();
  return (
    <Alert
      type="warning"
      showIcon
      title={t("office.drafts.outdated", { newest: newest_version, based_on })}
      action={
        <Space wrap>
          <LinkButton size="small" to={`/office/definitions/${code}?version=${newest_version}`}>
            {t("office.drafts.see_newest")}
          </LinkButton>
          <Button
            size="small"
            loading={isBusy}
            onClick={() =>
              void act(
                () =>
                  api.PUT("/api/v1/process-definition-drafts/{code}", {
                    params: { path: { code } },
                    body: { definition, version, based_on: newest_version },
                  }),
                { readAgain: ["/api/v1/process-definition-drafts"] },
              )
            }
          >
            {t("office.drafts.seen")}
          </Button>
        </Space>
      }
      style={{ marginBottom: 16 }}
    />
  );
}

interface DraftPartsProps {
  saved: Schemas["DefinitionDraft"];
  isSaved: boolean;
  content: Schemas["DefinitionDraft"]["definition"];
  change: (content: Schemas["DefinitionDraft"]["definition"]) => void;
  /** Undefined while the text is not a definition's shape. */
  definition: DefinitionContent | undefined;
}

function DraftParts({ saved, isSaved, content, change, definition }: DraftPartsProps) {
  const { t, named } = useWords();
  const [tab, showTab] = useTab(TABS);
  const onlyText = <EmptyState words={t("office.drafts.only_text")} />;
  const side = (
    <div>
      <FaultsList faults={saved.faults} definition={definition} />
      <section className="office-panel">
        <h2>{t("office.definitions.picture")}</h2>
        {saved.faults.length > 0 || definition === undefined ? (
          <EmptyState words={t("office.drafts.no_picture")} />
        ) : (
          <DefinitionPicture
            // Of what is saved: each version of the draft has its own.
            key={saved.version}
            path={`/api/v1/process-definition-drafts/${saved.code}.svg`}
            name={`${named(definition)}: ${definition.nodes.map(named).join(" → ")}`}
          />
        )}
      </section>
    </div>
  );
  return (
    <Tabs
      activeKey={tab}
      onChange={showTab}
      items={[
        {
          key: "nodes",
          label: t("office.definitions.nodes"),
          children: (
            <div className="definition-editor">
              {definition === undefined ? (
                onlyText
              ) : (
                <NodesEditor
                  definition={definition}
                  faults={saved.faults}
                  onChange={(nodes) => change({ ...content, nodes })}
                />
              )}
              {side}
            </div>
          ),
        },
        {
          key: "fields",
          label: t("office.definitions.fields"),
          children: (
            <section className="office-panel">
              {definition === undefined ? onlyText : <FieldsTable definition={definition} />}
            </section>
          ),
        },
        {
          key: "text",
          label: t("office.drafts.text"),
          children: (
            <div className="definition-editor">
              <DefinitionText content={content} onChange={change} />
              {side}
            </div>
          ),
        },
        {
          key: "dry-run",
          label: t("office.definitions.dry_run"),
          disabled: definition === undefined || !isSaved,
          children:
            definition === undefined ? (
              onlyText
            ) : (
              <DryRun definition={definition} asked={{ definition: saved.definition }} />
            ),
        },
      ]}
    />
  );
}
