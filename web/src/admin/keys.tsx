/** Keys of programs: who may what until when; a new one is shown once, a revoked one never works again. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Refusal } from "../contract/client";
import { me } from "../contract/session";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Confirm } from "../ui/confirm";
import { longTime } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { addKey, keys, revokeKey, scopes, type Key, type NewKey } from "./calls";
import { Field } from "./field";
import { tellDone } from "./proposed";

export function KeysPage() {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const [once, setOnce] = useState<{ name: string; key: string } | null>(null);
  useTitle(t("admin.keys"));
  const found = useQuery({ queryKey: ["keys"], queryFn: keys, staleTime: 5_000 });
  const again = () => void client.invalidateQueries({ queryKey: ["keys"] });
  return (
    <div class="lh-narrow lh-stack lh-touch" style={{ gap: "16px", marginInline: 0 }}>
      <header class="lh-head" style={{ marginBottom: 0 }}>
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("admin.keys")}</h1>
          <p class="lh-plain lh-quiet">{t("admin.keysHow")}</p>
        </div>
        <Button look="primary" icon="start" onClick={() => setAdding(true)} data="add-key">
          {t("admin.addKey")}
        </Button>
      </header>
      {once !== null && (
        <Notice tone="warn" title={t("admin.keyOnce", { name: once.name })} alert>
          <div class="lh-once">
            <code class="lh-mono" data-once>
              {once.key}
            </code>
          </div>
          <p class="lh-plain lh-small">{t("admin.keyOnceWhat")}</p>
          <Button small onClick={() => setOnce(null)}>
            {t("admin.onceKept")}
          </Button>
        </Notice>
      )}
      {found.isPending ? (
        <Skeleton lines={5} />
      ) : !found.data ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data.items.length === 0 ? (
        <Empty title={t("admin.noKeys")}>
          <p class="lh-plain lh-quiet">{t("admin.noKeysWhat")}</p>
        </Empty>
      ) : (
        <ul class="lh-cards">
          {found.data.items.map((key) => (
            <li key={key.id} class="lh-card lh-pane lh-stack" data-key={key.name}>
              <div class="lh-row lh-spread">
                <h2 class="lh-h3">{key.name}</h2>
                {key.revoked_at ? <Pill tone="held">{t("admin.revoked")}</Pill> : Date.parse(key.expires_at) < Date.now() ? <Pill tone="warn">{t("admin.expired")}</Pill> : <Pill tone="good">{t("admin.works")}</Pill>}
              </div>
              <dl class="lh-facts">
                <dt class="lh-fact-name">{t("admin.actsAs")}</dt>
                <dd class="lh-fact">{key.account}</dd>
                <dt class="lh-fact-name">{t("admin.mayDo")}</dt>
                <dd class="lh-fact">{key.scopes.length > 0 ? <span class="lh-mono">{key.scopes.join("  ")}</span> : t("admin.allScopes")}</dd>
                <dt class="lh-fact-name">{t("admin.expiresAt")}</dt>
                <dd class="lh-fact lh-numeric">{longTime(key.expires_at)}</dd>
                <dt class="lh-fact-name">{t("admin.usedAt")}</dt>
                <dd class="lh-fact lh-numeric">{key.used_at ? longTime(key.used_at) : t("admin.neverUsed")}</dd>
                {key.revoked_at && (
                  <>
                    <dt class="lh-fact-name">{t("admin.revoked")}</dt>
                    <dd class="lh-fact lh-numeric">{longTime(key.revoked_at)}</dd>
                  </>
                )}
              </dl>
              {!key.revoked_at && (
                <Button small look="danger" onClick={() => setRevoking(key)} label={t("admin.revokeOf", { name: key.name })}>
                  {t("admin.revoke")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {adding && (
        <NewKeyDialog
          onClose={() => setAdding(false)}
          onDone={(made) => {
            setAdding(false);
            setOnce(made);
            again();
          }}
        />
      )}
      {revoking && (
        <RevokeDialog
          one={revoking}
          onClose={() => setRevoking(null)}
          onDone={() => {
            setRevoking(null);
            toast({ text: t("admin.isRevoked") });
            again();
          }}
        />
      )}
    </div>
  );
}

function NewKeyDialog({ onClose, onDone }: { onClose: () => void; onDone: (made: { name: string; key: string }) => void }) {
  const who = useStore(me);
  const [name, setName] = useState("");
  const [account, setAccount] = useState("");
  const [days, setDays] = useState("90");
  const [chosen, setChosen] = useState<readonly string[]>(["read"]);
  const [alone, setAlone] = useState(true);
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const told = (field: string) => (refused instanceof Refusal ? refused.problem.errors.find((gap) => gap.field === field)?.message : undefined);
  const wrongDays = !/^\d{1,3}$/.test(days) || Number(days) < 1 || Number(days) > 366;
  const send = async () => {
    setChecked(true);
    if (name.trim() === "" || wrongDays) return;
    setBusy(true);
    setRefused(null);
    try {
      const scopes_ = [...chosen] as NonNullable<NewKey["scopes"]>;
      const body = { name: name.trim(), scopes: scopes_, account: alone ? null : account.trim() || null, is_program: alone, days: Number(days), reason: reason.trim() || null };
      const made = await addKey(body);
      if ("key" in made) onDone({ name: made.name, key: made.key });
      else {
        tellDone(made, "");
        onDone({ name: body.name, key: made.once ?? "" });
      }
    } catch (error) {
      setRefused(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("admin.addKey")}
      onClose={onClose}
      onSubmit={() => void send()}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} data="make-key">
            {t("admin.makeKey")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <Field label={t("admin.keyName")} hint={t("admin.keyNameHint")} required wrong={told("name") ?? (checked && name.trim() === "" ? t("fault.required") : undefined)}>
        {(wiring) => <input class="lh-input" {...wiring} autocomplete="off" maxLength={100} value={name} onInput={(event) => setName(event.currentTarget.value)} />}
      </Field>
      <label class="lh-check" style={{ padding: 0 }}>
        <input class="lh-tick" type="checkbox" checked={alone} onChange={(event) => setAlone(event.currentTarget.checked)} />
        <span>
          {t("admin.isProgram")}
          <span class="lh-sub">{t("admin.isProgramWhat")}</span>
        </span>
      </label>
      {!alone && (
      <Field label={t("admin.keyAccount")} hint={t("admin.keyAccountHint", { name: who?.account.name ?? "" })} wrong={told("account")}>
        {(wiring) => <input class="lh-input" {...wiring} autocomplete="off" autocapitalize="none" maxLength={100} value={account} onInput={(event) => setAccount(event.currentTarget.value)} />}
      </Field>
      )}
      <fieldset class="lh-field" aria-describedby="key-scopes-hint">
        <legend class="lh-label">{t("admin.mayDo")}</legend>
        <p class="lh-hint" id="key-scopes-hint">
          {t("admin.scopesHint")}
        </p>
        {scopes.map((one) => (
          <label key={one} class="lh-check" style={{ padding: "4px 0" }}>
            <input
              class="lh-tick"
              type="checkbox"
              checked={chosen.includes(one)}
              onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, one] : chosen.filter((other) => other !== one))}
            />
            <span class="lh-mono">{one}</span>
          </label>
        ))}
        {told("scopes") && <p class="lh-error">{told("scopes")}</p>}
      </fieldset>
      <Field label={t("admin.days")} hint={t("admin.daysHint")} required wrong={told("days") ?? (checked && wrongDays ? t("admin.daysWrong") : undefined)}>
        {(wiring) => <input class="lh-input lh-number" {...wiring} inputMode="numeric" value={days} onInput={(event) => setDays(event.currentTarget.value.trim())} />}
      </Field>
      <Field label={t("admin.reason")} hint={t("admin.keyReason")} wrong={told("reason")}>
        {(wiring) => <textarea class="lh-input lh-area" {...wiring} maxLength={2000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
      </Field>
    </Dialog>
  );
}

function RevokeDialog({ one, onClose, onDone }: { one: Key; onClose: () => void; onDone: () => void }) {
  return (
    <Confirm
      title={`${t("admin.revoke")} · ${one.name}`}
      what={t("admin.revokeWhat")}
      action={t("admin.revoke")}
      data="revoke-key"
      run={() => revokeKey(one.id)}
      onDone={onDone}
      onClose={onClose}
    />
  );
}
