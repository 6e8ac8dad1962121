import { Alert, Button, Grid, Result } from "antd";
import { useMemo } from "react";
import { Link, useLocation, useNavigate, useParams, useSearchParams } from "react-router";
import { query, type Schemas } from "../../api/client";
import type { FormSubject } from "../../process_form/field";
import { prefilled } from "../../process_form/form_values";
import { likelyType, useSubject } from "../../process_form/subject";
import { draftKey, useFoundDraft } from "../../process_form/use_draft";
import { Page } from "../../shell/page";
import { Loaded } from "../../shell/states";
import { closeTab, useTitle } from "../../shell/tabs";
import { listed, useWords } from "../../words";
import { NodeLine } from "./node_line";
import { StartForm, titleOf } from "./start_form";
import { SubjectPicker } from "./subject_picker";
import "./start.css";

type Definition = Schemas["ShownDefinition"];

/** A process before it starts: what it is about, its form, and the line of nodes that it will go through. */
export function StartPage() {
  const { code = "" } = useParams();
  const { t } = useWords();
  const definition = query.useQuery(
    "get",
    "/api/v1/process-definitions/{code}",
    { params: { path: { code } } },
    { staleTime: 5 * 60_000 },
  );
  const asked = useAsked(code);
  const type = asked.type ?? definition.data?.subject_type ?? likelyType(code);
  const subject = useSubject(code, type, asked.subjectId);
  const draft = useFoundDraft(asked.subjectId === undefined ? undefined : draftKey(code, asked.subjectId));
  if (definition.data === undefined) {
    return (
      <Page title={t("processes.start.choose_title")}>
        <Loaded query={definition}>{() => null}</Loaded>
      </Page>
    );
  }
  return definition.data.startable ? (
    <Start
      key={`${code} ${asked.subjectId}`}
      definition={definition.data}
      asked={asked}
      subject={asked.subjectId === undefined ? undefined : subject}
      draft={draft}
    />
  ) : (
    <NotStartable definition={definition.data} />
  );
}

interface Asked {
  subjectId: string | undefined;
  /** Of the subject, where it is not the definition's own. */
  type: Definition["subject_type"] | undefined;
  customerId: string | undefined;
  search: URLSearchParams;
  set: (changes: Record<string, string | undefined>) => void;
}

/** What the address says; a draft's key says what it is about. */
function useAsked(code: string): Asked {
  const [search, setSearch] = useSearchParams();
  const key = search.get("draft");
  const ofDraft = key?.startsWith(`${code}:`) ? key.slice(code.length + 1) : undefined;
  const type = search.get("subject_type");
  return {
    subjectId: search.get("subject") ?? ofDraft,
    type: type === "customer" || type === "product" || type === "account" ? type : undefined,
    customerId: search.get("customer") ?? undefined,
    search,
    set: (changes) => {
      const next = new URLSearchParams(search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined) {
          next.delete(name);
        } else {
          next.set(name, value);
        }
      }
      setSearch(next, { replace: true });
    },
  };
}

interface StartProps {
  definition: Definition;
  asked: Asked;
  subject: ReturnType<typeof useSubject> | undefined;
  draft: ReturnType<typeof useFoundDraft>;
}

function Start({ definition, asked, subject, draft }: StartProps) {
  const { t, named } = useWords();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const isWide = Grid.useBreakpoint().lg ?? true;
  const name = named(definition);
  const about = subject?.data;
  useTitle(about === undefined ? name : `${name} · ${titleOf(about)}`, { isTab: true });
  const prefill = useMemo(() => prefilled(definition.fields, asked.search), [definition.fields, asked.search]);
  function forgetPrefill() {
    const said = [...asked.search.keys()].filter((name) => name.startsWith("f."));
    if (said.length > 0) {
      asked.set(Object.fromEntries(said.map((name) => [name, undefined])));
    }
  }
  return (
    <Page
      title={name}
      note={about && <Subject subject={about} />}
      actions={
        asked.subjectId !== undefined && (
          <Button onClick={() => void navigate(otherSubject(definition.code, about))}>
            {t("processes.start.other_subject")}
          </Button>
        )
      }
    >
      <div className="start-columns">
        <div className="start-main">
          {subject === undefined ? (
            <SubjectPicker
              code={definition.code}
              type={definition.subject_type}
              customerId={asked.customerId}
              onCustomer={(customer) => asked.set({ customer })}
              onChoose={(id, type) => {
                // The form is a tab of its own from now on: several can be open for one process.
                closeTab(pathname);
                asked.set({ subject: id, subject_type: type, customer: undefined });
              }}
            />
          ) : (
            <Loaded query={subject}>
              {(known) => (
                <Loaded query={{ ...draft, data: draft.data === undefined ? undefined : { draft: draft.data } }}>
                  {({ draft: found }) => (
                    <>
                      {found !== null && Object.keys(prefill).length > 0 && (
                        <Alert type="info" showIcon closable title={t("processes.start.draft.with_prefill")} />
                      )}
                      <StartForm
                        definition={definition}
                        subject={known}
                        draft={found}
                        prefill={prefill}
                        onChanged={forgetPrefill}
                      />
                    </>
                  )}
                </Loaded>
              )}
            </Loaded>
          )}
        </div>
        <aside className="start-panel start-line" aria-label={t("processes.start.line.title")}>
          {isWide ? (
            <>
              <h2>{t("processes.start.line.title")}</h2>
              <NodeLine definition={definition} />
            </>
          ) : (
            <details>
              <summary>{definition.nodes.map(named).join(" → ")}</summary>
              <NodeLine definition={definition} />
            </details>
          )}
        </aside>
      </div>
    </Page>
  );
}

function otherSubject(code: string, subject: FormSubject | undefined): string {
  const customer = subject === undefined || subject.type === "customer" ? "" : `?customer=${subject.customerId}`;
  return `/processes/start/${code}${customer}`;
}

/** What it is about, and the way to it. */
function Subject({ subject }: { subject: FormSubject }) {
  const { term } = useWords();
  const { product, account } = subject;
  const more = [
    ...(subject.type === "customer" ? [] : [subject.name]),
    ...(product === undefined ? [] : [term("payment_mode", product.payment_mode)]),
    ...(account === undefined ? [] : [account.product_name]),
  ];
  return (
    <span className="start-about">
      <Link to={`/customers/${subject.customerId}`}>{subject.customerName}</Link>
      {more.length > 0 && <span className="quiet">{more.join(" · ")}</span>}
    </span>
  );
}

function NotStartable({ definition }: { definition: Definition }) {
  const { t, term, named } = useWords();
  useTitle(named(definition));
  return (
    <Page title={named(definition)}>
      <Result
        status="403"
        title={t("processes.start.not_yours")}
        subTitle={t("processes.start.starters", {
          roles: listed(definition.starters.map((role) => term("role", role))),
        })}
      />
    </Page>
  );
}
