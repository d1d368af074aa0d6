/** Review of a draft: who is asked, what they say of which element, and their sign-offs. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useMemo, useState } from "preact/hooks";
import { me } from "../contract/session";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { Drawn } from "../definitions/drawn";
import { askReview, callBack, comment, comments, resolve, signOff } from "./calls";
import type { Whole } from "./draft";
import { Chosen, Labelled, useRepeated } from "./parts";
import { s } from "./texts";

interface Named {
  id: string;
  name: string;
}

/** What of a diagram somebody can speak of: whatever has a name. */
function elementsOf(xml: string): Named[] {
  const document = new DOMParser().parseFromString(xml, "application/xml");
  return Array.from(document.getElementsByTagName("*"))
    .filter((one) => /(?:Task|Event|Gateway|subProcess|callActivity)$/.test(one.localName) && one.getAttribute("id") && one.getAttribute("name"))
    .map((one) => ({ id: one.getAttribute("id") ?? "", name: one.getAttribute("name") ?? "" }));
}

export function Review({ draft, mayWrite, again }: { draft: Whole; mayWrite: boolean; again: () => void }) {
  const who = useStore(me);
  const xml = draft.files["process.bpmn"] ?? "";
  const elements = useMemo(() => elementsOf(xml), [xml]);
  const [asking, setAsking] = useState(false);
  const [signing, setSigning] = useState<boolean | null>(null);
  const deed = useRepeated();
  const isOpen = draft.state === "draft" || draft.state === "in_review";
  const mine = draft.saved_by.id === who?.person?.id;
  const maySign = isOpen && (mayWrite || draft.reviewers.some((one) => one.id === who?.person?.id));
  const last = new Map(draft.sign_offs.map((one) => [one.by.id, one]));
  const waiting = draft.reviewers.filter((one) => !last.get(one.id)?.valid);
  return (
    <>
      <section class="lh-card lh-card-pad lh-stack" aria-labelledby="reviewers">
        <h2 class="lh-h3" id="reviewers">
          {s("reviewers")}
        </h2>
        {draft.reviewers.length === 0 && last.size === 0 && <p class="lh-plain lh-quiet">{s("noReviewers")}</p>}
        <ul class="lh-bullets">
          {[...last.values()].map((one) => (
            <li key={one.by.id} data-sign-off={one.valid ? (one.agree ? "agreed" : "against") : "void"}>
              {!one.valid ? s("voided", { name: one.by.name }) : one.agree ? s("signed", { name: one.by.name }) : s("disagreed", { name: one.by.name, note: one.note })}{" "}
              <span class="lh-small lh-quiet">{longTime(one.at)}</span>
            </li>
          ))}
          {waiting
            .filter((one) => !last.has(one.id ?? ""))
            .map((one) => (
              <li key={one.id}>{s("waitingFor", { name: one.name })}</li>
            ))}
        </ul>
        {deed.refused !== null && <RefusalNotice error={deed.refused} />}
        <div class="lh-row lh-wrap">
          {isOpen && mayWrite && (
            <Button data="ask-review" onClick={() => setAsking(true)}>
              {s("askReview")}
            </Button>
          )}
          {draft.state === "in_review" && mayWrite && (
            <Button busy={deed.busy} onClick={() => deed.run(() => callBack(draft.id), again)}>
              {s("callBack")}
            </Button>
          )}
          {maySign && (
            <>
              <Button look="primary" refused={mine ? s("ownWork") : null} data="agree" onClick={() => setSigning(true)}>
                {s("agree")}
              </Button>
              <Button refused={mine ? s("ownWork") : null} data="disagree" onClick={() => setSigning(false)}>
                {s("disagree")}
              </Button>
            </>
          )}
        </div>
        {maySign && mine && <p class="lh-plain lh-small lh-quiet">{s("ownWork")}</p>}
      </section>
      {xml !== "" && <Drawn xml={xml} />}
      <Comments draft={draft} elements={elements} mayWrite={maySign} />
      {asking && (
        <AskSheet
          draft={draft}
          onClose={() => setAsking(false)}
          onDone={() => {
            setAsking(false);
            again();
          }}
        />
      )}
      {signing !== null && (
        <SignSheet
          draft={draft}
          agree={signing}
          onClose={() => setSigning(null)}
          onDone={() => {
            setSigning(null);
            again();
          }}
        />
      )}
    </>
  );
}

