/** A channel, new or changed: a mail server, a webhook, a robot. Secrets are typed and never shown again. */
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { Refusal } from "../contract/client";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { RefusalNotice } from "../ui/notice";
import { addChannel, changeChannel, type Channel, type Kind } from "./calls";

type Sort = Channel["kind"];
const sorts: readonly Sort[] = ["mail", "webhook", "wecom", "dingtalk"];
const securities = ["starttls", "tls", "none"] as const;

interface Written {
  name: string;
  audience: "people" | "office";
  host: string;
  port: string;
  security: (typeof securities)[number];
  user: string;
  sender: string;
  sender_name: string;
  domains: string;
  kinds: string[];
  units: string;
  language: "zh" | "en";
  titles: boolean;
  password: string;
  url: string;
  key: string;
}

function before(channel: Channel | null): Written {
  const kept = (channel?.settings ?? {}) as Partial<Omit<Written, "port" | "domains" | "units">> & { port?: number; domains?: string[]; units?: string[] };
  return {
    name: channel?.name ?? "",
    audience: channel?.audience ?? "office",
    host: kept.host ?? "",
    port: kept.port ? String(kept.port) : "",
    security: kept.security ?? "starttls",
    user: kept.user ?? "",
    sender: kept.sender ?? "",
    sender_name: kept.sender_name ?? "",
    domains: (kept.domains ?? []).join(", "),
    kinds: kept.kinds ?? ["task.overdue", "task.escalated", "case.stopped"],
    units: (kept.units ?? []).join(", "),
    language: kept.language ?? "zh",
    titles: kept.titles ?? false,
    password: "",
    url: "",
    key: "",
  };
}

const listOf = (text: string) => text.split(/[,，、\s]+/).filter((one) => one !== "");

interface Props {
  channel: Channel | null;
  kinds: readonly Kind[];
  onClose: () => void;
  /** With the secret that was made up for a webhook, or null. */
  onDone: (secret: string | null) => void;
}

