/** Starting a case: which procedure, for which unit, with which answers. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation, useRoute } from "preact-iso";
import { useMemo, useRef, useState } from "preact/hooks";
import { Chain } from "../ahead/chain";
import { definition as readDefinition, definitions, start } from "../contract/calls";
import { Refusal } from "../contract/client";
import { me } from "../contract/session";
import type { Answers, Definition } from "../contract/shapes";
import { FaultSummary, isToldByFields } from "../tasks/fault-summary";
import { useActing } from "../tasks/work";
import { t } from "../texts";
import { Button } from "../ui/button";
import { withAnswer } from "../ui/form/fit";
import { Form, type FieldFault } from "../ui/form/form";
import { sentence } from "../ui/form/sentences";
import { useReading } from "../ui/form/use-reading";
import { Icon } from "../ui/icon";
import { Must } from "../ui/must";
import { LoadFailure, RefusalNotice } from "../ui/notice";
import { Empty, Skeleton } from "../ui/states";
import { isMeant } from "../ui/pinyin";
import { keep, recall } from "../ui/preferences";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";

const LIKED = "liked";
const USED = "used";
const MOST_USED = 6;

const listed = (name: string): readonly string[] => (recall(name) ?? "").split(",").filter(Boolean);

/** The procedures that somebody starts, as they find them: their own first, then what they used last, then all. */
export function StartPage() {
  const found = useQuery({ queryKey: ["definitions"], queryFn: definitions, staleTime: 60_000 });
  const [q, setQ] = useState("");
  const [liked, setLiked] = useState(() => listed(LIKED));
  useTitle(t("nav.start"));
  const mine = found.data?.items.filter((one) => one.can_start) ?? [];
  const shown = mine.filter((one) => isMeant(one.name, q) || one.key.includes(q.trim().toLowerCase()));
  const of = (keys: readonly string[]) => keys.flatMap((key) => shown.filter((one) => one.key === key));
  const used = of(listed(USED)).filter((one) => !liked.includes(one.key));
  const like = (key: string) => {
    const next = liked.includes(key) ? liked.filter((one) => one !== key) : [...liked, key];
    keep(LIKED, next.join(",") || null);
    setLiked(next);
  };
  const groups = [
    { title: "start.favourites", items: of(liked) },
    { title: "start.recent", items: used },
    { title: "start.all", items: shown.filter((one) => !liked.includes(one.key) && !used.includes(one)) },
  ] as const;
  const isGrouped = groups.filter((group) => group.items.length > 0).length > 1;
  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("nav.start")}</h1>
          <p class="lh-plain lh-quiet">{t("start.what")}</p>
        </div>
      </header>
      {found.isPending ? (
        <Skeleton />
      ) : found.isError ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : mine.length === 0 ? (
        <Empty title={t("start.none")}>
          <p class="lh-plain">{t("start.noneWhy")}</p>
        </Empty>
      ) : (
        <div class="lh-stack" style={{ gap: "18px" }}>
          <div class="lh-search" style={{ flex: "none", maxWidth: "480px" }}>
            <Icon name="search" />
            <input type="search" class="lh-input" value={q} aria-label={t("start.search")} placeholder={t("start.search")} onInput={(event) => setQ(event.currentTarget.value)} />
          </div>
          <p class="lh-hidden-text" role="status">
            {q.trim() ? t("start.found", { n: shown.length }) : ""}
          </p>
          {shown.length === 0 && <p class="lh-plain lh-quiet">{t("start.foundNone", { q: q.trim() })}</p>}
          {groups.map(
            (group) =>
              group.items.length > 0 && (
                <section key={group.title} aria-label={t(group.title)}>
                  {isGrouped && <h2 class="lh-h3" style={{ marginBottom: "10px" }}>{t(group.title)}</h2>}
                  <ul class="lh-grid">
                    {group.items.map((one) => (
                      <li key={one.key} class="lh-proc-with">
                        <a class="lh-card lh-proc" href={`/start/${one.key}`}>
                          <span class="lh-row" style={{ gap: "10px", flexWrap: "nowrap" }}>
                            <span class="lh-avatar" aria-hidden="true">
                              {one.name.slice(0, 1)}
                            </span>
                            <span class="lh-h3" style={{ fontSize: "17px" }}>
                              {one.name}
                            </span>
                          </span>
                          {one.description && <span class="lh-quiet lh-small lh-two-lines">{one.description}</span>}
                        </a>
                        <button
                          type="button"
                          class="lh-star"
                          aria-pressed={liked.includes(one.key)}
                          aria-label={t(liked.includes(one.key) ? "start.unlike" : "start.like", { name: one.name })}
                          onClick={() => like(one.key)}
                        >
                          {liked.includes(one.key) ? "★" : "☆"}
                        </button>
                      </li>
                    ))}
                  </ul>
                </section>
              ),
          )}
        </div>
      )}
    </div>
  );
}

export function StartFormPage() {
  const { params } = useRoute();
  const key = params["definition"] ?? "";
  const found = useQuery({ queryKey: ["definition", key], queryFn: () => readDefinition(key), staleTime: Infinity, refetchOnWindowFocus: false, gcTime: 0 });
  useTitle(found.data ? t("start.of", { name: found.data.name }) : t("nav.start"));
  return (
    <div class="lh-wide">
      {found.isPending ? (
        <Skeleton />
      ) : found.data ? (
        <StartForm key={key} definition={found.data} />
      ) : (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      )}
    </div>
  );
}

