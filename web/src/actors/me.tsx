/** 我的: who I am here, how the screen behaves, and the way out. */
import { seesInsights } from "../insights/calls";
import { useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { ADMINISTRATORS } from "../admin/sections";
import { setLanguage, signOut } from "../contract/calls";
import { Refusal } from "../contract/client";
import { me } from "../contract/session";
import { choose, t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longDay } from "../ui/dates";
import { Icon, type IconName } from "../ui/icon";
import { RefusalNotice } from "../ui/notice";
import { chooseShortcuts, chooseTheme, language, shortcuts, theme, type Language, type Theme } from "../ui/preferences";
import { useStore } from "../ui/store";
import { emptyTab } from "../ui/tab";
import { useTitle } from "../ui/title";
import { AwayNote } from "./away-note";

const themes: readonly { value: Theme; text: Key }[] = [
  { value: "system", text: "theme.system" },
  { value: "light", text: "theme.light" },
  { value: "dark", text: "theme.dark" },
];

const languages: readonly { value: Language; text: string; tag: string }[] = [
  { value: "zh", text: "中文", tag: "zh-CN" },
  { value: "en", text: "English", tag: "en" },
];

export function MePage() {
  const who = useStore(me);
  const client = useQueryClient();
  const spoken = useStore(language);
  const painted = useStore(theme);
  const keys = useStore(shortcuts);
  const [error, setError] = useState<unknown>(null);
  useTitle(t("nav.me"));
  if (!who) return null;

  const leave = () => {
    signOut().then(
      () => {
        client.clear();
        emptyTab();
        me.set(null);
      },
      (refused: unknown) => {
        if (refused instanceof Refusal && refused.status === 401) me.set(null);
        else setError(refused);
      },
    );
  };
  const speakAs = (value: Language) => {
    if (value === spoken) return;
    // The account remembers it for notices; this browser speaks it at once, whatever the server says.
    setLanguage(value).catch(() => undefined);
    void choose(value);
  };
  const links: readonly { href: string; icon: IconName; text: Key; needs: readonly string[] }[] = [
    { href: "/me/delegations", icon: "people", text: "away.title", needs: [] },
    { href: "/me/security", icon: "lock", text: "security.title", needs: [] },
    { href: "/me/notices", icon: "bell", text: "notices.how", needs: [] },
    { href: "/channels", icon: "bell", text: "nav.channels", needs: ["channels.manage"] },
    { href: "/audit", icon: "audit", text: "nav.audit", needs: ["trail.read_all", "trail.verify", "keys.manage"] },
    ...(seesInsights(who) ? [{ href: "/insights", icon: "chart", text: "nav.insights", needs: [] } as const] : []),
    { href: "/definitions", icon: "library", text: "nav.definitions", needs: ["definitions.read", "definitions.publish"] },
    { href: "/admin", icon: "lock", text: "nav.admin", needs: ADMINISTRATORS },
    { href: "/about", icon: "info", text: "nav.about", needs: [] },
  ];
  return (
    <div class="lh-narrow lh-stack" style={{ gap: "16px" }}>
      <header class="lh-row" style={{ gap: "14px" }}>
        <span class="lh-avatar" style={{ width: "52px", height: "52px", fontSize: "20px" }} aria-hidden="true">
          {(who.person?.name ?? who.account.name).slice(0, 1)}
        </span>
        <div>
          <h1 class="lh-h1">{who.person?.name ?? who.account.name}</h1>
          <span class="lh-quiet lh-small">{who.account.name}</span>
        </div>
      </header>
      <section class="lh-card lh-pane">
        <h2 class="lh-h3">{t("me.posts")}</h2>
        {who.posts.length === 0 ? (
          <p class="lh-plain lh-quiet">{t("me.noPost")}</p>
        ) : (
          <ul class="lh-plain lh-stack" style={{ gap: "6px" }}>
            {who.posts.map((post) => (
              <li key={`${post.role}@${post.unit.id}`}>
                <span class="lh-strong">{post.role_name}</span>
                <span class="lh-sub" style={{ display: "inline" }}>
                  {" "}
                  {post.unit.name} · {post.unit.code}
                </span>
              </li>
            ))}
          </ul>
        )}
        <p class="lh-plain lh-small lh-quiet" style={{ marginTop: "10px" }}>
          {t(who.is_virtual_clock ? "me.todayVirtual" : "me.today", { date: longDay(who.today) })}
        </p>
      </section>
      {who.person && <AwayNote />}
      <section class="lh-card lh-pane lh-stack" style={{ gap: "18px" }}>
        <h2 class="lh-h3">{t("me.screen")}</h2>
        <div class="lh-row lh-spread">
          <span id="me-language">{t("me.language")}</span>
          <div class="lh-segment" role="group" aria-labelledby="me-language">
            {languages.map((one) => (
              <button key={one.value} type="button" class="lh-segment-item" lang={one.tag} aria-pressed={one.value === spoken} onClick={() => speakAs(one.value)}>
                {one.text}
              </button>
            ))}
          </div>
        </div>
        <div class="lh-row lh-spread">
          <span id="me-theme">{t("me.theme")}</span>
          <div class="lh-segment" role="group" aria-labelledby="me-theme">
            {themes.map((one) => (
              <button key={one.value} type="button" class="lh-segment-item" aria-pressed={one.value === painted} onClick={() => chooseTheme(one.value)}>
                {t(one.text)}
              </button>
            ))}
          </div>
        </div>
        <label class="lh-check" style={{ padding: 0, alignItems: "center" }}>
          <input class="lh-tick" style={{ margin: 0 }} type="checkbox" checked={keys} onChange={(event) => chooseShortcuts(event.currentTarget.checked)} />
          <span>
            {t("me.shortcuts")}
            <span class="lh-sub">{t("me.shortcutsWhat")}</span>
          </span>
        </label>
      </section>
      <nav class="lh-card" aria-label={t("me.more")}>
        {links
          .filter((link) => link.needs.length === 0 || link.needs.some((need) => who.permissions.includes(need)))
          .map((link) => (
            <a key={link.href} class="lh-nav" style={{ minHeight: "52px" }} href={link.href}>
              <Icon name={link.icon} />
              {t(link.text)}
              <span style={{ marginInlineStart: "auto" }}>
                <Icon name="next" small />
              </span>
            </a>
          ))}
      </nav>
      {error !== null && <RefusalNotice error={error} />}
      <Button icon="leave" onClick={leave} data="sign-out">
        {t("me.leave")}
      </Button>
    </div>
  );
}
