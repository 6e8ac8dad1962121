import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Grid } from "antd";
import { useEffect, useState } from "react";
import { ownHeaders, problemOf } from "../api/client";
import { download } from "../api/upload";
import { EmptyState, Loaded } from "../shell/states";
import { useWords } from "../words";

interface FileViewProps {
  /** What the API answers the file at; undefined shows nothing. */
  path: string | undefined;
  name: string;
  onClose: () => void;
}

/** A PDF or a picture, looked at in the page; anything else can be saved. */
export function FileView({ path, name, onClose }: FileViewProps) {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().lg ?? true;
  return (
    <Drawer
      open={path !== undefined}
      onClose={onClose}
      title={name}
      size={isWide ? 860 : "100%"}
      destroyOnHidden
      styles={{ body: { padding: 0, display: "flex", flexDirection: "column" } }}
      extra={
        <Button icon={<DownloadOutlined />} onClick={() => path && download(path)}>
          {t("common.download")}
        </Button>
      }
    >
      {path !== undefined && <FileContent path={path} name={name} />}
    </Drawer>
  );
}

/** What a file shows, for a place that has its own frame: a column that gives it its height. */
export function FileContent({ path, name }: { path: string; name: string }) {
  const file = useQuery({
    queryKey: ["file", path],
    queryFn: async ({ signal }) => {
      const response = await fetch(path, { headers: ownHeaders(), signal });
      if (!response.ok) {
        throw await problemOf(response);
      }
      return response.blob();
    },
    // A file can be large: it goes with the view.
    gcTime: 0,
  });
  return <Loaded query={file}>{(blob) => <Shown blob={blob} name={name} />}</Loaded>;
}

function Shown({ blob, name }: { blob: Blob; name: string }) {
  const { t } = useWords();
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (address === undefined) {
    return null;
  }
  if (blob.type.startsWith("image/")) {
    return <img src={address} alt={name} style={{ maxWidth: "100%", margin: "auto" }} />;
  }
  if (blob.type === "application/pdf") {
    // As wide as its frame, without the viewer's own list of pages.
    return <iframe src={`${address}#navpanes=0&view=FitH`} title={name} style={{ flex: 1, border: 0 }} />;
  }
  return <EmptyState words={t("common.no_preview")} />;
}