function StartForm({ definition }: { definition: Definition }) {
  const { route } = useLocation();
  const queryClient = useQueryClient();
  const today = useStore(me)?.today;
  const form = definition.start?.form ?? null;
  const units = useMemo(() => definition.start?.units ?? [], [definition]);
  const [answers, setAnswers] = useState<Answers>(() => ({ ...form?.values }));
  const [unit, setUnit] = useState(units.length === 1 ? (units[0]?.id ?? "") : "");
  const [isTried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [serverFaults, setServerFaults] = useState<readonly FieldFault[]>([]);
  const top = useRef<HTMLDivElement>(null);
  const context = useMemo(() => ({ today: today ?? null, unit: unit || null }), [today, unit]);
  const reading = useReading(form, answers, context, today);
  useActing(true);

  if (!definition.start) {
    return (
      <Empty title={t("start.notYours")}>
        <a class="lh-button" href="/start">
          {t("nav.start")}
        </a>
      </Empty>
    );
  }
  const own: FieldFault[] = isTried && reading ? reading.faults.map((fault) => ({ path: fault.path, message: sentence(fault) })) : [];
  if (isTried && units.length > 1 && !unit) own.unshift({ path: "unit", message: t("start.unitMissing") });
  const faults = [...own, ...serverFaults.filter((fault) => !own.some((one) => one.path === fault.path))];
  const unitFault = faults.find((fault) => fault.path === "unit" && units.length > 1);

  const beside = { unit: t("start.unit") };

  const toTop = () => requestAnimationFrame(() => top.current?.focus());
  const submit = async () => {
    if (busy) return;
    setTried(true);
    setRefusal(null);
    if ((reading?.faults.length ?? 0) > 0 || (units.length > 1 && !unit)) {
      toTop();
      return;
    }
    setBusy(true);
    try {
      const made = await start(definition.key, unit || undefined, reading?.answers ?? {});
      void queryClient.invalidateQueries({ queryKey: ["tasks"] });
      void queryClient.invalidateQueries({ queryKey: ["cases"] });
      keep(USED, [definition.key, ...listed(USED).filter((one) => one !== definition.key)].slice(0, MOST_USED).join(","));
      toast({ text: t("start.done", { number: made.number }) });
      const mine = made.open_tasks.find((open) => open.mine);
      route(mine ? `/tasks/${mine.id}` : `/cases/${made.id}`);
    } catch (error) {
      const problem = error instanceof Refusal ? error.problem : null;
      setServerFaults(
        (problem?.errors ?? []).map((one) => ({
          path: one.field,
          message: one.message,
          clause: one.clause && one.clause === problem?.clause?.id ? problem.clause : null,
          earliest: one.earliest ?? null,
        })),
      );
      setRefusal(error);
      toTop();
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <header class="lh-head">
        <div class="lh-head-main">
          <a class="lh-back" href="/start">
            <Icon name="back" small />
            {t("nav.start")}
          </a>
          <h1 class="lh-h1">{definition.name}</h1>
          {definition.description && <p class="lh-text lh-quiet">{definition.description}</p>}
        </div>
      </header>
      <div class="lh-start-columns">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div class="lh-card lh-card-pad lh-stack" style={{ gap: "18px" }}>
          <div ref={top} tabIndex={-1} class="lh-news">
            {refusal !== null && !isToldByFields(serverFaults, reading?.shown ?? [], beside) && <RefusalNotice error={refusal} />}
            {faults.length > 0 && <FaultSummary faults={faults} shown={reading?.shown ?? []} extra={beside} />}
          </div>
          {units.length > 0 && (
            <div class="lh-field">
              <label class="lh-label" for="f-unit">
                {t("start.unit")}
                {units.length > 1 && <Must />}
              </label>
              {units.length === 1 ? (
                <p class="lh-answer" id="f-unit">
                  {units[0]?.name}
                </p>
              ) : (
                <select
                  id="f-unit"
                  class="lh-input lh-select"
                  value={unit}
                  aria-required="true"
                  aria-invalid={unitFault ? "true" : undefined}
                  aria-describedby={unitFault ? "f-unit-error" : undefined}
                  onChange={(event) => setUnit(event.currentTarget.value)}
                >
                  <option value="">{t("form.choose")}</option>
                  {units.map((one) => (
                    <option key={one.id} value={one.id}>
                      {one.name} · {one.code}
                    </option>
                  ))}
                </select>
              )}
              {unitFault && (
                <p class="lh-error" id="f-unit-error">
                  <Icon name="warn" />
                  <span>{unitFault.message}</span>
                </p>
              )}
            </div>
          )}
          {form && reading && (
            <Form
              unit={unit || undefined}
              shown={reading.shown}
              faults={faults}
              within={reading.within}
              onChange={(path, value) => {
                setAnswers((before) => withAnswer(before, path, value));
                setServerFaults((before) => before.filter((fault) => fault.path !== path));
              }}
            />
          )}
        </div>
        <div class="lh-actions">
          <Button type="submit" look="primary" busy={busy} data="start">
            {t("start.submit")}
          </Button>
        </div>
      </form>
      <aside>
        <Chain definition={definition.key} unit={units.length > 1 && !unit ? null : unit || (units[0]?.id ?? "")} answers={reading?.answers ?? {}} />
      </aside>
      </div>
    </>
  );
}
