import { EyeOutlined, PaperClipOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { download } from "../../api/upload";
import { FileView } from "../../record/file_view";
import { useWords } from "../../words";

export interface NamedFile {
  id: string;
  name: string;
}

/** What browsers show in the page. */
const SHOWN = /\.(pdf|png|jpe?g|gif|webp|bmp)$/i;

/** Files of a form or beside an opinion: PDF and pictures are looked at in the page, all else is saved. */
export function AttachmentList({ files }: { files: NamedFile[] }) {
  const { t } = useWords();
  const [shown, setShown] = useState<NamedFile>();
  return (
    <>
      <ul className="files">
        {files.map((file) => {
          const isShown = SHOWN.test(file.name);
          return (
            <li key={file.id}>
              <Button
                type="link"
                size="small"
                icon={isShown ? <EyeOutlined /> : <PaperClipOutlined />}
                aria-label={t(isShown ? "processes.file.show" : "processes.file.save", { name: file.name })}
                onClick={() => (isShown ? setShown(file) : download(addressOf(file)))}
              >
                {file.name}
              </Button>
            </li>
          );
        })}
      </ul>
      <FileView
        path={shown && `${addressOf(shown)}?preview=true`}
        name={shown?.name ?? ""}
        onClose={() => setShown(undefined)}
      />
    </>
  );
}

function addressOf({ id }: NamedFile): string {
  return `/api/v1/attachments/${id}`;
}
