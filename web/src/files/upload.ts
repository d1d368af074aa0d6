/** One file on its way to the server: XMLHttpRequest, because fetch says nothing of the bytes that have gone. */
import { Refusal } from "../contract/client";
import { me, renewal } from "../contract/session";
import type { Attachment, Problem } from "../contract/shapes";
import { language } from "../ui/preferences";

export interface Upload {
  done: Promise<Attachment>;
  cancel: () => void;
}

const offline: Problem = { type: "about:blank", title: "", status: 0, detail: "", code: "err_offline", errors: [], clause: null };

/** Sends a file to `path` below the API; under the same `key` it is kept once, however often it is sent. */
export function upload(path: string, file: File, key: string, onProgress: (share: number) => void): Upload {
  let running: XMLHttpRequest | null = null;
  let stopped = false;

  const send = (again: boolean): Promise<Attachment> =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      running = request;
      request.open("POST", `/api/v1${path}?name=${encodeURIComponent(file.name)}`);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.setRequestHeader("Accept-Language", language.get() === "zh" ? "zh-CN" : "en");
      request.setRequestHeader("Idempotency-Key", key);
      const csrf = me.get()?.csrf;
      if (csrf) request.setRequestHeader("X-CSRF-Token", csrf);
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      };
      request.onerror = () => reject(new Refusal(offline));
      request.onabort = () => reject(new DOMException("", "AbortError"));
      request.onload = () => {
        const answer = read(request.responseText);
        if (request.status === 201 && answer) resolve(answer as Attachment);
        else if (request.status === 401 && again && me.get()) {
          void renewal().then((signedIn) => (signedIn && !stopped ? send(false).then(resolve, reject) : reject(new Refusal(offline))));
        } else reject(new Refusal((answer as Problem | null) ?? { ...offline, status: request.status, code: "err_unreadable" }));
      };
      request.send(file);
    });

  return {
    done: send(true),
    cancel: () => {
      stopped = true;
      running?.abort();
    },
  };
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not the API's own answer
  }
}

export const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** `1.2 MB`, as people read sizes. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [n, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  return `${n < 10 ? n.toFixed(1) : Math.round(n)} ${unit}`;
}
