import { DeleteOutlined, InboxOutlined, PaperClipOutlined, RedoOutlined } from "@ant-design/icons";
import { Button, Progress } from "antd";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { newKey, type Schemas } from "../api/client";
import { asProblem } from "../api/problem";
import { upload } from "../api/upload";
import { FileView } from "../record/file_view";
import { useWords } from "../words";
import { type ControlProps, isObject } from "./field";
import "./files.css";

interface NamedFile {
  id: string;
  name: string;
}

/** A file on its way. */
interface Sending {
  key: string;
  file: File;
  share: number;
  error?: string;
  stop: AbortController;
}

const TOTAL_MAX = 100 * 1024 * 1024;

function filesOf(value: unknown): NamedFile[] {
  const entries = Array.isArray(value) ? value : [];
  return entries.filter(isObject).map(({ id, name }) => ({ id: String(id), name: String(name) }));
}

/** Many files: chosen or dropped, each with how far it is; what failed can be tried again. */
export function AttachmentsField({ value, onChange, id, isReadOnly, onBusy, field }: ControlProps) {
  const { t, named } = useWords();
  const files = filesOf(value);
  const [sending, setSending] = useState<Sending[]>([]);
  const [isOver, setOver] = useState(false);
  const [refused, setRefused] = useState<string>();
  const [viewed, setViewed] = useState<NamedFile>();
  const input = useRef<HTMLInputElement>(null);
  // Files arrive one after the other, each beside those that came before it.
  const latest = useRef({ files, onChange });
  latest.current = { files, onChange };
  const sizes = useRef(new Map<string, number>());
  const isBusy = sending.some(({ error }) => error === undefined);
  useEffect(() => {
    if (isBusy) {
      onBusy(true);
      return () => onBusy(false);
    }
  }, [isBusy, onBusy]);
  const running = useRef(sending);
  running.current = sending;
  useEffect(
    () => () => {
      for (const { stop } of running.current) {
        stop.abort();
      }
    },
    [],
  );

  function keep(kept: NamedFile[]) {
    latest.current.files = kept;
    latest.current.onChange(kept);
  }

  async function send(each: Sending) {
    const set = (change: Partial<Sending>) =>
      setSending((before) => before.map((other) => (other.key === each.key ? { ...other, ...change } : other)));
    set({ error: undefined, share: 0 });
    try {
      const made = await upload<Schemas["Attachment"]>(
        "/api/v1/attachments",
        each.file,
        (share) => set({ share }),
        each.stop.signal,
      );
      sizes.current.set(made.id, made.size_bytes);
      setSending((before) => before.filter(({ key }) => key !== each.key));
      keep([...latest.current.files, { id: made.id, name: made.name }]);
    } catch (error) {
      if (!each.stop.signal.aborted) {
        set({ error: asProblem(error).message });
      }
    }
  }

  function add(chosen: FileList | null) {
    const added = [...(chosen ?? [])];
    const known = latest.current.files.reduce((sum, file) => sum + (sizes.current.get(file.id) ?? 0), 0);
    const underWay = sending.reduce((sum, { file }) => sum + file.size, 0);
    const total = added.reduce((sum, file) => sum + file.size, known + underWay);
    if (total > TOTAL_MAX) {
      setRefused(t("processes.form.files.too_large"));
      return;
    }
    setRefused(undefined);
    const begun = added.map((file) => ({ key: newKey(), file, share: 0, stop: new AbortController() }));
    setSending((before) => [...before, ...begun]);
    for (const each of begun) {
      void send(each);
    }
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    add(event.dataTransfer.files);
  }

  return (
    <div className="form-files">
      {!isReadOnly && (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way to what its button does
        <div
          className={isOver ? "form-drop form-drop-over" : "form-drop"}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <input
            ref={input}
            type="file"
            multiple
            tabIndex={-1}
            className="form-unseen"
            aria-label={named(field)}
            onChange={({ target }) => {
              add(target.files);
              target.value = "";
            }}
          />
          <Button id={id} icon={<InboxOutlined />} onClick={() => input.current?.click()}>
            {t("common.upload.choose")}
          </Button>
          <span className="quiet">{t("processes.form.files.hint")}</span>
        </div>
      )}
      {refused !== undefined && <p className="form-error">{refused}</p>}
      <ul>
        {files.map((file) => (
          <li key={file.id}>
            <PaperClipOutlined aria-hidden />
            <Button type="link" size="small" className="form-file-name" onClick={() => setViewed(file)}>
              {file.name}
            </Button>
            {!isReadOnly && (
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined />}
                aria-label={t("processes.form.files.remove", { name: file.name })}
                onClick={() => keep(latest.current.files.filter((other) => other.id !== file.id))}
              />
            )}
          </li>
        ))}
        {sending.map((each) => (
          <li key={each.key}>
            <PaperClipOutlined aria-hidden />
            <span className="form-file-name">{each.file.name}</span>
            {each.error === undefined ? (
              <Progress
                percent={Math.round(each.share * 100)}
                size="small"
                aria-label={t("processes.form.files.progress", { name: each.file.name })}
              />
            ) : (
              <>
                <span className="form-error">{each.error}</span>
                <Button type="text" size="small" icon={<RedoOutlined />} onClick={() => void send(each)}>
                  {t("common.retry")}
                </Button>
              </>
            )}
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={t("processes.form.files.remove", { name: each.file.name })}
              onClick={() => {
                each.stop.abort();
                setSending((before) => before.filter(({ key }) => key !== each.key));
              }}
            />
          </li>
        ))}
      </ul>
      <FileView
        path={viewed && `/api/v1/attachments/${viewed.id}`}
        name={viewed?.name ?? ""}
        onClose={() => setViewed(undefined)}
      />
    </div>
  );
}
