/** The library of procedures as designers keep it: versions, what is in force where, drafts, and where a new one begins. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useRef, useState } from "preact/hooks";
import { download } from "../contract/client";
import { me } from "../contract/session";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { Picker } from "../ui/form/picker";
import { learn } from "../ui/form/names";
import { Icon } from "../ui/icon";
import { LoadFailure, RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { activate, begin, dropPlan, keep, library, reinstate, retire, takeIn, templates, type LibraryProcedure, type Remark } from "./calls";
import { DraftPage } from "./draft";
import { beginGuide } from "./guide";
import { Labelled, PERSON, StatePill, WhySheet, useRepeated } from "./parts";
import { s } from "./texts";
import "./studio.css";

const states = ["published", "draft", "retired"] as const;

export function StudioPage() {
  const { query } = useLocation();
  const permissions = useStore(me)?.permissions ?? [];
  if (!permissions.includes("definitions.publish") && !permissions.includes("definitions.read")) return <Empty title={s("notYours")} />;
  const draft = query["draft"];
  return draft ? <DraftPage id={draft} key={draft} /> : <Library mayWrite={permissions.includes("definitions.publish")} />;
}

function Library({ mayWrite }: { mayWrite: boolean }) {
  const { query, route } = useLocation();
  useTitle(s("title"));
  const q = query["q"] ?? "";
  const state = states.find((one) => one === query["state"]) ?? null;
  const found = useQuery({ queryKey: ["library", q], queryFn: () => library(q), placeholderData: (before) => before });
  const [sheet, setSheet] = useState<"new" | null>(null);
  const [report, setReport] = useState<{ id: string; remarks: Remark[] } | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const taking = useRepeated();
  const go = (next: { q?: string; state?: string | null }) => {
    const wanted = new URLSearchParams();
    const text = next.q ?? q;
    const chosen = next.state === undefined ? state : next.state;
    if (text) wanted.set("q", text);
    if (chosen) wanted.set("state", chosen);
    route(`/studio${wanted.size ? `?${wanted}` : ""}`, true);
  };
  const items = (found.data?.items ?? []).filter((one) => state === null || one.state === state || (state === "draft" && one.drafts.length > 0));
  const open = (id: string) => route(`/studio?draft=${id}`);
  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{s("title")}</h1>
          <p class="lh-plain lh-quiet">{s("what")}</p>
        </div>
        {mayWrite && (
          <div class="lh-row lh-wrap">
            <Button busy={taking.busy} data="import" onClick={() => file.current?.click()}>
              {s("takeIn")}
            </Button>
            <Button look="primary" icon="start" data="new-draft" onClick={() => setSheet("new")}>
              {s("begin")}
            </Button>
            <input
              ref={file}
              type="file"
              hidden
              aria-label={s("takeInHint")}
              accept=".zip,.bpmn,.dmn,.form,.json,.xml"
              onChange={(event) => {
                const chosen = event.currentTarget.files?.[0];
                event.currentTarget.value = "";
                if (chosen) taking.run(() => takeIn(chosen), (done) => (done.report.length > 0 ? setReport({ id: done.id, remarks: done.report }) : open(done.id)));
              }}
            />
          </div>
        )}
      </header>
      {taking.refused !== null && <RefusalNotice error={taking.refused} />}
      <div class="lh-row lh-wrap lh-studio-tools">
        <input class="lh-input lh-studio-search" type="search" value={q} placeholder={s("search")} aria-label={s("search")} onInput={(event) => go({ q: event.currentTarget.value })} />
        <nav class="lh-segment" aria-label={s("state")}>
          {([null, ...states] as const).map((one) => (
            <a
              key={one ?? "all"}
              class="lh-segment-item lh-segment-link"
              href={one ? `/studio?state=${one}` : "/studio"}
              aria-current={one === state ? "page" : undefined}
              onClick={(event) => {
                event.preventDefault();
                go({ state: one });
              }}
            >
              {s(one ?? "all")}
            </a>
          ))}
        </nav>
      </div>
      {found.isPending ? (
        <Skeleton />
      ) : !found.data ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        q || state ? (
          <Empty title={s("noneFound")}>
            <Button onClick={() => route("/studio", true)}>{s("clear")}</Button>
          </Empty>
        ) : (
          <Empty title={s("none")}>
            <p class="lh-plain lh-quiet">{s("noneWhat")}</p>
          </Empty>
        )
      ) : (
        <Folders items={items} mayWrite={mayWrite} open={open} />
      )}
      {mayWrite && !q && <GuideOffer open={open} />}
      {sheet === "new" && <NewSheet onClose={() => setSheet(null)} onDone={open} />}
      {report && <ReportSheet remarks={report.remarks} onClose={() => open(report.id)} />}
    </div>
  );
}

function Folders({ items, mayWrite, open }: { items: LibraryProcedure[]; mayWrite: boolean; open: (id: string) => void }) {
  const folders = [...new Set(items.map((one) => one.folder))].sort((a, b) => (a === "" ? 1 : b === "" ? -1 : a.localeCompare(b)));
  return (
    <>
      {folders.map((folder) => (
        <section key={folder} class="lh-studio-folder">
          {folders.length > 1 || folder !== "" ? <h2 class="lh-h2">{folder || s("noFolder")}</h2> : null}
          <ul class="lh-cards">
            {items
              .filter((one) => one.folder === folder)
              .map((one) => (
                <li key={one.key}>
                  <Card one={one} mayWrite={mayWrite} open={open} />
                </li>
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}

type Asked = { what: "retire" | "reinstate" | "keep" | "copy" } | { what: "back"; version: number } | { what: "drop"; plan: string };

function Card({ one, mayWrite, open }: { one: LibraryProcedure; mayWrite: boolean; open: (id: string) => void }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const deed = useRepeated();
  const queryClient = useQueryClient();
  const done = () => {
    setAsked(null);
    void queryClient.invalidateQueries({ queryKey: ["library"] });
  };
  const newest = one.versions[0];
  return (
    <article class="lh-card lh-card-pad lh-stack" data-procedure={one.key}>
      <div class="lh-row lh-spread lh-wrap">
        <h2 class="lh-h3">
          {newest ? (
            <a class="lh-link" href={`/definitions/${one.key}`}>
              {one.name}
            </a>
          ) : (
            one.name
          )}
        </h2>
        <span class="lh-row">
          <StatePill state={one.state} />
          {one.running > 0 && <Pill>{s("runningCases", { n: one.running })}</Pill>}
        </span>
      </div>
      {one.purpose && <p class="lh-plain lh-quiet lh-small lh-two-lines">{one.purpose}</p>}
      <div class="lh-meta">
        <span class="lh-mono">{one.key}</span>
        {one.owner && <span>{s("owner", { name: one.owner.name })}</span>}
      </div>
      {one.retired_because && <p class="lh-quote">{one.retired_because}</p>}
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
      {one.drafts.length > 0 && (
        <ul class="lh-bullets" aria-label={s("drafts")}>
          {one.drafts.map((draft) => (
            <li key={draft.id}>
              <a class="lh-link" href={`/studio?draft=${draft.id}`}>
                {s("openDraft", { name: draft.saved_by.name, at: longTime(draft.saved_at) })}
              </a>{" "}
              {draft.state === "in_review" && <StatePill state="in_review" />}
              {draft.edited_by && <span class="lh-small lh-quiet"> {s("editing", { name: draft.edited_by.name })}</span>}
            </li>
          ))}
        </ul>
      )}
      {one.plans.map((plan) => (
        <div key={plan.id} class="lh-row lh-wrap lh-small">
          <Icon name="clock" small />
          {s("planned", { at: longTime(plan.from_at), n: plan.version, where: plan.units ? plan.units.map((unit) => unit.name).join(t("form.and")) : s("everywhere") })}
          {mayWrite && (
            <Button small onClick={() => setAsked({ what: "drop", plan: plan.id })}>
              {s("dropPlan")}
            </Button>
          )}
        </div>
      ))}
      {one.versions.length > 0 && (
        <details class="lh-details">
          <summary class="lh-summary">{s("versions")}</summary>
          <ul class="lh-studio-versions">
            {one.versions.map((version) => (
              <li key={version.version} class="lh-row lh-wrap" data-version={version.version}>
                <a class="lh-link" href={`/definitions/${one.key}?version=${version.version}`}>
                  {s("version", { n: version.version })}
                </a>
                <span class="lh-small lh-quiet">
                  {[longTime(version.published_at), version.published_by?.name, version.note].filter(Boolean).join(" · ")}
                </span>
                {version.active === "everywhere" && <Pill tone="good">{s("activeEverywhere")}</Pill>}
                {version.active === "units" && <Pill tone="good">{s("activeUnits", { names: version.units.map((unit) => unit.name).join(t("form.and")) })}</Pill>}
                {version.running > 0 && <span class="lh-small">{s("runningCases", { n: version.running })}</span>}
                {mayWrite && version.active !== "everywhere" && (
                  <Button small data={`back-${version.version}`} onClick={() => setAsked({ what: "back", version: version.version })}>
                    {s("goBack")}
                  </Button>
                )}
                <Button small look="quiet" icon="download" label={s("export")} onClick={() => deed.run(() => download(`/api/v1/library/${one.key}/versions/${version.version}/export`), () => undefined)} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {mayWrite && (
        <div class="lh-row lh-wrap">
          {newest && (
            <Button small busy={deed.busy} data="change" onClick={() => deed.run(() => begin({ version: { key: one.key } }), (draft) => open(draft.id))}>
              {s("change")}
            </Button>
          )}
          {newest && (
            <Button small onClick={() => setAsked({ what: "keep" })}>
              {s("keep")}
            </Button>
          )}
          {newest && (
            <Button small data={one.state === "retired" ? "reinstate" : "retire"} onClick={() => setAsked({ what: one.state === "retired" ? "reinstate" : "retire" })}>
              {s(one.state === "retired" ? "reinstate" : "retire")}
            </Button>
          )}
        </div>
      )}
      {asked?.what === "retire" && <WhySheet danger title={s("retire")} what={s("retireWhat")} run={(reason) => retire(one.key, reason)} onDone={done} onClose={() => setAsked(null)} />}
      {asked?.what === "reinstate" && <WhySheet title={s("reinstate")} what={one.name} run={(reason) => reinstate(one.key, reason)} onDone={done} onClose={() => setAsked(null)} />}
      {asked?.what === "back" && (
        <WhySheet title={s("goBack")} what={s("goBackWhat", { n: asked.version })} run={(reason) => activate(one.key, asked.version, reason)} onDone={done} onClose={() => setAsked(null)} />
      )}
      {asked?.what === "drop" && <WhySheet title={s("dropPlan")} what={one.name} run={(reason) => dropPlan(one.key, asked.plan, reason)} onDone={done} onClose={() => setAsked(null)} />}
      {asked?.what === "keep" && <KeepSheet one={one} onDone={done} onClose={() => setAsked(null)} />}
    </article>
  );
}

function KeepSheet({ one, onDone, onClose }: { one: LibraryProcedure; onDone: () => void; onClose: () => void }) {
  const [folder, setFolder] = useState(one.folder);
  const [owner, setOwner] = useState<string | null>(() => {
    if (one.owner?.id) learn(one.owner.id, one.owner.name);
    return one.owner?.id ?? null;
  });
  const deed = useDeed();
  return (
    <Dialog
      title={s("keep")}
      onClose={onClose}
      onSubmit={() => deed.run(() => keep(one.key, owner, folder), onDone)}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={deed.busy} data="submit">
            {s("keep")}
          </Button>
        </>
      }
    >
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
      <Labelled label={s("folder")}>{(id) => <input id={id} class="lh-input" maxLength={100} value={folder} onInput={(event) => setFolder(event.currentTarget.value)} />}</Labelled>
      <Labelled label={s("keeper")}>{(id) => <Picker component={PERSON} id={id} value={owner} within={undefined} describedBy={undefined} invalid={false} required={false} onChange={setOwner} />}</Labelled>
    </Dialog>
  );
}

function NewSheet({ onClose, onDone }: { onClose: () => void; onDone: (id: string) => void }) {
  const [template, setTemplate] = useState("");
  const [form, setForm] = useState({ key: "", name_zh: "", name_en: "" });
  const shipped = useQuery({ queryKey: ["studio", "templates"], queryFn: templates, staleTime: Infinity });
  const deed = useDeed();
  const set = (name: keyof typeof form) => (event: { currentTarget: HTMLInputElement }) => setForm({ ...form, [name]: event.currentTarget.value });
  return (
    <Dialog
      title={s("begin")}
      onClose={onClose}
      onSubmit={() => deed.run(() => begin(template ? { template: { template, ...form } } : { nothing: form }), (draft) => onDone(draft.id))}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={deed.busy} data="submit">
            {s("create")}
          </Button>
        </>
      }
    >
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
      <Labelled label={s("from")}>
        {(id) => (
          <select id={id} class="lh-input lh-select" value={template} onChange={(event) => setTemplate(event.currentTarget.value)}>
            <option value="">{s("fromNothing")}</option>
            <optgroup label={s("fromTemplate")}>
              {(shipped.data?.items ?? []).map((one) => (
                <option key={one.key} value={one.key}>
                  {one.name}
                </option>
              ))}
            </optgroup>
          </select>
        )}
      </Labelled>
      <Labelled label={s("key")} hint={s("keyHint")}>
        {(id) => <input id={id} name="key" class="lh-input lh-mono" required autocomplete="off" value={form.key} onInput={set("key")} />}
      </Labelled>
      <Labelled label={s("nameZh")}>{(id) => <input id={id} name="name_zh" class="lh-input" value={form.name_zh} onInput={set("name_zh")} />}</Labelled>
      <Labelled label={s("nameEn")}>{(id) => <input id={id} name="name_en" class="lh-input" value={form.name_en} onInput={set("name_en")} />}</Labelled>
    </Dialog>
  );
}

function ReportSheet({ remarks, onClose }: { remarks: readonly Remark[]; onClose: () => void }) {
  return (
    <Dialog
      title={s("report")}
      onClose={onClose}
      foot={
        <Button look="primary" data="go-on" onClick={onClose}>
          {t("act.close")}
        </Button>
      }
    >
      <p class="lh-plain">{s("reportWhat")}</p>
      <ul class="lh-bullets">
        {remarks.map((one, at) => (
          <li key={at}>
            <Pill tone={one.kind === "needs_human" ? "warn" : one.kind === "left_out" ? "held" : "good"}>{s(one.kind)}</Pill> {one.text}
            <span class="lh-sub lh-mono">{[one.file, one.line === null ? "" : s("line", { n: one.line }), one.element ?? ""].filter(Boolean).join(" · ")}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function GuideOffer({ open }: { open: (id: string) => void }) {
  const deed = useRepeated();
  return (
    <section class="lh-card lh-card-pad lh-row lh-spread lh-wrap lh-studio-folder">
      <h2 class="lh-h3">{s("guide")}</h2>
      <Button busy={deed.busy} data="guide" onClick={() => deed.run(beginGuide, open)}>
        {s("guideBegin")}
      </Button>
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
    </section>
  );
}
