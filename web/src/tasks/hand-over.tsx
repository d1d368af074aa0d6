/** A task goes to somebody else: transferred for good, entrusted for a while, or signed by others besides. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useRef, useState } from "preact/hooks";
import { task as readTask } from "../contract/calls";
import { Refusal } from "../contract/client";
import type { Completed, HandingVerb, Task } from "../contract/shapes";
import { People } from "../remarks/people";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { nameOf } from "../ui/form/names";
import type { Source } from "../ui/form/picker";
import { Icon, type IconName } from "../ui/icon";
import { usePhone } from "../ui/media";
import { Must } from "../ui/must";
import { Citation, Notice, RefusalNotice } from "../ui/notice";
import { toast } from "../ui/toast";
import { addSigners, entrust, receivers, transfer, useWish, verbsOf, type Mode, type Rule } from "./handing-calls";
import "./handing.css";

const GIVING = ["transfer", "entrust", "add_signer"] as const;
type Giving = (typeof GIVING)[number];

const icons: Record<Giving, IconName> = { transfer: "next", entrust: "people", add_signer: "start" };
const MODES: readonly Mode[] = ["before", "parallel", "after"];
const RULES: readonly Rule[] = ["all", "any"];

interface HandOverProps {
  task: Task;
  /** What was typed goes along where somebody is entrusted with the work. */
  keep: () => Promise<void>;
  onGone: (done: Completed, said: string) => void;
}

export const mayHandOver = (task: Task): boolean => GIVING.some((verb) => task.can.includes(verb));

/** The buttons: side by side at the desk, behind one on a phone. */
export function HandOver({ task, keep, onGone }: HandOverProps) {
  const phone = usePhone();
  const [verb, setVerb] = useState<Giving | null>(null);
  const [choosing, setChoosing] = useState(false);
  const offered = GIVING.filter((one) => task.can.includes(one));
  if (offered.length === 0) return null;
  return (
    <>
      {phone ? (
        <Button icon="more" label={t("verb.more")} data="more-verbs" onClick={() => setChoosing(true)} />
      ) : (
        offered.map((one) => (
          <Button key={one} look="quiet" icon={icons[one]} data={one} onClick={() => setVerb(one)}>
            {t(`verb.${one}`)}
          </Button>
        ))
      )}
      {choosing && (
        <Choice
          task={task}
          offered={offered}
          onClose={() => setChoosing(false)}
          onChoose={(one) => {
            setChoosing(false);
            setVerb(one);
          }}
        />
      )}
      {verb && <Sheet key={verb} task={task} verb={verb} keep={keep} onGone={onGone} onClose={() => setVerb(null)} />}
    </>
  );
}

const useVerbs = (task: string) => useQuery({ queryKey: ["task", task, "verbs"], queryFn: () => verbsOf(task), staleTime: 30_000 });

