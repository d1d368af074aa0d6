/** The attachments of a task or a case: dropped, chosen or photographed, on their way, looked at, taken back. */
import { useEffect, useRef, useState } from "preact/hooks";
import { removeAttachment } from "../contract/calls";
import type { Attachment } from "../contract/shapes";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { Icon } from "../ui/icon";
import { Must } from "../ui/must";
import { RefusalNotice, sentenceOf } from "../ui/notice";
import { toast } from "../ui/toast";
import { Preview } from "./preview";
import { newKey, sizeText, upload, type Upload } from "./upload";
import "./files.css";

interface Sending {
  key: string;
  file: File;
  share: number;
  error: unknown;
  cancel: () => void;
}

interface EnclosuresProps {
  /** Where files are sent to; without it they are only shown. */
  path?: string | undefined;
  items: readonly Attachment[];
  types: readonly string[];
  least: number;
  /** The outcomes for which that many are demanded; empty: for every one. */
  leastFor: readonly string[];
  most: number | null;
  fault?: string | null;
  /** Two uploads may end before the page is drawn again: what becomes of the items is told, not the items. */
  onChange: (change: (items: readonly Attachment[]) => Attachment[]) => void;
}

export function Enclosures({ path, items, types, least, leastFor, most, fault, onChange }: EnclosuresProps) {
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const [isOver, setOver] = useState(false);
  const [said, setSaid] = useState("");
  const running = useRef(new Map<string, Upload>());
  const input = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const all = running.current;
    return () => all.forEach((one) => one.cancel());
  }, []);

  const change = (key: string, next: Partial<Sending>) => setSending((before) => before.map((one) => (one.key === key ? { ...one, ...next } : one)));
  const drop = (key: string) => setSending((before) => before.filter((one) => one.key !== key));

  const send = (file: File, key: string) => {
    const going = upload(path ?? "", file, key, (share) => change(key, { share }));
    running.current.set(key, going);
    going.done
      .then(
        (kept) => {
          drop(key);
          onChange((before) => [...before.filter((one) => one.id !== kept.id), kept]);
          setSaid(t("file.sent", { name: kept.name }));
        },
        (error: unknown) => {
          if (error instanceof DOMException) drop(key);
          else change(key, { error });
        },
      )
      .finally(() => running.current.delete(key));
  };

  const take = (chosen: FileList | null | undefined) => {
    for (const file of Array.from(chosen ?? [])) {
      const key = newKey();
      setSending((before) => [...before, { key, file, share: 0, error: null, cancel: () => running.current.get(key)?.cancel() }]);
      send(file, key);
    }
  };

  const remove = (one: Attachment) => {
    removeAttachment(one.id).then(
      () => {
        onChange((before) => before.filter((other) => other.id !== one.id));
        setSaid(t("file.removed"));
      },
      (error: unknown) => toast({ text: sentenceOf(error), icon: "warn" }),
    );
  };

  const limits = [least > 0 && (leastFor.length > 0 ? t("file.leastFor", { n: least, outcomes: leastFor.join(t("form.and")) }) : t("file.least", { n: least })), most !== null && t("file.most", { n: most })].filter(Boolean).join(" · ");
  const isFull = most !== null && items.length + sending.length >= most;

  return (
    <section class="lh-files" aria-label={t("file.title")}>
      <div class="lh-row lh-spread">
        <h3 class="lh-h3" id="attachments" tabIndex={-1}>
          {t("file.title")}
          {least > 0 && leastFor.length === 0 && <Must />}
        </h3>
        {limits && <span class="lh-small lh-quiet">{limits}</span>}
      </div>
      {fault && (
        <p class="lh-error" role="alert">
          <Icon name="warn" />
          <span>{fault}</span>
        </p>
      )}
      <FileList items={items} onRemove={path ? remove : undefined} />
      {sending.length > 0 && (
        <ul class="lh-file-list">
          {sending.map((one) => (
            <li key={one.key} class="lh-file">
              <span class="lh-file-main">
                <span class="lh-clip">{one.file.name}</span>
                {one.error === null ? (
                  <progress class="lh-file-progress" max={1} value={one.share} aria-label={t("file.progress", { name: one.file.name, percent: Math.round(one.share * 100) })} />
                ) : (
                  <RefusalNotice error={one.error} />
                )}
              </span>
              {one.error !== null && (
                <Button
                  small
                  look="quiet"
                  data="retry-upload"
                  label={t("file.retry", { name: one.file.name })}
                  onClick={() => {
                    change(one.key, { error: null, share: 0 });
                    send(one.file, one.key);
                  }}
                >
                  {t("act.retry")}
                </Button>
              )}
              <Button look="quiet" small icon="close" label={t("file.cancel", { name: one.file.name })} onClick={() => (one.error === null ? one.cancel() : drop(one.key))} />
            </li>
          ))}
        </ul>
      )}
      {path && !isFull && (
        <div
          class={isOver ? "lh-drop lh-drop-over" : "lh-drop"}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            take(event.dataTransfer?.files);
          }}
        >
          <span class="lh-drop-hint lh-quiet lh-small">{t("file.drop")}</span>
          <Button icon="start" data="attach" onClick={() => input.current?.click()}>
            {t("file.add")}
          </Button>
          <span class="lh-drop-camera">
            <Button onClick={() => camera.current?.click()}>{t("file.camera")}</Button>
          </span>
          <input
            ref={input}
            class="lh-hidden-file"
            type="file"
            multiple
            tabIndex={-1}
            aria-hidden="true"
            accept={types.map((type) => `.${type}`).join(",")}
            onChange={(event) => {
              take(event.currentTarget.files);
              event.currentTarget.value = "";
            }}
          />
          <input
            ref={camera}
            class="lh-hidden-file"
            type="file"
            capture="environment"
            accept="image/*"
            tabIndex={-1}
            aria-hidden="true"
            onChange={(event) => {
              take(event.currentTarget.files);
              event.currentTarget.value = "";
            }}
          />
          <p class="lh-hint lh-drop-types">{t("file.types", { types: types.join(", ") })}</p>
        </div>
      )}
      <p class="lh-hidden-text" role="status">
        {said}
      </p>
    </section>
  );
}