export function ChannelForm({ channel, kinds, onClose, onDone }: Props) {
  const [sort, setSort] = useState<Sort>(channel?.kind ?? "mail");
  const [form, setForm] = useState<Written>(before(channel));
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const set = (change: Partial<Written>) => setForm({ ...form, ...change });
  const gap = (field: string) => (refused instanceof Refusal ? refused.problem.errors.find((one) => one.field === field)?.message : undefined);
  const isOffice = sort !== "mail" && (sort !== "webhook" || form.audience === "office");

  const send = async () => {
    setBusy(true);
    const settings = {
      host: sort === "mail" ? form.host.trim() : "",
      port: form.port.trim() === "" ? null : Number(form.port),
      security: form.security,
      user: form.user.trim(),
      sender: form.sender.trim(),
      sender_name: form.sender_name.trim(),
      domains: listOf(form.domains),
      kinds: isOffice ? form.kinds : [],
      units: isOffice ? listOf(form.units) : [],
      language: form.language,
      titles: form.titles,
    };
    const secrets = { password: form.password, url: form.url.trim(), key: form.key.trim() };
    try {
      if (channel) {
        await changeChannel(channel.id, { name: form.name.trim(), settings, secrets });
        onDone(null);
      } else {
        const audience = sort === "webhook" ? form.audience : null;
        const made = await addChannel({ kind: sort, name: form.name.trim(), audience, settings, secrets });
        onDone(made.secret);
      }
    } catch (error) {
      setRefused(error);
      setBusy(false);
    }
  };

  const text = (field: keyof Written, path: string, label: string, more: { type?: string; hint?: string; placeholder?: string } = {}) => {
    const wrong = gap(path);
    return (
      <Field label={label} {...(wrong ? { wrong } : {})} {...(more.hint ? { hint: more.hint } : {})}>
        <input
          class="lh-input"
          type={more.type ?? "text"}
          autocomplete={more.type === "password" ? "new-password" : "off"}
          value={form[field] as string}
          placeholder={more.placeholder}
          aria-invalid={wrong ? "true" : undefined}
          onInput={(event) => set({ [field]: event.currentTarget.value })}
        />
      </Field>
    );
  };
  const kept = channel ? t("channels.keptSecret") : undefined;
  const kindsGap = gap("settings.kinds");

  return (
    <Dialog
      title={t(channel ? "channels.change" : "channels.add")}
      onClose={onClose}
      onSubmit={() => void send()}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} data="save-channel">
            {t("notices.save")}
          </Button>
        </>
      }
    >
      <div class="lh-stack">
        {refused !== null && <RefusalNotice error={refused} />}
        {!channel && (
          <Field label={t("channels.sort")}>
            <select class="lh-input lh-select" value={sort} onChange={(event) => setSort(event.currentTarget.value as Sort)}>
              {sorts.map((one) => (
                <option key={one} value={one}>
                  {t(`channels.kind.${one}`)}
                </option>
              ))}
            </select>
          </Field>
        )}
        {text("name", "name", t("channels.name"))}
        {sort === "mail" ? (
          <>
            {text("host", "settings.host", t("channels.host"), { placeholder: "smtp.office.example" })}
            <Field label={t("channels.security")} {...(gap("settings.security") ? { wrong: gap("settings.security") ?? "" } : {})}>
              <select class="lh-input lh-select" value={form.security} onChange={(event) => set({ security: event.currentTarget.value as Written["security"] })}>
                {securities.map((one) => (
                  <option key={one} value={one}>
                    {t(`channels.security.${one}`)}
                  </option>
                ))}
              </select>
            </Field>
            {text("port", "settings.port", t("channels.port"), { placeholder: form.security === "tls" ? "465" : "587" })}
            {text("sender", "settings.sender", t("channels.sender"), { type: "email", placeholder: "liuhen@office.example" })}
            {text("sender_name", "settings.sender_name", t("channels.senderName"))}
            {text("user", "settings.user", t("channels.user"))}
            {text("password", "secrets.password", t("channels.password"), { type: "password", ...(kept ? { hint: kept } : {}) })}
            {text("domains", "settings.domains", t("channels.domains"), { hint: t("channels.domainsWhat") })}
          </>
        ) : (
          <>
            {sort === "webhook" && !channel && (
              <Field label={t("channels.forWhom")}>
                <select class="lh-input lh-select" value={form.audience} onChange={(event) => set({ audience: event.currentTarget.value as Written["audience"] })}>
                  <option value="office">{t("channels.audience.office")}</option>
                  <option value="people">{t("channels.audience.people")}</option>
                </select>
              </Field>
            )}
            {text("url", "secrets.url", t("channels.url"), { hint: kept ?? t("channels.urlWhat"), placeholder: "https://" })}
            {sort !== "wecom" &&
              text("key", "secrets.key", t(sort === "webhook" ? "channels.key" : "channels.sign"), {
                type: "password",
                hint: kept ?? t(sort === "webhook" ? "channels.keyWhat" : "channels.signWhat"),
              })}
            {isOffice && (
              <>
                <fieldset class="lh-plain lh-stack" style={{ gap: 0 }}>
                  <legend class="lh-label">{t("channels.kinds")}</legend>
                  {kindsGap && <span class="lh-error">{kindsGap}</span>}
                  {kinds.map((kind) => (
                    <label key={kind.kind} class="lh-check" style={{ padding: "4px 0", minHeight: "36px", alignItems: "center" }}>
                      <input
                        class="lh-tick"
                        style={{ margin: 0 }}
                        type="checkbox"
                        checked={form.kinds.includes(kind.kind)}
                        onChange={(event) =>
                          set({ kinds: event.currentTarget.checked ? [...form.kinds, kind.kind] : form.kinds.filter((one) => one !== kind.kind) })
                        }
                      />
                      {kind.name}
                    </label>
                  ))}
                </fieldset>
                {text("units", "settings.units", t("channels.units"), { hint: t("channels.unitsWhat") })}
                <Field label={t("notices.language")}>
                  <select class="lh-input lh-select" value={form.language} onChange={(event) => set({ language: event.currentTarget.value as "zh" | "en" })}>
                    <option value="zh">中文</option>
                    <option value="en">English</option>
                  </select>
                </Field>
              </>
            )}
          </>
        )}
        <label class="lh-check" style={{ padding: 0 }}>
          <input class="lh-tick" type="checkbox" checked={form.titles} onChange={(event) => set({ titles: event.currentTarget.checked })} />
          <span>
            {t("channels.titles")}
            <span class="lh-sub">{t("channels.titlesWhat")}</span>
          </span>
        </label>
      </div>
    </Dialog>
  );
}

function Field({ label, wrong, hint, children }: { label: string; wrong?: string; hint?: string; children: ComponentChildren }) {
  return (
    <label class="lh-stack" style={{ gap: "4px" }}>
      <span class="lh-label">{label}</span>
      {children}
      {wrong && <span class="lh-error">{wrong}</span>}
      {hint && <span class="lh-small lh-quiet">{hint}</span>}
    </label>
  );
}
