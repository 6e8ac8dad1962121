import { InboxOutlined } from "@ant-design/icons";
import { Alert, App, Button, Card, Form, Input, Progress, Select, Space, Upload } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { query, type Schemas } from "../../api/client";
import { asProblem } from "../../api/problem";
import { readAgain } from "../../api/queries";
import { upload } from "../../api/upload";
import { showProblem } from "../../forms/problems";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { ImportPreview } from "./import_preview";
import { CHANGED_BY_MATCH } from "./receipt_match";
import "./payments.css";
import { LinkButton } from "../../shell/link_button";

type Preview = Schemas["ReceiptImportPreview"];

/** How the file is to be read. */
interface Reading {
  mapping: string;
  bankAccount: string;
}

/** Import a bank's statement: the file, what it would bring, and then the import itself. */
export function NewImportPage() {
  const { t, named } = useWords();
  useTitle(t("payments.imports.new_title"));
  const { may } = useSession();
  const navigate = useNavigate();
  const { notification } = App.useApp();
  const mappings = query.useQuery("get", "/api/v1/bank-mappings");
  const [file, setFile] = useState<File>();
  const [reading, setReading] = useState<Reading>({ mapping: "", bankAccount: "" });
  const [preview, setPreview] = useState<Preview>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState<"preview" | "import">();
  const [share, setShare] = useState(0);

  async function look(chosen: File, how: Reading) {
    setBusy("preview");
    setShare(0);
    setPreview(undefined);
    setProblem(undefined);
    try {
      setPreview(await upload<Preview>(addressOf("/api/v1/receipt-import-previews", how), chosen, setShare));
    } catch (error) {
      // Which bank it is of, or which columns it lacks: said beside the choice that mends it.
      const { message, errors } = asProblem(error);
      setProblem([message, ...errors.map((each) => each.message)].join(" "));
    } finally {
      setBusy(undefined);
    }
  }

  function change(how: Reading) {
    setReading(how);
    if (file !== undefined) {
      void look(file, how);
    }
  }

  async function bring(chosen: File) {
    setBusy("import");
    setShare(0);
    try {
      const address = addressOf("/api/v1/receipt-imports", reading);
      const made = await upload<Schemas["ReceiptImport"]>(address, chosen, setShare);
      await readAgain("/api/v1/receipt-imports", ...CHANGED_BY_MATCH);
      void navigate(`/receipt-imports/${made.id}`, { replace: true });
    } catch (error) {
      showProblem(error, { notification });
      setBusy(undefined);
    }
  }

  function another() {
    setFile(undefined);
    setPreview(undefined);
    setProblem(undefined);
  }

  return (
    <Page
      title={t("payments.imports.new_title")}
      actions={<LinkButton to="/bank-mappings">{t("payments.imports.mappings")}</LinkButton>}
    >
      <div className="parts">
        <Card>
          <Form layout="vertical" className="import-how" disabled={busy !== undefined}>
            <Form.Item label={t("payments.imports.mapping")}>
              <Select
                aria-label={t("payments.imports.mapping")}
                showSearch={{ optionFilterProp: "label" }}
                loading={mappings.isPending}
                value={reading.mapping}
                options={[
                  { value: "", label: t("payments.imports.recognise") },
                  ...(mappings.data?.items ?? []).map((each) => ({ value: each.code, label: named(each) })),
                ]}
                onChange={(mapping: string) => change({ ...reading, mapping })}
              />
            </Form.Item>
            <Form.Item label={t("payments.imports.bank_account")} extra={t("payments.imports.bank_account_hint")}>
              <Input
                aria-label={t("payments.imports.bank_account")}
                maxLength={64}
                value={reading.bankAccount}
                onChange={({ target }) => setReading({ ...reading, bankAccount: target.value.trim() })}
                onBlur={() => preview === undefined && file !== undefined && void look(file, reading)}
                onPressEnter={() => file !== undefined && void look(file, reading)}
              />
            </Form.Item>
          </Form>
          {file === undefined ? (
            <Upload.Dragger
              accept=".csv,.xlsx,.txt"
              multiple={false}
              showUploadList={false}
              beforeUpload={(chosen) => {
                setFile(chosen);
                void look(chosen, reading);
                return false;
              }}
            >
              <p>
                <InboxOutlined className="import-drop" />
              </p>
              <p>{t("payments.imports.drop")}</p>
              <p className="quiet">{t("payments.imports.drop_note")}</p>
            </Upload.Dragger>
          ) : (
            <Space wrap>
              <strong>{file.name}</strong>
              <Button onClick={another} disabled={busy !== undefined}>
                {t("payments.imports.another")}
              </Button>
            </Space>
          )}
          {busy !== undefined && (
            <div role="status" className="import-busy">
              <span className="quiet">{t("payments.imports.reading", { file: file?.name ?? "" })}</span>
              <Progress percent={Math.floor(share * 100)} status="active" aria-label={t("common.upload.uploading")} />
            </div>
          )}
          {problem !== undefined && (
            <Alert
              type="error"
              showIcon
              className="import-busy"
              title={problem}
              action={
                may("bank_mappings.write") && (
                  <LinkButton size="small" to="/bank-mappings">
                    {t("payments.mappings.add")}
                  </LinkButton>
                )
              }
            />
          )}
        </Card>
        {preview !== undefined && file !== undefined && (
          <ImportPreview preview={preview} isBusy={busy !== undefined} onImport={() => void bring(file)} />
        )}
      </div>
    </Page>
  );
}

function addressOf(path: string, { mapping, bankAccount }: Reading): string {
  const asked = new URLSearchParams();
  if (mapping) {
    asked.set("mapping", mapping);
  }
  if (bankAccount) {
    asked.set("bank_account", bankAccount);
  }
  return `${path}?${asked}`;
}
