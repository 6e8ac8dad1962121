import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { Alert, Button, Grid, Result } from "antd";
import { useMemo } from "react";
import { Link, useLocation, useNavigate, useParams, useSearchParams } from "react-router";
import type { Schemas } from "../../api/client";
import type { FormSubject } from "../../process_form/field";
import { prefilled } from "../../process_form/form_values";
import { likelyType, useSubject } from "../../process_form/subject";
import { draftKey, useFoundDraft } from "../../process_form/use_draft";
import { Page } from "../../shell/page";
import { Loaded, ProblemState, together } from "../../shell/states";
import { closeTab, useTitle } from "../../shell/tabs";
import { listed, useWords } from "../../words";
import { type AskedBy, askedBy, subjectIdOf } from "./asked_by";
import { NodeLine } from "./node_line";
import { definitionOf } from "./records";
import { StartForm, titleOf } from "./start_form";
import { SubjectPicker } from "./subject_picker";
import "./start.css";

type Definition = Schemas["ShownDefinition"];

/** A process before it starts: what it is about, its form, and the line of nodes that it will go through. */
export function StartPage() {
  const { code = "" } = useParams();
  const { t } = useWords();
  const definition = useQuery(definitionOf(code));
  const asked = useAsked(code);
  const type = asked.type ?? definition.data?.subject_type ?? likelyType(code);
  const subjectId = subjectIdOf(asked, type);
  const subject = useSubject(code, type, subjectId);
  const draft = useFoundDraft(subjectId === undefined ? undefined : draftKey(code, subjectId));
  if (definition.data === undefined && definition.error !== null) {
    return (
      <Page title={t("processes.start.choose_title")}>
        <ProblemState error={definition.error} onRetry={() => void definition.refetch()} />
      </Page>
    );
  }
  if (definition.data?.startable === false) {
    return <NotStartable definition={definition.data} />;
  }
  return (
    <Start
      key={`${code} ${subjectId}`}
      code={code}
      type={type}
      definition={definition}
      asked={asked}
      subject={subjectId === undefined ? undefined : subject}
      draft={draft}
    />
  );
}

interface Asked extends AskedBy {
  search: URLSearchParams;
  set: (changes: Record<string, string | undefined>) => void;
}

/** What the address says, and how to change it. */
function useAsked(code: string): Asked {
  const [search, setSearch] = useSearchParams();
  return {
    ...askedBy(code, search),
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
  code: string;
  /** What the process is about, as far as one knows. */
  type: Definition["subject_type"];
  definition: UseQueryResult<Definition, unknown>;
  asked: Asked;
  subject: ReturnType<typeof useSubject> | undefined;
  draft: ReturnType<typeof useFoundDraft>;
}

/** What it is about is asked for, and can be chosen, while the definition is on its way. */
function Start({ code, type, definition, asked, subject, draft }: StartProps) {
  const { t, named } = useWords();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const isWide = Grid.useBreakpoint().lg ?? true;
  const known = definition.data;
  const about = subject?.data;
  const name = known && named(known);
  useTitle(about === undefined || name === undefined ? name : `${name} · ${titleOf(about)}`, { isTab: true });
  const prefill = useMemo(() => (known ? prefilled(known.fields, asked.search) : {}), [known, asked.search]);
  function forgetPrefill() {
    const said = [...asked.search.keys()].filter((name) => name.startsWith("f."));
    if (said.length > 0) {
      asked.set(Object.fromEntries(said.map((name) => [name, undefined])));
    }
  }
  return (
    <Page
      title={name ?? t("processes.start.choose_title")}
      note={about && <Subject subject={about} />}
      actions={
        subject !== undefined && (
          <Button onClick={() => void navigate(otherSubject(code, about))}>{t("processes.start.other_subject")}</Button>
        )
      }
    >
      <div className="start-columns">
        <div className="start-main">
          {subject === undefined ? (
            <SubjectPicker
              code={code}
              type={type}
              customerId={asked.customerId}
              onCustomer={(customer) => asked.set({ customer })}
              onChoose={(id, type) => {
                // The form is a tab of its own from now on: several can be open for one process.
                closeTab(pathname);
                asked.set({ subject: id, subject_type: type, customer: undefined });
              }}
            />
          ) : (
            <Loaded query={together(definition, subject, draft)}>
              {([definition, subject, found]) => (
                <>
                  {found !== null && Object.keys(prefill).length > 0 && (
                    <Alert type="info" showIcon closable title={t("processes.start.draft.with_prefill")} />
                  )}
                  <StartForm
                    definition={definition}
                    subject={subject}
                    draft={found}
                    prefill={prefill}
                    onChanged={forgetPrefill}
                  />
                </>
              )}
            </Loaded>
          )}
        </div>
        <aside className="start-panel start-line" aria-label={t("processes.start.line.title")}>
          <Loaded query={definition}>{(found) => <Line definition={found} isWide={isWide} />}</Loaded>
        </aside>
      </div>
    </Page>
  );
}

function Line({ definition, isWide }: { definition: Definition; isWide: boolean }) {
  const { t, named } = useWords();
  return isWide ? (
    <>
      <h2>{t("processes.start.line.title")}</h2>
      <NodeLine definition={definition} />
    </>
  ) : (
    <details>
      <summary>{definition.nodes.map(named).join(" → ")}</summary>
      <NodeLine definition={definition} />
    </details>
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
