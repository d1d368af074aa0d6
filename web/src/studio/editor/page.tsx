/** The studio's editor of one draft: drawing, forms, decisions and words, checked while they are written, and played. */
import "./editor.css";
import { useQuery } from "@tanstack/preact-query";
import { useLocation, useRoute } from "preact-iso";
import { useCallback, useEffect, useState } from "preact/hooks";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { usePhone } from "../../ui/media";
import { LoadFailure, Notice, sentenceOf } from "../../ui/notice";
import { Pill } from "../../ui/pill";
import { Skeleton } from "../../ui/states";
import type { ComponentType } from "preact";
import { useTitle } from "../../ui/title";
import { draftOf, vocabulary as readVocabulary, type Draft, type Finding, type Vocabulary } from "./calls";
import { Conflict } from "./conflict";
import type { DecisionsProps } from "./decisions";
import { Diagram, type Hand } from "./diagram";
import { Forms } from "./forms";
import { Play } from "./play";
import { Problems, useCheck } from "./problems";
import { Rehearsals } from "./rehearsals";
import { TextsTable } from "./texts-table";
import { s, type Key } from "./texts";
import { useWorking, type Working } from "./working";

/** The editor of decisions is as large as that of diagrams, and seldom needed. */
function Decisions(props: DecisionsProps) {
  const [found, setFound] = useState<{ View: ComponentType<DecisionsProps> } | "lost" | null>(null);
  useEffect(() => {
    let gone = false;
    import("./decisions").then(
      (module) => {
        if (!gone) setFound({ View: module.Decisions });
      },
      () => {
        if (!gone) setFound("lost");
      },
    );
    return () => {
      gone = true;
    };
  }, []);
  if (found === null) return <Skeleton />;
  if (found === "lost")
    return (
      <Notice tone="danger" alert>
        {t("error.lost")}
      </Notice>
    );
  return <found.View {...props} />;
}

type Tab = "diagram" | "forms" | "decisions" | "texts";
const tabs: readonly { name: Tab; text: Key }[] = [
  { name: "diagram", text: "diagram" },
  { name: "forms", text: "forms" },
  { name: "decisions", text: "decisions" },
  { name: "texts", text: "texts" },
];

/** Whether the document itself came from an address of the studio: only those may set styles as bpmn.io's tools do. */
function cameByTheDoor(): boolean {
  const [entry] = performance.getEntriesByType("navigation");
  return entry === undefined || new URL(entry.name).pathname.startsWith("/studio");
}

export function EditorPage() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const isHere = cameByTheDoor();
  useEffect(() => {
    if (!isHere) location.reload();
  }, [isHere]);
  const draft = useQuery({ queryKey: ["draft-edited", id], queryFn: () => draftOf(id), staleTime: Infinity, gcTime: 0, enabled: isHere });
  const words = useQuery({ queryKey: ["vocabulary"], queryFn: readVocabulary, staleTime: Infinity, enabled: isHere });
  const failure = draft.error ?? words.error;
  if (failure)
    return (
      <div class="lh-wide">
        <LoadFailure
          error={failure}
          onRetry={() => {
            void draft.refetch();
            void words.refetch();
          }}
        />
      </div>
    );
  if (!draft.data || !words.data)
    return (
      <div class="lh-wide">
        <Skeleton />
      </div>
    );
  return <Editor key={id} first={draft.data} vocabulary={words.data} />;
}

