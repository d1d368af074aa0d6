/** The office's rules of separation: those that hold, their versions, and the next one proposed to a second person. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useRef, useState } from "preact/hooks";
import { Field } from "../admin/field";
import { isProposal, tellDone } from "../admin/proposed";
import { may } from "../admin/sections";
import { Refusal } from "../contract/client";
import { me } from "../contract/session";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { dutyRules, publishDuties, type DutyRules } from "./calls";
import { RuleCell, TermsCell } from "./enforcement";
import "./duties.css";

export function OfficeDuties() {
  const who = useStore(me);
  useTitle(t("definitions.duties"));
  const found = useQuery({ queryKey: ["duties", "office"], queryFn: dutyRules, staleTime: 30_000 });
  if (found.isPending) return <Skeleton lines={8} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const rules = found.data;
  return (
    <div class="lh-stack lh-touch" style={{ gap: "16px" }}>
      <header>
        <h1 class="lh-h1">{t("definitions.duties")}</h1>
        <p class="lh-plain lh-quiet">{rules.version > 0 ? t("duties.version", { n: rules.version, count: rules.rules.length }) : t("duties.noVersion")}</p>
      </header>
      <Rules rules={rules} />
      <Versions rules={rules} />
      {may(who, "duties.publish") && <Publish key={rules.version} rules={rules} />}
    </div>
  );
}

function Rules({ rules }: { rules: DutyRules }) {
  if (rules.rules.length === 0) return null;
  return (
    <div class="lh-card" style={{ overflowX: "auto" }} role="region" aria-label={t("duties.rules")} tabIndex={0}>
      <table class="lh-table">
        <thead>
          <tr>
            <th class="lh-th" scope="col">{t("duties.rule")}</th>
            <th class="lh-th" scope="col">{t("duties.enforcement")}</th>
          </tr>
        </thead>
        <tbody>
          {rules.rules.map((rule) => (
            <tr key={rule.id} class="lh-tr lh-tr-top">
              <RuleCell rule={rule} />
              <TermsCell terms={rule.terms} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Versions({ rules }: { rules: DutyRules }) {
  if (rules.versions.length === 0) return null;
  return (
    <section class="lh-card lh-pane" aria-label={t("duties.versions")}>
      <h2 class="lh-h3">{t("duties.versions")}</h2>
      <ul class="lh-days">
        {rules.versions.map((one) => (
          <li key={one.version}>
            <span>
              <span class="lh-strong">{t("definitions.version", { n: one.version })}</span> {one.reason}
              <span class="lh-sub lh-numeric">
                {longTime(one.published_at)} · <span class="lh-mono">SHA-256 {one.sha256.slice(0, 12)}</span>
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Finding {
  line: number | null;
  element: string | null;
  rule: string;
  severity: string;
  message: string;
  remedy: string;
}

/** What is wrong with the file that was sent, one by one. */
const findingsOf = (refused: unknown): readonly Finding[] => (refused instanceof Refusal ? ((refused.problem as { findings?: Finding[] }).findings ?? []) : []);

function Publish({ rules }: { rules: DutyRules }) {
  const client = useQueryClient();
  const [content, setContent] = useState(rules.content ?? "");
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const problem = useRef<HTMLDivElement>(null);
  const told = (field: string) => (refused instanceof Refusal ? refused.problem.errors.find((gap) => gap.field === field)?.message : undefined);
  const gap = (value: string) => (checked && value.trim() === "" ? t("fault.required") : undefined);
  const findings = findingsOf(refused);
  const send = async () => {
    setChecked(true);
    if (busy || content.trim() === "" || reason.trim() === "") return;
    setBusy(true);
    setRefused(null);
    try {
      const answer = await publishDuties(content, reason.trim());
      if (isProposal(answer)) {
        tellDone(answer, "");
        setReason("");
        setChecked(false);
        void client.invalidateQueries({ queryKey: ["proposals"] });
      } else toast({ text: t("duties.nothingNew") });
    } catch (error) {
      setRefused(error);
      requestAnimationFrame(() => problem.current?.focus());
    }
    setBusy(false);
  };
  return (
    <section class="lh-card lh-pane lh-stack" aria-label={t("duties.publish")} data-pane="publish-duties">
      <h2 class="lh-h3">{t("duties.publish")}</h2>
      <p class="lh-plain lh-quiet">{t("duties.publishWhat")}</p>
      {refused !== null && <RefusalNotice error={refused} focusRef={problem} />}
      {findings.length > 0 && (
        <ul class="lh-bullets" data-findings>
          {findings.map((one) => (
            <li key={`${one.rule}/${one.element ?? ""}/${one.message}`}>
              {one.element && <span class="lh-mono">{one.element} </span>}
              {one.message} <span class="lh-quiet">{one.remedy}</span>
            </li>
          ))}
        </ul>
      )}
      <form
        noValidate
        class="lh-stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Field label={t("duties.file")} hint={t("duties.fileHint")}>
          {(wiring) => (
            <input
              class="lh-input"
              type="file"
              accept=".json,application/json"
              {...wiring}
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                if (file) void file.text().then(setContent);
              }}
            />
          )}
        </Field>
        <Field label={t("duties.content")} required wrong={told("content") ?? gap(content)}>
          {(wiring) => <textarea class="lh-input lh-area lh-mono" rows={14} spellcheck={false} {...wiring} value={content} onInput={(event) => setContent(event.currentTarget.value)} />}
        </Field>
        <Field label={t("admin.reason")} required wrong={told("reason") ?? gap(reason)}>
          {(wiring) => <textarea class="lh-input lh-area" rows={2} maxLength={2000} {...wiring} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
        </Field>
        <Notice icon="lock">{t("duties.twoPersons")}</Notice>
        <div class="lh-row">
          <Button look="primary" type="submit" busy={busy} data="publish-duties">
            {t("admin.propose")}
          </Button>
        </div>
      </form>
    </section>
  );
}
