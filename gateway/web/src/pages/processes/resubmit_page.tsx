import { Alert, App, Button, Card, Input } from "antd";
import { useEffect, useEffectEvent, useState } from "react";
import { useLocation, useNavigate, useParams } from "react-router";
import { api, newKey, query, type Schemas } from "../../api/client";
import { readAllAgain } from "../../api/queries";
import { showProblem } from "../../forms/problems";
import type { FormSubject } from "../../process_form/field";
import { entered } from "../../process_form/form_values";
import { ProcessFields, shownFields } from "../../process_form/process_fields";
import { useProcessSubject } from "../../process_form/subject";
import { definitionErrors, errorsOfProblem, useProcessForm } from "../../process_form/use_process_form";
import { Page } from "../../shell/page";
import { Loaded } from "../../shell/states";
import { closeTab, useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { ProcessNotices } from "./process_notices";
import "./processes.css";
import { useUnsent } from "./unsent";

/** What came back to its initiator: the form as it was, to be edited and sent round again. */
export function ResubmitPage() {
  const { t } = useWords();
  const { id = "" } = useParams();
  const process = query.useQuery("get", "/api/v1/processes/{process_id}", { params: { path: { process_id: id } } });
  const subject = useProcessSubject(process.data);
  const { data } = process;
  useTitle(data && t("processes.resubmit_title", { title: data.title }), { isTab: true });
  if (data !== undefined && subject.data !== undefined) {
    return <ResubmitForm key={data.id} process={data} subject={subject.data} />;
  }
  return (
    <Page title={t("processes.action.resubmit")}>
      <Loaded query={data === undefined ? process : subject} rows={12}>
        {() => null}
      </Loaded>
    </Page>
  );
}

const START = "start";

function ResubmitForm({ process, subject }: { process: Schemas["Process"]; subject: FormSubject }) {
  const { t } = useWords();
  const { message, notification } = App.useApp();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  // Each time that it comes back it is another form.
  const sentBack = process.history.findLast(({ action }) => action === "returned" || action === "rejected");
  const [unsent, change, forget] = useUnsent(`${process.id}.${sentBack?.number}`);
  const form = useProcessForm({ ...process.form, ...unsent.form });
  const { values } = form;
  const [isBusy, setBusy] = useState(false);
  // The same however often it is sent: where only the answer was lost, the next try gets it. What is refused gives its key back.
  const [key] = useState(newKey);
  const fields = shownFields(process.code, process.fields, START, values, subject);
  const isPossible = process.can.includes("resubmit") || process.task?.actions.includes("resubmit");

  function leave() {
    closeTab(pathname);
    void navigate(`/processes/${process.id}`, { replace: true });
  }

  const keep = useEffectEvent(() => change({ form: values }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is entered is kept whenever it changes
  useEffect(keep, [values]);

  async function resubmit() {
    const errors = definitionErrors(t, fields, process.fields, values);
    form.setErrors(errors);
    if (Object.keys(errors).length > 0) {
      return;
    }
    setBusy(true);
    try {
      await api.POST("/api/v1/processes/{process_id}/resubmit", {
        params: { path: { process_id: process.id }, header: { "Idempotency-Key": key } },
        body: { opinion: unsent.opinion.trim(), form: entered(fields, values), handlers: null },
      });
      forget();
      message.success(t("processes.done.resubmit"));
      await readAllAgain();
      leave();
    } catch (error) {
      const found = errorsOfProblem(error, process.fields);
      form.setErrors(found.errors);
      if (found.others.length > 0 || found.problem.errors.length === 0) {
        showProblem(error, { notification, readAgain: readAllAgain });
      }
    } finally {
      setBusy(false);
    }
  }

  return (
    <Page
      title={process.title}
      actions={
        <>
          <Button onClick={leave}>{t("common.cancel")}</Button>
          <Button type="primary" loading={isBusy} disabled={form.isBusy || !isPossible} onClick={() => void resubmit()}>
            {t("processes.action.resubmit")}
          </Button>
        </>
      }
    >
      <div className="process-main">
        <ProcessNotices process={process} askedTask={null} />
        {!isPossible && <Alert type="info" showIcon title={t("processes.not_to_be_resubmitted")} />}
        <Card title={t("processes.form_title")}>
          <ProcessFields
            code={process.code}
            fields={process.fields}
            node={START}
            subject={subject}
            form={form}
            isReadOnly={isBusy || !isPossible}
          />
        </Card>
        <Card title={t("processes.opinion_optional")}>
          <Input.TextArea
            value={unsent.opinion}
            maxLength={5000}
            autoSize={{ minRows: 2, maxRows: 8 }}
            placeholder={t("processes.resubmit_opinion")}
            aria-label={t("processes.opinion_optional")}
            onChange={(event) => change({ opinion: event.target.value })}
          />
        </Card>
      </div>
    </Page>
  );
}