function Choice({ task, offered, onChoose, onClose }: { task: Task; offered: readonly Giving[]; onChoose: (verb: Giving) => void; onClose: () => void }) {
  const found = useVerbs(task.id);
  return (
    <Dialog title={t("verb.moreTitle")} onClose={onClose}>
      <ul class="lh-verbs">
        {offered.map((one) => (
          <li key={one}>
            <button type="button" class="lh-verb" data-action={one} onClick={() => onChoose(one)}>
              <Icon name={icons[one]} />
              <span>
                <span class="lh-strong">{t(`verb.${one}`)}</span>
                <span class="lh-sub">{found.data?.items.find((item) => item.verb === one)?.effect}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function sourceOf(task: string, verb: Giving): Source {
  return {
    key: `${task} ${verb}`,
    search: async (q) =>
      (await receivers(task, verb, q)).items.map((person) => ({
        id: person.id,
        name: person.name,
        note: [person.number, person.unit?.name, person.posts.map((post) => post.role_name).join("、")].filter(Boolean).join(" · "),
        refused: person.why_not,
      })),
  };
}

interface SheetProps extends HandOverProps {
  verb: Giving;
  onClose: () => void;
}

function Sheet({ task, verb, keep, onGone, onClose }: SheetProps) {
  const queryClient = useQueryClient();
  const found = useVerbs(task.id);
  const about = found.data?.items.find((item) => item.verb === verb);
  const [to, setTo] = useState<string[]>([]);
  const [words, setWords] = useState("");
  const [mode, setMode] = useState<Mode>("before");
  const [rule, setRule] = useState<Rule>("all");
  const [isTried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wish = useWish();
  const source = useRef(sourceOf(task.id, verb));
  const problem = error instanceof Refusal ? error.problem : null;
  const refusedOn = (...fields: string[]) => problem?.errors.find((one) => fields.includes(one.field))?.message ?? null;
  const needsReason = verb === "transfer";
  const whoFault = isTried && to.length === 0 ? t("verb.toMissing") : refusedOn("to", "add");
  const wordsFault = needsReason && isTried && words.trim() === "" ? t("verb.reasonMissing") : refusedOn("reason", "opinion");
  const names = to.map(nameOf).join(t("ahead.and"));

  const run = async () => {
    const said = words.trim();
    const key = wish([verb, to, mode, rule, said]);
    const first = to[0] ?? "";
    await keep();
    if (verb === "transfer") return transfer(task.id, first, said, key);
    if (verb === "entrust") return entrust(task.id, first, said, key);
    return addSigners(task.id, to, mode, rule, said, key);
  };

  const submit = () => {
    setTried(true);
    setError(null);
    if (busy || to.length === 0 || (needsReason && words.trim() === "")) return;
    setBusy(true);
    run().then(
      async (done) => {
        if (verb === "add_signer" && mode !== "before") {
          // The task stays in hand: what is typed stays as it is, and only who signs has changed.
          queryClient.setQueryData(["task", task.id], await readTask(task.id));
          void queryClient.invalidateQueries({ queryKey: ["trail", task.case.id] });
          toast({ text: t("verb.done.add_signer", { names }) });
          onClose();
        } else {
          onClose();
          onGone(done, t(`verb.done.${verb}`, { names }));
        }
      },
      (refused: unknown) => {
        setBusy(false);
        setError(refused);
      },
    );
  };

  return (
    <Dialog
      title={t(`verb.${verb}`)}
      onClose={onClose}
      onSubmit={submit}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button type="submit" look="primary" busy={busy} data={`send-${verb}`}>
            {t(`verb.${verb}`)}
          </Button>
        </>
      }
    >
      {error !== null && !refusedOn("to", "add", "reason", "opinion") && <RefusalNotice error={error} />}
      <About about={about} />
      <People
        id="hand-to"
        label={t(verb === "add_signer" ? "verb.whoSigns" : "verb.to")}
        chosen={to}
        required
        single={verb !== "add_signer"}
        fault={whoFault}
        source={source.current}
        without={(name) => t("verb.take", { name })}
        onChange={(people) => {
          setTo(people);
          setError(null);
        }}
      />
      {verb === "add_signer" && (
        <>
          <Radios name="sign-when" legend={t("verb.when")} values={MODES} chosen={mode} onChoose={setMode} />
          {to.length > 1 && <Radios name="sign-rule" legend={t("verb.rule")} values={RULES} chosen={rule} onChoose={setRule} />}
        </>
      )}
      <div role="status">
        {to.length > 0 && (
          <Notice tone="info">
            <p class="lh-plain lh-strong" data-preview={verb}>
              {t(`verb.ahead.${verb === "add_signer" ? mode : verb}`, { names, step: task.name })}
            </p>
          </Notice>
        )}
      </div>
      <div class="lh-field">
        <label class="lh-label" for="hand-words">
          {needsReason ? t("verb.reason") : t("verb.words")}
          {needsReason ? (
            <Must />
          ) : (
            <span class="lh-quiet lh-small"> {t("form.optional")}</span>
          )}
        </label>
        <textarea
          id="hand-words"
          class="lh-input lh-area"
          rows={2}
          value={words}
          aria-required={needsReason ? "true" : undefined}
          aria-invalid={wordsFault ? "true" : undefined}
          aria-describedby={wordsFault ? "hand-words-error" : undefined}
          onInput={(event) => {
            setWords(event.currentTarget.value);
            setError(null);
          }}
        />
        {wordsFault && (
          <p class="lh-error" id="hand-words-error">
            <Icon name="warn" />
            <span>{wordsFault}</span>
          </p>
        )}
      </div>
    </Dialog>
  );
}

/** What the verb does, and to whom it may go. */
function About({ about }: { about: HandingVerb | undefined }) {
  if (!about) return null;
  return (
    <div>
      {about.verb !== "add_signer" && <p class="lh-plain lh-quiet">{about.effect}</p>}
      {about.reach && <p class="lh-plain lh-small lh-quiet">{t("verb.reach", { reach: about.reach })}</p>}
      <Citation clause={about.clause} />
    </div>
  );
}

function Radios<T extends Mode | Rule>({ name, legend, values, chosen, onChoose }: { name: string; legend: string; values: readonly T[]; chosen: T; onChoose: (value: T) => void }) {
  return (
    <fieldset class="lh-plain lh-field">
      <legend class="lh-label">{legend}</legend>
      <div class="lh-stack" style={{ gap: "8px" }}>
        {values.map((value) => (
          <label key={value} class="lh-choice">
            <input class="lh-tick" type="radio" name={name} value={value} checked={chosen === value} onChange={() => onChoose(value)} />
            {t(`verb.${value}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
