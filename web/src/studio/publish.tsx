/** Publishing a draft: the list of all that is looked at, the note, when and where; then moving the running cases. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { me } from "../contract/session";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { Icon } from "../ui/icon";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Picker } from "../ui/form/picker";
import { Pill } from "../ui/pill";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { toast } from "../ui/toast";
import { checklist, library, migrate, migrations, publish, rehearse, undoMigration, type Checklist, type Finding } from "./calls";
import type { Whole } from "./draft";
import { Chosen, Labelled, UNIT, WhySheet, useRepeated } from "./parts";
import { s, type Word } from "./texts";

export function Publish({ draft, mayWrite, again }: { draft: Whole; mayWrite: boolean; again: () => void }) {
  if (draft.state === "published") return <Published draft={draft} mayWrite={mayWrite} />;
  return <Before draft={draft} mayWrite={mayWrite && draft.state !== "withdrawn"} again={again} />;
}

function Before({ draft, mayWrite, again }: { draft: Whole; mayWrite: boolean; again: () => void }) {
  const found = useQuery({ queryKey: ["draft", draft.id, "checklist", draft.rev], queryFn: () => checklist(draft.id) });
  const queryClient = useQueryClient();
  const playing = useRepeated();
  const deed = useRepeated();
  const [note, setNote] = useState("");
  const [from, setFrom] = useState("");
  const [isLater, setLater] = useState(false);
  const [units, setUnits] = useState<string[]>([]);
  const [some, setSome] = useState(false);
  const [over, setOver] = useState(false);
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const list = found.data;
  const play = () => playing.run(() => rehearse(draft.id), () => void queryClient.invalidateQueries({ queryKey: ["draft", draft.id, "checklist"] }));
  const send = () =>
    deed.run(
      () =>
        publish(draft.id, {
          note,
          files_hash: list.files_hash,
          active_from: isLater && from ? from : null,
          units: some ? units : null,
          over: over && list.outdated ? list.outdated.newest : null,
        }),
      (done) => {
        toast({ text: `${s("publishDone", { n: done.version })} ${s(done.is_active ? "publishedActive" : "publishedLater")}` });
        void queryClient.invalidateQueries({ queryKey: ["library"] });
        void queryClient.invalidateQueries({ queryKey: ["definitions"] });
        again();
      },
    );
  return (
    <>
      <ul class="lh-cards" aria-label={s("publish")}>
        <Items list={list} play={mayWrite ? play : null} playing={playing.busy} />
      </ul>
      {playing.refused !== null && <RefusalNotice error={playing.refused} />}
      {mayWrite && (
        <form
          class="lh-card lh-card-pad lh-stack"
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          {!list.may_publish && <Notice tone="warn">{s("mayNot")}</Notice>}
          {list.outdated && (
            <label class="lh-row">
              <input type="checkbox" checked={over} onChange={(event) => setOver(event.currentTarget.checked)} />
              {s("over")}
            </label>
          )}
          <Labelled label={s("note")} hint={s("noteHint")}>
            {(id) => <textarea id={id} class="lh-input lh-area" rows={3} aria-required="true" value={note} onInput={(event) => setNote(event.currentTarget.value)} />}
          </Labelled>
          <fieldset class="lh-plain lh-stack">
            <legend class="lh-label">{s("when")}</legend>
            <Choice name="when" value={isLater} onChange={setLater} words={["now", "later"]} />
            {isLater && <input class="lh-input lh-date" type="datetime-local" aria-label={s("later")} value={from} onInput={(event) => setFrom(event.currentTarget.value)} />}
          </fieldset>
          <fieldset class="lh-plain lh-stack">
            <legend class="lh-label">{s("where")}</legend>
            <Choice name="where" value={some} onChange={setSome} words={["everywhere", "someUnits"]} />
            {some && <Chosen kind="unit" label={s("someUnits")} add={s("addUnit")} value={units} onChange={setUnits} />}
          </fieldset>
          {deed.refused !== null && <RefusalNotice error={deed.refused} />}
          <div>
            <Button look="primary" type="submit" busy={deed.busy} data="publish">
              {s("publish")}
            </Button>
          </div>
        </form>
      )}
    </>
  );
}

function Choice({ name, value, onChange, words }: { name: string; value: boolean; onChange: (value: boolean) => void; words: readonly [Word, Word] }) {
  return (
    <div class="lh-row">
      {words.map((word, at) => (
        <label key={word} class="lh-row">
          <input type="radio" name={name} checked={value === (at === 1)} onChange={() => onChange(at === 1)} />
          {s(word)}
        </label>
      ))}
    </div>
  );
}

function Item({ word, good, children }: { word: Word; good: boolean | null; children: ComponentChildren }) {
  return (
    <li class="lh-card lh-card-pad lh-stack" data-item={word} data-good={good === null ? "open" : String(good)}>
      <span class="lh-row">
        <Icon name={good === false ? "warn" : good === null ? "info" : "check"} />
        <h2 class="lh-h3">{s(word)}</h2>
      </span>
      <div class="lh-small">{children}</div>
    </li>
  );
}

function Items({ list, play, playing }: { list: Checklist; play: (() => void) | null; playing: boolean }) {
  const errors = list.findings.filter((one) => one.severity === "error");
  const played = list.rehearsals;
  const missed = [...(played?.missed_elements ?? []), ...(played?.missed_flows ?? [])];
  const lacking = list.sign_offs;
  const unsigned = lacking.missing.length + lacking.against.length + lacking.count;
  return (
    <>
      <Item word="findings" good={errors.length === 0}>
        {list.findings.length === 0 ? (
          s("noFindings")
        ) : (
          <>
            {errors.length > 0 && <Pill tone="danger">{s("errors", { n: errors.length })}</Pill>}
            {list.findings.length > errors.length && <Pill tone="warn">{s("warnings", { n: list.findings.length - errors.length })}</Pill>}
            <Findings items={list.findings} />
          </>
        )}
      </Item>
      <Item word="rehearsals" good={played ? played.passed : null}>
        {!played ? s("notPlayed") : !played.passed ? s("notPassed") : s("passed", { n: played.count })}{" "}
        {played && (missed.length > 0 ? s("missed", { names: missed.slice(0, 8).join(", ") + (missed.length > 8 ? ` +${missed.length - 8}` : "") }) : s("covered", { elements: played.elements, flows: played.flows }))}
        {play && (
          <div>
            <Button small busy={playing} data="rehearse" onClick={play}>
              {s("play")}
            </Button>
          </div>
        )}
      </Item>
      <Item word="staffing" good={list.staffing.length === 0 ? true : null}>
        {list.staffing.length === 0 ? s("staffed") : <Findings items={list.staffing} />}
      </Item>
      <Item word="signOffs" good={unsigned === 0}>
        {unsigned === 0 && s("allSigned")}
        <ul class="lh-bullets">
          {lacking.against.map((one) => (
            <li key={one.id}>{s("disagreed", { name: one.name, note: "" })}</li>
          ))}
          {lacking.missing.map((one) => (
            <li key={one.id}>{s("waitingFor", { name: one.name })}</li>
          ))}
          {lacking.count > 0 && <li>{s("moreSigned", { n: lacking.count })}</li>}
          {lacking.voided.map((one) => (
            <li key={`void ${one.id ?? ""}`}>{s("voided", { name: one.name })}</li>
          ))}
        </ul>
        {list.open_comments > 0 && <p class="lh-plain">{s("openComments", { n: list.open_comments })}</p>}
      </Item>
      {list.outdated && (
        <Item word="changes" good={false}>
          {s("outdated", { name: list.outdated.by ?? "—", n: list.outdated.newest })}
        </Item>
      )}
      {list.retired && (
        <Item word="retired" good={null}>
          {s("isRetired")}
        </Item>
      )}
      {list.running > 0 && (
        <Item word="cases" good={list.preview.status === "done" && list.preview.is_current ? true : null}>
          {s("runningCases", { n: list.running })}
          {list.preview.status !== "none" && ` · ${s("progress", { done: list.preview.done, of: list.preview.of })} · ${s("cannot")} ${list.preview.counts.cannot}`}
        </Item>
      )}
    </>
  );
}

function Findings({ items }: { items: readonly Finding[] }) {
  return (
    <ul class="lh-bullets">
      {items.slice(0, 30).map((one, at) => (
        <li key={at}>
          {one.message}
          <span class="lh-sub">
            {one.remedy} <span class="lh-mono">{[one.file, one.line === null ? "" : s("line", { n: one.line })].filter(Boolean).join(" · ")}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

// ---------------------------------------------------------------- published: the running cases

function Published({ draft, mayWrite }: { draft: Whole; mayWrite: boolean }) {
  const version = draft.published_version ?? 0;
  const found = useQuery({ queryKey: ["library", "", draft.key], queryFn: () => library(draft.key) });
  const [moving, setMoving] = useState<number | null>(null);
  const permissions = useStore(me)?.permissions ?? [];
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const mine = found.data.items.find((one) => one.key === draft.key);
  const older = (mine?.versions ?? []).filter((one) => one.version !== version && one.running > 0);
  return (
    <>
      <Notice tone="good">
        {s("publishDone", { n: version })}{" "}
        <a class="lh-link" href={`/definitions/${draft.key}`}>
          {draft.name}
        </a>
      </Notice>
      {older.map((one) => (
        <section key={one.version} class="lh-card lh-card-pad lh-row lh-spread" data-older={one.version}>
          <span>
            {s("version", { n: one.version })} · {s("runningCases", { n: one.running })}
          </span>
          {mayWrite && (
            <Button data="move" onClick={() => setMoving(one.version)}>
              {s("moveCases")}
            </Button>
          )}
        </section>
      ))}
      {permissions.includes("definitions.publish") && <Migrations definition={draft.key} />}
      {moving !== null && <MoveSheet definition={draft.key} from={moving} to={version} onClose={() => setMoving(null)} />}
    </>
  );
}

function MoveSheet({ definition, from, to, onClose }: { definition: string; from: number; to: number; onClose: () => void }) {
  const [unit, setUnit] = useState<string | null>(null);
  const queryClient = useQueryClient();
  return (
    <WhySheet
      title={s("moveStart")}
      what={s("moveWhat", { from, to })}
      run={(reason) => migrate(definition, from, to, reason, null, unit)}
      onDone={() => {
        void queryClient.invalidateQueries({ queryKey: ["migrations", definition] });
        onClose();
      }}
      onClose={onClose}
    >
      <Labelled label={s("moveUnit")}>{(id) => <Picker component={UNIT} id={id} value={unit} within={undefined} describedBy={undefined} invalid={false} required={false} onChange={setUnit} />}</Labelled>
    </WhySheet>
  );
}

const words: Record<string, Word> = { running: "status_running", stopped: "status_stopped", done: "status_done", undoing: "status_undoing", undone: "status_undone" };

function Migrations({ definition }: { definition: string }) {
  const queryClient = useQueryClient();
  const found = useQuery({
    queryKey: ["migrations", definition],
    queryFn: () => migrations(definition),
    refetchInterval: (query) => (query.state.data?.items.some((one) => one.status === "running" || one.status === "undoing") ? 1500 : false),
  });
  const [undoing, setUndoing] = useState<string | null>(null);
  if (!found.data || found.data.items.length === 0) return null;
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-labelledby="migrations">
      <h2 class="lh-h3" id="migrations">
        {s("migrations")}
      </h2>
      <ul class="lh-studio-versions">
        {found.data.items.map((one) => (
          <li key={one.id} class="lh-row" data-migration={one.status}>
            <span>
              {one.from} → {one.to}
            </span>
            <Pill tone={one.status === "stopped" ? "danger" : one.status === "done" ? "good" : "info"}>{s(words[one.status] ?? "status_running")}</Pill>
            <span role="status">{s("migrationCounts", { moved: one.counts.moved, waiting: one.counts.waiting, refused: one.counts.refused })}</span>
            <span class="lh-small lh-quiet">
              {longTime(one.created_at)} · {one.reason}
            </span>
            {(one.status === "done" || one.status === "stopped" || one.status === "running") && one.counts.moved > 0 && (
              <Button small data="undo-migration" onClick={() => setUndoing(one.id)}>
                {s("undo")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {undoing !== null && (
        <WhySheet
          danger
          title={s("undo")}
          what={s("undoWhat")}
          run={(reason) => undoMigration(definition, undoing, reason)}
          onDone={() => {
            setUndoing(null);
            void queryClient.invalidateQueries({ queryKey: ["migrations", definition] });
          }}
          onClose={() => setUndoing(null)}
        />
      )}
    </section>
  );
}
