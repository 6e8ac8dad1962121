import { translate } from "../words";
import { newKey, ownHeaders, problemOf } from "./client";
import { Problem } from "./problem";

/** How far an upload is, 0 to 1. */
export type Progress = (share: number) => void;

/**
 * Send a file as it is, with its name. `fetch` tells nothing of how far it is; XMLHttpRequest does.
 *
 * @param path from `/api/v1` on, with its query.
 * @returns the answer's JSON.
 */
export function upload<Answer>(path: string, file: File, onProgress?: Progress, signal?: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    for (const [name, value] of Object.entries(ownHeaders())) {
      request.setRequestHeader(name, value);
    }
    request.setRequestHeader("Idempotency-Key", newKey());
    request.setRequestHeader("X-Filename", encodeURIComponent(file.name));
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        onProgress?.(event.loaded / event.total);
      }
    });
    request.addEventListener("load", async () => {
      const response = new Response(request.responseText, { status: request.status });
      if (response.ok) {
        resolve((await response.json()) as Answer);
      } else {
        reject(await problemOf(response));
      }
    });
    request.addEventListener("error", () =>
      reject(new Problem(0, { code: "unreachable", detail: translate("problems.unreachable") })),
    );
    request.addEventListener("abort", () => reject(new DOMException("Aborted", "AbortError")));
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/**
 * Fetch a file that takes its time to be made, in the language of the console, and have the browser save it.
 *
 * @param path from `/api/v1` on, with its query.
 */
export async function saveFile(path: string): Promise<void> {
  const response = await fetch(path, { headers: ownHeaders() }).catch(() => {
    throw new Problem(0, { code: "unreachable", detail: translate("problems.unreachable") });
  });
  if (!response.ok) {
    throw await problemOf(response);
  }
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = nameOf(response);
  link.click();
  URL.revokeObjectURL(address);
}

function nameOf(response: Response): string {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return encoded === undefined ? "" : decodeURIComponent(encoded);
}

/** Have the browser save what an address answers, under the name that the answer gives. */
export function download(path: string): void {
  const link = document.createElement("a");
  link.href = path;
  link.download = "";
  link.click();
}
