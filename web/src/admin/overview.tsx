/** 三员分立: who the three administrators are, what each of them does, and where one's own work is. */
import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { me } from "../contract/session";
import { capital, t, type Key } from "../texts";
import { Icon, type IconName } from "../ui/icon";
import { Notice, RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { administrators, permissions, proposalKinds, serverSettings } from "./calls";
import { valueText } from "./parameters";
import { sectionsOf, type SectionName } from "./sections";

const ROLES = ["system_admin", "security_admin", "audit_admin"] as const;

/** Whoever holds one of these is answered by the door of the server's settings. */
const ADMINISTRATORS_OF_SETTINGS = ["directory.manage", "permissions.read"];

const icons: Readonly<Record<SectionName, IconName>> = { units: "cases", people: "people", proposals: "check", duties: "audit", keys: "lock", parameters: "library" };

const elsewhere: readonly { href: string; icon: IconName; text: Key; what: Key; needs: readonly string[] }[] = [
  { href: "/calendars", icon: "calendar", text: "nav.calendars", what: "admin.calendarsWhat", needs: ["directory.manage"] },
  { href: "/channels", icon: "bell", text: "nav.channels", what: "admin.channelsWhat", needs: ["channels.manage"] },
  { href: "/audit", icon: "audit", text: "nav.audit", what: "admin.auditWhat", needs: ["trail.verify", "trail.read_all", "keys.manage"] },
];

export function Overview() {
  const who = useStore(me);
  useTitle(t("nav.admin"));
  const holders = useQuery({ queryKey: ["administrators"], queryFn: () => administrators(ROLES), staleTime: 60_000 });
  const kinds = useQuery({ queryKey: ["proposals", "kinds"], queryFn: proposalKinds, staleTime: 600_000 });
  if (!who) return null;
  const mayRead = ["permissions.read", "trail.verify"].some((one) => who.permissions.includes(one));
  const own = who.posts.map((post) => post.role);
  return (
    <div class="lh-stack lh-touch" style={{ gap: "18px" }}>
      <header>
        <h1 class="lh-h1">{t("nav.admin")}</h1>
        <p class="lh-plain lh-quiet">{t("admin.what")}</p>
      </header>
      <ul class="lh-grid">
        {sectionsOf(who).map((name) => (
          <li key={name}>
            <a class="lh-card lh-proc" href={`/admin/${name}`}>
              <span class="lh-row">
                <Icon name={icons[name]} />
                <span class="lh-strong">{t(`admin.${name}`)}</span>
              </span>
              <span class="lh-sub">{t(`admin.${name}What`)}</span>
            </a>
          </li>
        ))}
        {elsewhere
          .filter((one) => one.needs.some((need) => who.permissions.includes(need)))
          .map((one) => (
            <li key={one.href}>
              <a class="lh-card lh-proc" href={one.href}>
                <span class="lh-row">
                  <Icon name={one.icon} />
                  <span class="lh-strong">{t(one.text)}</span>
                </span>
                <span class="lh-sub">{t(one.what)}</span>
              </a>
            </li>
          ))}
      </ul>
      <section class="lh-stack" aria-labelledby="admin-three">
        <h2 class="lh-h2" id="admin-three">
          {t("admin.three")}
        </h2>
        <p class="lh-plain lh-text">{t("admin.threeWhat")}</p>
        <ul class="lh-grid">
          {ROLES.map((role) => (
            <li key={role} class="lh-card lh-pane lh-stack" data-role={role}>
              <span class="lh-row lh-spread">
                <h3 class="lh-h3">{t(`admin.role.${role}`)}</h3>
                {own.includes(role) && <Pill tone="brand">{t("admin.you")}</Pill>}
              </span>
              <p class="lh-plain">{t(`admin.role.${role}.does`)}</p>
              <p class="lh-plain lh-small lh-quiet">{t(`admin.role.${role}.not`)}</p>
              <p class="lh-plain lh-small">
                {holders.data ? (holders.data[role].length > 0 ? holders.data[role].join(t("form.and")) : <span class="lh-duty-gap">{t("admin.nobody")}</span>) : "…"}
              </p>
            </li>
          ))}
        </ul>
      </section>
      {kinds.data && kinds.data.items.length > 0 && (
        <details class="lh-card lh-pane">
          <summary class="lh-summary">{t("admin.twoPersons")}</summary>
          <p class="lh-plain lh-text" style={{ margin: "8px 0" }}>
            {t("admin.twoPersonsWhat")}
          </p>
          <ul class="lh-days">
            {kinds.data.items.map((kind) => (
              <li key={kind.kind}>
                <span>
                  <span class="lh-strong">{capital(kind.name)}</span>
                  <span class="lh-sub">{kind.why}</span>
                  <span class="lh-sub">{t("admin.whoWhom", { by: kind.proposers.join(t("form.and")), then: kind.confirmers.join(t("form.and")) })}</span>
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {mayRead && <Permissions />}
      {ADMINISTRATORS_OF_SETTINGS.some((one) => who.permissions.includes(one)) && <ServerSettings />}
      <Notice icon="audit">{t("admin.allIsWritten")}</Notice>
    </div>
  );
}

/** Which post gives which permission, and who holds it: for whoever answers for the permissions, or audits them. */
function Permissions() {
  const [open, setOpen] = useState(false);
  const found = useQuery({ queryKey: ["permissions"], queryFn: permissions, enabled: open, staleTime: 30_000 });
  return (
    <details class="lh-card lh-pane" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="lh-summary">{t("admin.permissions")}</summary>
      {found.isError && <RefusalNotice error={found.error} />}
      <ul class="lh-days">
        {(found.data?.items ?? []).map((one) => (
          <li key={one.role}>
            <span>
              <span class="lh-strong">{capital(one.role_name)}</span> {one.holders.map((holder) => holder.name).join(t("form.and")) || <span class="lh-duty-gap">{t("admin.nobody")}</span>}
              <span class="lh-sub">{one.permissions.map((permission) => permission.text).join(t("form.and"))}</span>
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What whoever runs the server has set, as far as it concerns administration; it is changed there, not here. */
function ServerSettings() {
  const [open, setOpen] = useState(false);
  const found = useQuery({ queryKey: ["settings"], queryFn: serverSettings, enabled: open, staleTime: 60_000 });
  return (
    <details class="lh-card lh-pane" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="lh-summary">{t("admin.settings")}</summary>
      {found.isError && <RefusalNotice error={found.error} />}
      <ul class="lh-days">
        {(found.data?.items ?? []).map((one) => (
          <li key={one.name}>
            <span>
              {one.text} <span class="lh-strong">{valueText(one.value, one.unit)}</span>
              <span class="lh-sub">
                <span class="lh-mono">{one.name}</span>
                {one.range && ` · ${one.range}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