function Editor({ first, vocabulary }: { first: Draft; vocabulary: Vocabulary }) {
  const isPhone = usePhone();
  const working = useWorking(first, isPhone);
  const check = useCheck(first.id, working.files);
  const { query, route } = useLocation();
  const tab = tabs.find((one) => one.name === query["tab"])?.name ?? "diagram";
  const [hand, setHand] = useState<Hand | null>(null);
  const [wasDrawn, setDrawn] = useState(tab === "diagram");
  const [form, setForm] = useState<string | null>(null);
  const [decision, setDecision] = useState<string | null>(null);
  const [dock, setDock] = useState<"problems" | "rehearse" | "play">("problems");
  const [kept, setKept] = useState<string | null>(null);
  useTitle(s("title", { name: first.name }));
  const go = useCallback((next: Tab) => route(`/studio/drafts/${first.id}${next === "diagram" ? "" : `?tab=${next}`}`, true), [route, first.id]);
  useEffect(() => {
    if (tab === "diagram") setDrawn(true);
  }, [tab]);
  const openForm = useCallback(
    (name: string) => {
      setForm(name);
      go("forms");
    },
    [go],
  );
  const openDecision = useCallback(
    (name: string) => {
      setDecision(name);
      go("decisions");
    },
    [go],
  );
  const goTo = (finding: Finding) => {
    if (finding.file.startsWith("forms/")) openForm(finding.file.slice(6, -5));
    else if (finding.file.endsWith(".dmn")) openDecision(finding.element ?? finding.file);
    else if (finding.file.startsWith("texts.")) go("texts");
    else {
      go("diagram");
      if (finding.element) hand?.choose(finding.element);
    }
  };
  const errors = check.findings.filter((one) => one.severity === "error").length;
  const dockTabs: readonly { name: typeof dock; text: string }[] = [
    { name: "problems", text: `${s("problems")} ${check.findings.length > 0 ? String(check.findings.length) : ""}` },
    { name: "play", text: s("play") },
    { name: "rehearse", text: s("rehearse") },
  ];
  const docked = (
    <section class="lh-editor-dock" aria-label={s("dock")}>
      <div class="lh-editor-dock-tabs">
        <div role="tablist" aria-label={s("dock")}>
          {dockTabs.map((one) => (
          <button key={one.name} type="button" role="tab" class="lh-editor-tab" aria-selected={dock === one.name} aria-controls="editor-dock" onClick={() => setDock(one.name)}>
            {one.text}
          </button>
        ))}
        </div>
        <span class="lh-editor-grow" />
        <span role="status" class="lh-small lh-quiet">
          {check.isRunning ? s("problemsWait") : errors > 0 ? <Pill tone="danger">{`${s("problemError")} ${String(errors)}`}</Pill> : <Pill tone="good">{s("problemsNone")}</Pill>}
        </span>
      </div>
      <div class="lh-editor-dock-body" id="editor-dock" role="tabpanel" tabIndex={0}>
        {dock === "problems" && <Problems check={check} hand={hand} go={goTo} />}
        {dock === "rehearse" && <Rehearsals working={working} ok={check.ok !== false} hand={hand} />}
        {dock === "play" && <Play working={working} ok={check.ok !== false} hand={hand} />}
      </div>
    </section>
  );
  return (
    <div class="lh-editor">
      <header class="lh-editor-bar">
        <a class="lh-back" href={`/studio?draft=${first.id}`} style={{ margin: 0 }}>
          <Icon name="back" small />
          {s("back")}
        </a>
        <h1 class="lh-h1">{first.name}</h1>
        <SaveState working={working} />
        <span class="lh-editor-grow" />
        <nav class="lh-tabs" aria-label={s("title", { name: first.name })}>
          {tabs.map((one) => (
            <a
              key={one.name}
              class="lh-tab"
              href={`/studio/drafts/${first.id}${one.name === "diagram" ? "" : `?tab=${one.name}`}`}
              aria-current={one.name === tab ? "page" : undefined}
              onClick={(event) => {
                event.preventDefault();
                go(one.name);
              }}
            >
              {s(one.text)}
            </a>
          ))}
        </nav>
        <a class="lh-button" href={`/studio?draft=${first.id}&tab=publish`} data-action="to-publish">
          {s("toPublish")}
        </a>
        <Standing working={working} isPhone={isPhone} kept={kept} onKept={setKept} />
      </header>
      <div style={{ minHeight: 0, display: tab === "diagram" ? "grid" : "none" }}>
        {wasDrawn && (
          <Diagram working={working} vocabulary={vocabulary} findings={check.findings} openForm={openForm} openDecision={openDecision} onMade={setHand} begin={query["element"] ?? null} dock={docked} />
        )}
      </div>
      {tab === "forms" && <Forms working={working} chosen={form} onChoose={setForm} />}
      {tab === "decisions" && <Decisions working={working} chosen={decision} onChoose={setDecision} findings={check.findings} />}
      {tab === "texts" && <TextsTable working={working} />}
      {working.conflict && <Conflict working={working} theirs={working.conflict} onKept={setKept} />}
    </div>
  );
}

function SaveState({ working }: { working: Working }) {
  if (!working.mayEdit && working.state === "saved") return null;
  return (
    <span role="status" class="lh-small" data-saved={working.state === "saved" ? String(working.rev) : ""}>
      {working.state === "saved" && <span class="lh-quiet">{s("saved", { n: working.rev })}</span>}
      {working.state === "unsaved" && <span class="lh-quiet">{s("unsaved")}</span>}
      {working.state === "saving" && <span class="lh-quiet">{s("saving")}</span>}
      {working.state === "failed" && (
        <span class="lh-row">
          <Pill tone="danger" icon="warn">
            {s("saveFailed")}
          </Pill>
          {!working.isLost && !working.conflict && (
            <Button small onClick={() => void working.saveNow()}>
              {s("again")}
            </Button>
          )}
        </span>
      )}
    </span>
  );
}

/** Why it cannot be changed here, and what to do. */
function Standing({ working, isPhone, kept, onKept }: { working: Working; isPhone: boolean; kept: string | null; onKept: (id: string) => void }) {
  const isOpen = working.draft.state === "draft" || working.draft.state === "in_review";
  return (
    <div style={{ flexBasis: "100%" }} class="lh-news">
      {kept && (
        <Notice tone="good" alert>
          {s("copyMade")}{" "}
          <a class="lh-link" href={`/studio/drafts/${kept}`} target="_blank" rel="noreferrer">
            {s("openIt")}
          </a>
        </Notice>
      )}
      {isPhone && <Notice icon="lock">{s("phone")}</Notice>}
      {!isPhone && !isOpen && <Notice icon="lock">{s("notHere")}</Notice>}
      {!isPhone && isOpen && working.isLost && (
        <Notice tone="warn" alert>
          {s("lost", { name: working.editor || s("somebody") })}{" "}
          <span class="lh-row">
            <Button small look="primary" onClick={() => void working.keepCopy().then(onKept)}>
              {s("keepCopy")}
            </Button>
            <Button small onClick={working.takeOver}>
              {s("takeOver")}
            </Button>
          </span>
        </Notice>
      )}
      {!isPhone && isOpen && !working.isLost && working.editor !== null && !working.mayEdit && (
        <Notice icon="lock">
          {s("editedBy", { name: working.editor || s("somebody") })}{" "}
          <Button small onClick={working.takeOver}>
            {s("takeOver")}
          </Button>
        </Notice>
      )}
      {working.state === "failed" && !working.conflict && !working.isLost && (
        <Notice tone="danger" alert>
          {sentenceOf(working.failure)}
        </Notice>
      )}
    </div>
  );
}