/** Files as they lie there: what they are, by whom, and what can be done with them. */
export function FileList({ items, onRemove }: { items: readonly Attachment[]; onRemove?: ((one: Attachment) => void) | undefined }) {
  const [shown, setShown] = useState<Attachment | null>(null);
  if (items.length === 0) return null;
  return (
    <>
      <ul class="lh-file-list">
        {items.map((one) => {
          const isGiven = one.verdict === "clean" || one.verdict === "unscanned";
          return (
            <li key={one.id} class="lh-file">
              {one.previews && one.media_type.startsWith("image/") && <img class="lh-file-thumb" src={`/api/v1/attachments/${one.id}/preview`} alt="" loading="lazy" />}
              <span class="lh-file-main">
                {one.previews ? (
                  <button type="button" class="lh-plain lh-link lh-file-name" aria-label={t("file.preview", { name: one.name })} onClick={() => setShown(one)}>
                    {one.name}
                  </button>
                ) : (
                  <span class="lh-file-name">{one.name}</span>
                )}
                <span class="lh-sub">
                  {[sizeText(one.size), one.by?.name, longTime(one.at), one.verdict === "waiting" && t("file.waiting"), one.verdict === "infected" && t("file.infected")].filter(Boolean).join(" · ")}
                </span>
              </span>
              {isGiven && (
                <a class="lh-button lh-button-quiet lh-button-icon lh-button-small" href={`/api/v1/attachments/${one.id}/content`} download={one.name} aria-label={t("file.content", { name: one.name })}>
                  <Icon name="download" />
                </a>
              )}
              {onRemove && one.mine && <Button look="quiet" small icon="bin" label={t("file.remove", { name: one.name })} onClick={() => onRemove(one)} />}
            </li>
          );
        })}
      </ul>
      {shown && <Preview file={shown} onClose={() => setShown(null)} />}
    </>
  );
}
