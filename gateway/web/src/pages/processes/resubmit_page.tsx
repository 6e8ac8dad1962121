import { useQuery } from "@tanstack/react-query";
import { Alert, App, Button, Card, Input } from "antd";
import { useMemo, useState } from "react";
import { useLocation, useNavigate, useParams } from "react-router";
import { api, query, type Schemas } from "../../api/client";
import { readAllAgain } from "../../api/queries";
import { useMadeOnce } from "../../forms/made_once";
import { showProblem } from "../../forms/problems";
import { useAction } from "../../forms/use_action";
import { ErrorSummary } from "../../process_form/error_summary";
import type { FormSubject } from "../../process_form/field";
import { entered } from "../../process_form/form_values";
import { ProcessFields, shownFields } from "../../process_form/process_fields";
import { useProcessSubject } from "../../process_form/subject";
import { type DraftContent, resubmissionKey, useDraftSaving, useFoundDraft } from "../../process_form/use_draft";
import { useEntering } from "../../process_form/use_entering";
import { definitionErrors, errorsOfProblem, useProcessForm } from "../../process_form/use_process_form";
import { Page } from "../../shell/page";
import { Loaded, together } from "../../shell/states";
import { closeTab, useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { ChosenHandlers, type Handlers, nodeOfRefusal } from "./chosen_handlers";
import { DraftConflict, DraftStatus } from "./draft_status";
import { ProcessNotices } from "./process_notices";
import { processOf } from "./records";
import "./processes.css";

/** What came back to its initiator: the form as it was, to be edited and sent round again. */
export function ResubmitPage() {
  const { t } = useWords();
  const { id = "" } = useParams();
  const process = useQuery(processOf(id));
  const subject = useProcessSubject(process.data);
  const { data } = process;
  const nodes = useNodesOf(data);
  useTitle(data && t("processes.resubmit_title", { title: data.title }), { isTab: true });
  const awaited = together(process, subject, nodes);
  if (awaited.data === undefined) {
    return (
      <Page title={t("processes.action.resubmit")}>
        <Loaded query={awaited} rows={12}>
          {() => null}
        </Loaded>
      </Page>
    );
  }
  const [known, about, definition] = awaited.data;
  return <Resubmission key={known.id} process={known} subject={about} nodes={definition.nodes} />;
}

const START = "start";

/** Who acts at its nodes, by the version of the definition that it has begun with. */
function useNodesOf(process: Schemas["Process"] | undefined) {
  const { code = "", definition_version: version } = process ?? {};
  return query.useQuery(
    "get",
    "/api/v1/process-definitions/{code}",
    { params: { path: { code }, query: { version } } },
    { enabled: process !== undefined, staleTime: Number.POSITIVE_INFINITY },
  );
}

/** Whom its initiator has chosen, as far as they can still act. */
function chosenBefore(process: Schemas["Process"], nodes: Schemas["DefinitionNode"][]): Handlers {
  const chosen = new Set(nodes.filter(({ actors }) => actors.kind === "chosen").map(({ code }) => code));
  const line = process.nodes.filter(({ code }) => chosen.has(code));
  return Object.fromEntries(line.map(({ code, people }) => [code, [...new Set(people.map(({ id }) => id))]]));
}

/** Each time that it comes back it is another form. */
function useDraftOf(process: Schemas["Process"]) {
  const sentBack = process.history.findLast(({ action }) => action === "returned" || action === "rejected");
  const key = resubmissionKey(process.id, sentBack?.number ?? 0);
  return { key, found: useFoundDraft(key) };
}

function Resubmission({ process, ...about }: ResubmissionProps) {
  const { key, found } = useDraftOf(process);
  return (
    <Loaded query={found} rows={12}>
      {(draft) => <ResubmitForm key={key} process={process} {...about} draftKey={key} found={draft} />}
    </Loaded>
  );
}

interface ResubmissionProps {
  process: Schemas["Process"];
  subject: FormSubject;
  nodes: Schemas["DefinitionNode"][];
}

interface ResubmitFormProps extends ResubmissionProps {
  draftKey: string;
  found: Schemas["Draft"] | null;
}

function ResubmitForm({ process, subject, nodes, draftKey, found }: ResubmitFormProps) {
  const { t, named } = useWords();
  const { message, notification } = App.useApp();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [others, setOthers] = useState<string[]>([]);
  const form = useProcessForm({ ...process.form, ...found?.form });
  const [opinion, setOpinion] = useState(found?.opinion ?? "");
  const [handlers, setHandlers] = useState<Handlers>(() => found?.handlers ?? {});
  const before = useMemo(() => chosenBefore(process, nodes), [process, nodes]);
  const { values } = form;
  const title = t("processes.resubmit_title", { title: process.title });
  const draft = useDraftSaving({ key: draftKey, code: process.code, subjectId: subject.id, title }, found);
  const content = useMemo<DraftContent>(() => ({ form: values, handlers, opinion }), [values, handlers, opinion]);
  const { marks, rest } = useEntering(draft, content);
  const choice = useAction();
  const [isBusy, setBusy] = useState(false);
  const once = useMadeOnce();
  const fields = shownFields(process.code, process.fields, START, values, subject);
  const isPossible = process.can.includes("resubmit") || process.task?.actions.includes("resubmit");

  function leave() {
    closeTab(pathname);
    void navigate(`/processes/${process.id}`, { replace: true });
  }

  function show(shown: DraftContent | null) {
    rest();
    setOthers([]);
    form.replace({ ...process.form, ...shown?.form });
    setOpinion(shown?.opinion ?? "");
    setHandlers(shown?.handlers ?? {});
  }

  async function resubmit() {
    const errors = definitionErrors(t, fields, process.fields, values);
    form.setErrors(errors);
    setOthers([]);
    if (Object.keys(errors).length > 0) {
      return;
    }
    setBusy(true);
    await draft.hold();
    try {
      const body = {
        opinion: opinion.trim(),
        form: entered(fields, values),
        handlers: Object.keys(handlers).length === 0 ? null : { ...before, ...handlers },
        draft_key: draftKey,
      };
      await once((header) =>
        api.POST("/api/v1/processes/{process_id}/resubmit", {
          params: { path: { process_id: process.id }, header },
          body,
        }),
      );
      rest();
      message.success(t("processes.done.resubmit"));
      await readAllAgain();
      leave();
    } catch (error) {
      draft.release();
      const refusal = errorsOfProblem(error, process.fields, (place) => {
        const node = nodeOfRefusal(nodes, place);
        return node && named(node);
      });
      form.setErrors(refusal.errors);
      setOthers(refusal.others);
      if (refusal.problem.errors.length === 0) {
        showProblem(error, { notification, readAgain: readAllAgain });
      }
    } finally {
      setBusy(false);
    }
  }

  return (
    <Page
      title={process.title}
      note={isPossible && <DraftStatus draft={draft} />}
      actions={
        <>
          <Button onClick={leave}>{t("common.cancel")}</Button>
          <Button
            type="primary"
            loading={isBusy}
            disabled={form.isBusy || !isPossible || draft.state.kind === "conflict"}
            onClick={() => void resubmit()}
          >
            {t("processes.action.resubmit")}
          </Button>
        </>
      }
    >
      <div className="process-main" {...marks}>
        <ProcessNotices process={process} askedTask={null} />
        {!isPossible && <Alert type="info" showIcon title={t("processes.not_to_be_resubmitted")} />}
        <DraftConflict draft={draft} isBusy={choice.isBusy} act={choice.act} onTheirs={show} />
        <ErrorSummary fields={process.fields} errors={form.errors} others={others} />
        <Card title={t("processes.form_title")}>
          <ProcessFields
            code={process.code}
            fields={process.fields}
            node={START}
            subject={subject}
            form={form}
            isReadOnly={isBusy || !isPossible}
          />
          <ChosenHandlers nodes={nodes} handlers={{ ...before, ...handlers }} onChange={setHandlers} />
        </Card>
        <Card title={t("processes.opinion_optional")}>
          <Input.TextArea
            value={opinion}
            maxLength={5000}
            autoSize={{ minRows: 2, maxRows: 8 }}
            placeholder={t("processes.resubmit_opinion")}
            aria-label={t("processes.opinion_optional")}
            onChange={(event) => setOpinion(event.target.value)}
          />
        </Card>
      </div>
    </Page>
  );
}
