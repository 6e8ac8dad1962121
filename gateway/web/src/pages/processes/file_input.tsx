import { CloseOutlined, PaperClipOutlined } from "@ant-design/icons";
import { App, Button, Progress } from "antd";
import { useRef, useState } from "react";
import type { Schemas } from "../../api/client";
import { upload } from "../../api/upload";
import { showProblem } from "../../forms/problems";
import { useWords } from "../../words";
import type { NamedFile } from "./attachment_list";

interface FileInputProps {
  value?: NamedFile[];
  onChange?: (files: NamedFile[]) => void;
  /** True until what is on its way is there. */
  onBusy?: (isBusy: boolean) => void;
}

/** As many as the API takes beside one opinion. */
const FILES_MAX = 20;

/** Files beside an opinion: sent as soon as they are chosen, named in the decision. Works as a form's field. */
export function FileInput({ value = [], onChange, onBusy }: FileInputProps) {
  const { t } = useWords();
  const { notification } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const [share, setShare] = useState<number>();

  async function add(chosen: File[]) {
    let files = value;
    onBusy?.(true);
    try {
      for (const file of chosen.slice(0, FILES_MAX - value.length)) {
        setShare(0);
        const { id, name } = await upload<Schemas["Attachment"]>("/api/v1/attachments", file, setShare);
        files = [...files, { id, name }];
        onChange?.(files);
      }
    } catch (error) {
      showProblem(error, { notification });
    } finally {
      setShare(undefined);
      onBusy?.(false);
    }
  }

  return (
    <div className="file-input">
      {value.map((file) => (
        <span key={file.id} className="file-chosen">
          <PaperClipOutlined /> {file.name}
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={t("processes.file.remove", { name: file.name })}
            onClick={() => onChange?.(value.filter(({ id }) => id !== file.id))}
          />
        </span>
      ))}
      {share !== undefined && (
        <Progress percent={Math.round(share * 100)} size="small" aria-label={t("common.upload.uploading")} />
      )}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t("processes.file.add")}
        onChange={({ target }) => {
          const chosen = [...(target.files ?? [])];
          // The same file can be chosen again.
          target.value = "";
          void add(chosen);
        }}
      />
      {value.length < FILES_MAX && (
        <Button
          type="dashed"
          size="small"
          icon={<PaperClipOutlined />}
          disabled={share !== undefined}
          onClick={() => input.current?.click()}
        >
          {t("processes.file.add")}
        </Button>
      )}
    </div>
  );
}
