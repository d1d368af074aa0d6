/** Who somebody is at providers of OpenID Connect: unlinked at once, linked only with a second person. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { ways } from "../actors/security-calls";
import { Refusal } from "../contract/client";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Confirm } from "../ui/confirm";
import { longTime } from "../ui/dates";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { toast } from "../ui/toast";
import { identitiesOf, linkIdentityOf, unlinkIdentityOf, type LinkedIdentity } from "./calls";
import { Field } from "./field";
import { tellDone } from "./proposed";

export function Identities({ account, person }: { account: string; person: string }) {
  const client = useQueryClient();
  const found = useQuery({ queryKey: ["accounts", "identities", account], queryFn: () => identitiesOf(account), staleTime: 5_000 });
  const offered = useQuery({ queryKey: ["security", "ways"], queryFn: ways, staleTime: 60_000 });
  const [linking, setLinking] = useState(false);
  const [leaving, setLeaving] = useState<LinkedIdentity | null>(null);
  const items = found.data?.items ?? [];
  const providers = offered.data?.providers ?? [];
  if (items.length === 0 && providers.length === 0 && !found.isError) return null;
  return (
    <section class="lh-card lh-pane lh-stack" aria-label={t("security.identities")}>
      <h2 class="lh-h3">{t("security.identities")}</h2>
      {found.isError && <LoadFailure error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && items.length === 0 && <p class="lh-plain lh-quiet">{t("admin.noIdentities")}</p>}
      <ul class="lh-days">
        {items.map((one) => (
          <li key={one.id}>
            <span style={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>
              <span class="lh-strong">{one.name ?? one.issuer}</span>
              <span class="lh-sub">
                {one.subject} · {t("admin.linkedAt", { at: longTime(one.linked_at) })}
              </span>
            </span>
            <Button small onClick={() => setLeaving(one)} label={t("security.unlinkOf", { name: one.name ?? one.issuer })} data="unlink-identity">
              {t("security.unlink")}
            </Button>
          </li>
        ))}
      </ul>
      {providers.length > 0 && (
        <div class="lh-row">
          <Button onClick={() => setLinking(true)} data="link-identity">
            {t("admin.linkIdentity")}
          </Button>
        </div>
      )}
      {linking && <Linking account={account} person={person} providers={providers} onClose={() => setLinking(false)} />}
      {leaving && (
        <Unlinking
          account={account}
          identity={leaving}
          onClose={() => setLeaving(null)}
          onDone={() => {
            setLeaving(null);
            void client.invalidateQueries({ queryKey: ["accounts", "identities", account] });
          }}
        />
      )}
    </section>
  );
}

interface LinkingProps {
  account: string;
  person: string;
  providers: readonly { key: string; name: string }[];
  onClose: () => void;
}

function Linking({ account, person, providers, onClose }: LinkingProps) {
  const client = useQueryClient();
  const [provider, setProvider] = useState(providers[0]?.key ?? "");
  const [subject, setSubject] = useState("");
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const { busy, refused, run } = useDeed();
  const told = (field: string) => (refused instanceof Refusal ? refused.problem.errors.find((gap) => gap.field === field)?.message : undefined);
  const gap = (value: string) => (checked && value.trim() === "" ? t("fault.required") : undefined);
  const send = () => {
    setChecked(true);
    if (subject.trim() === "" || reason.trim() === "") return;
    run(
      () => linkIdentityOf(account, provider, subject.trim(), reason.trim()),
      (answer) => {
        tellDone(answer, "");
        void client.invalidateQueries({ queryKey: ["proposals"] });
        onClose();
      },
    );
  };
  return (
    <Dialog
      title={`${t("admin.linkIdentity")} · ${person}`}
      onClose={onClose}
      onSubmit={send}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} data="propose-identity">
            {t("admin.propose")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <p class="lh-plain">{t("admin.linkIdentityWhat")}</p>
      <Notice icon="lock">{t("admin.linkIdentityTwo")}</Notice>
      <Field label={t("admin.provider")} required wrong={told("provider")}>
        {(wiring) => (
          <select class="lh-input lh-select" {...wiring} value={provider} onChange={(event) => setProvider(event.currentTarget.value)}>
            {providers.map((one) => (
              <option key={one.key} value={one.key}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t("admin.subject")} hint={t("admin.subjectHint")} required wrong={told("subject") ?? gap(subject)}>
        {(wiring) => <input class="lh-input lh-mono" type="text" maxLength={255} autocomplete="off" autocapitalize="none" spellcheck={false} {...wiring} value={subject} onInput={(event) => setSubject(event.currentTarget.value)} />}
      </Field>
      <Field label={t("admin.reason")} required wrong={told("reason") ?? gap(reason)}>
        {(wiring) => <textarea class="lh-input lh-area" maxLength={2000} {...wiring} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
      </Field>
    </Dialog>
  );
}

function Unlinking({ account, identity, onClose, onDone }: { account: string; identity: LinkedIdentity; onClose: () => void; onDone: () => void }) {
  return (
    <Confirm
      title={t("security.unlinkOf", { name: identity.name ?? identity.issuer })}
      what={t("admin.unlinkWhat")}
      action={t("security.unlink")}
      data="unlink-now"
      run={() => unlinkIdentityOf(account, identity.id)}
      onDone={() => {
        toast({ text: t("admin.unlinked") });
        onDone();
      }}
      onClose={onClose}
    />
  );
}