function AskSheet({ draft, onClose, onDone }: { draft: Whole; onClose: () => void; onDone: () => void }) {
  const [reviewers, setReviewers] = useState<string[]>(draft.reviewers.flatMap((one) => (one.id ? [one.id] : [])));
  const [note, setNote] = useState("");
  const deed = useDeed();
  return (
    <Dialog
      title={s("askReview")}
      onClose={onClose}
      onSubmit={() => deed.run(() => askReview(draft.id, reviewers, note), onDone)}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={deed.busy} data="submit">
            {s("askReview")}
          </Button>
        </>
      }
    >
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
      <Chosen kind="person" label={s("reviewers")} add={s("addReviewer")} value={reviewers} onChange={setReviewers} />
      <Labelled label={s("noteToReviewers")}>{(id) => <textarea id={id} class="lh-input lh-area" rows={2} value={note} onInput={(event) => setNote(event.currentTarget.value)} />}</Labelled>
    </Dialog>
  );
}

function SignSheet({ draft, agree, onClose, onDone }: { draft: Whole; agree: boolean; onClose: () => void; onDone: () => void }) {
  const [note, setNote] = useState("");
  const deed = useDeed();
  return (
    <Dialog
      title={s(agree ? "agree" : "disagree")}
      onClose={onClose}
      onSubmit={() => deed.run(() => signOff(draft.id, agree, note, draft.files_hash), onDone)}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look={agree ? "primary" : "danger"} type="submit" busy={deed.busy} data="submit">
            {s(agree ? "agree" : "disagree")}
          </Button>
        </>
      }
    >
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
      <p class="lh-plain lh-small">{s("agreeHint", { hash: draft.files_hash.slice(0, 12) })}</p>
      <Labelled label={s("opinion")}>{(id) => <textarea id={id} class="lh-input lh-area" rows={3} value={note} onInput={(event) => setNote(event.currentTarget.value)} />}</Labelled>
    </Dialog>
  );
}

function Comments({ draft, elements, mayWrite }: { draft: Whole; elements: readonly Named[]; mayWrite: boolean }) {
  const found = useQuery({ queryKey: ["draft", draft.id, "comments"], queryFn: () => comments(draft.id) });
  const queryClient = useQueryClient();
  const [text, setText] = useState("");
  const [element, setElement] = useState("");
  const deed = useRepeated();
  const again = () => void queryClient.invalidateQueries({ queryKey: ["draft", draft.id, "comments"] });
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const names = new Map(elements.map((one) => [one.id, one.name]));
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-labelledby="comments">
      <h2 class="lh-h3" id="comments">
        {s("comments")}
      </h2>
      {found.data.items.length === 0 && <p class="lh-plain lh-quiet">{s("noComments")}</p>}
      <ul class="lh-studio-versions">
        {found.data.items.map((one) => (
          <li key={one.no} data-comment={one.no}>
            <Pill tone={one.resolved_at ? "neutral" : "warn"}>{one.element ? (names.get(one.element) ?? one.element) : s("wholeDraft")}</Pill> {one.text}
            <span class="lh-sub">
              {one.by.name} · {longTime(one.at)}
              {one.resolved_by && ` · ${s("resolvedBy", { name: one.resolved_by.name })}`}
            </span>
            {!one.resolved_at && mayWrite && (
              <Button small busy={deed.busy} data="resolve" onClick={() => deed.run(() => resolve(draft.id, one.no), again)}>
                {s("resolve")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
      {mayWrite ? (
        <form
          class="lh-stack"
          onSubmit={(event) => {
            event.preventDefault();
            deed.run(
              () => comment(draft.id, text, element || null),
              () => {
                setText("");
                again();
              },
            );
          }}
        >
          <Labelled label={s("about")}>
            {(id) => (
              <select id={id} class="lh-input lh-select" value={element} onChange={(event) => setElement(event.currentTarget.value)}>
                <option value="">{s("wholeDraft")}</option>
                {elements.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </select>
            )}
          </Labelled>
          <Labelled label={s("opinion")}>{(id) => <textarea id={id} class="lh-input lh-area" rows={2} value={text} onInput={(event) => setText(event.currentTarget.value)} />}</Labelled>
          <div>
            <Button type="submit" busy={deed.busy} data="comment">
              {s("comment")}
            </Button>
          </div>
        </form>
      ) : (
        <Notice tone="info">{s("notYours")}</Notice>
      )}
    </section>
  );
}
