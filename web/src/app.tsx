/** The frame around every page: who is signed in, the menu, the routes, and signing in again in place. */
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/preact-query";
import type { ComponentChildren, ComponentType } from "preact";
import { ErrorBoundary, lazy, LocationProvider, Route, Router, useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { Waiting } from "./admin/waiting";
import { ADMINISTRATORS } from "./admin/sections";
import { SignInAgain, SignInPage } from "./actors/sign-in";
import { boxCounts, whoAmI } from "./contract/calls";
import { seesLists, seesRegister } from "./documents/calls";
import { Refusal } from "./contract/client";
import { lapsed, me } from "./contract/session";
import type { Me } from "./contract/shapes";
import { seesInsights } from "./insights/calls";
import { Bell, BellItem } from "./notices/bell";
import { InboxPage } from "./tasks/inbox";
import { counted, useLive } from "./tasks/live";
import { speak, t, type Key } from "./texts";
import { Button } from "./ui/button";
import { learn } from "./ui/form/names";
import { Icon, Seal, type IconName } from "./ui/icon";
import { LoadFailure } from "./ui/notice";
import { language, languageChosen } from "./ui/preferences";
import { useShortcuts } from "./ui/shortcuts";
import { Empty, Skeleton } from "./ui/states";
import { useStore } from "./ui/store";
import { ownTab } from "./ui/tab";
import { Toasts } from "./ui/toast";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal will not change its mind; a fault or a lost line may.
      retry: (count, error) => count < 1 && !(error instanceof Refusal && error.status > 0 && error.status < 500),
    },
  },
});

/** A page that is fetched when somebody goes there; after an update of the server the old address of it is gone. */
function arriving(load: () => Promise<ComponentType>) {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch {
      return { default: LostPage };
    }
  });
}

function LostPage() {
  return (
    <Empty title={t("error.lost")}>
      <Button look="primary" onClick={() => location.reload()}>
        {t("act.reloadPage")}
      </Button>
    </Empty>
  );
}

const TaskPage = arriving(async () => (await import("./tasks/task")).TaskPage);
const StartPage = arriving(async () => (await import("./cases/start")).StartPage);
const StartFormPage = arriving(async () => (await import("./cases/start")).StartFormPage);
const CasesPage = arriving(async () => (await import("./cases/list")).CasesPage);
const RelivePage = arriving(async () => (await import("./trail/relive")).RelivePage);
const PrintPage = arriving(async () => (await import("./cases/print")).PrintPage);
const CasePage = arriving(async () => (await import("./cases/case")).CasePage);
const DefinitionsPage = arriving(async () => (await import("./definitions/library")).DefinitionsPage);
const DefinitionPage = arriving(async () => (await import("./definitions/definition")).DefinitionPage);
const DocumentPage = arriving(async () => (await import("./documents/page")).DocumentPage);
const RegisterPage = arriving(async () => (await import("./documents/register")).RegisterPage);
const ListsPage = arriving(async () => (await import("./documents/lists")).ListsPage);
const ListPage = arriving(async () => (await import("./documents/lists")).ListPage);
const StudioPage = arriving(async () => (await import("./studio/library")).StudioPage);
const EditorPage = arriving(async () => (await import("./studio/editor/page")).EditorPage);
const AuditPage = arriving(async () => (await import("./trail/audit")).AuditPage);
const FindingsPage = arriving(async () => (await import("./audit/findings")).FindingsPage);
const AuditClausesPage = arriving(async () => (await import("./audit/clauses")).AuditClausesPage);
const LogPage = arriving(async () => (await import("./audit/log")).LogPage);
const HoldsPage = arriving(async () => (await import("./audit/holds")).HoldsPage);
const SearchPage = arriving(async () => (await import("./audit/search")).SearchPage);
const ReadsPage = arriving(async () => (await import("./audit/reads")).ReadsPage);
const InsightsPage = arriving(async () => (await import("./insights/page")).InsightsPage);
const InsightsListPage = arriving(async () => (await import("./insights/list")).InsightsListPage);
const InsightsReportPage = arriving(async () => (await import("./insights/report")).InsightsReportPage);
const CalendarsPage = arriving(async () => (await import("./calendars/page")).CalendarsPage);
const MeetingsPage = arriving(async () => (await import("./meetings/list")).MeetingsPage);
const MeetingPage = arriving(async () => (await import("./meetings/page")).MeetingPage);
const MeetingPrintPage = arriving(async () => (await import("./meetings/print")).MeetingPrintPage);
const NoticesPage = arriving(async () => (await import("./notices/page")).NoticesPage);
const PreferencesPage = arriving(async () => (await import("./notices/preferences")).PreferencesPage);
const ChannelsPage = arriving(async () => (await import("./notices/channels")).ChannelsPage);
const AdminPage = arriving(async () => (await import("./admin/page")).AdminPage);
const MePage = arriving(async () => (await import("./actors/me")).MePage);
const SecurityPage = arriving(async () => (await import("./actors/security")).SecurityPage);
const ResetPage = arriving(async () => (await import("./actors/reset")).ResetPage);
const MustEnrol = arriving(async () => (await import("./actors/enrolment")).MustEnrol);
const DelegationsPage = arriving(async () => (await import("./actors/delegations")).DelegationsPage);
const AboutPage = arriving(async () => (await import("./about/about")).AboutPage);

// Whoever is signed in is often named in their own forms.
me.watch(() => {
  const who = me.get();
  if (!who) return;
  ownTab(who.account.id);
  if (who.person) learn(who.person.id, who.person.name);
});

export function App() {
  const spoken = useStore(language);
  return (
    <QueryClientProvider client={client}>
      <LocationProvider>
        {/* Another language is another screen: everything is drawn and asked for anew. */}
        <Inside key={spoken} />
        <Toasts />
      </LocationProvider>
    </QueryClientProvider>
  );
}

function Inside() {
  const who = useStore(me);
  const again = useStore(lapsed);
  const { path } = useLocation();
  const [failure, setFailure] = useState<unknown>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    if (me.get() !== undefined) return;
    setFailure(null);
    whoAmI().then(
      (found) => {
        me.set(found);
        if (!languageChosen() && found.language !== language.get()) void speak(found.language);
      },
      (error: unknown) => {
        if (error instanceof Refusal && error.status === 401) me.set(null);
        else setFailure(error);
      },
    );
  }, [tries]);

  // Whoever is signed in on this device: the link says whose password it sets.
  if (path === "/reset") return <Alone page={ResetPage} />;
  if (failure) {
    return (
      <main class="lh-narrow" style={{ padding: "48px 20px" }}>
        <LoadFailure error={failure} onRetry={() => setTries(tries + 1)} />
      </main>
    );
  }
  if (who === undefined) return null;
  if (who === null) {
    return (
      <SignInPage
        onSignedIn={(found) => {
          client.clear();
          me.set(found);
          if (!languageChosen() && found.language !== language.get()) void speak(found.language);
        }}
      />
    );
  }
  if (who.must_enrol) return <Alone page={MustEnrol} />;
  return (
    <>
      <Shell who={who}>
        <Pages />
      </Shell>
      {again && <SignInAgain who={who} />}
    </>
  );
}

/** A page without the frame. */
function Alone({ page: Page }: { page: ComponentType }) {
  return (
    <ErrorBoundary>
      <Page />
    </ErrorBoundary>
  );
}

function Pages() {
  const { path } = useLocation();
  const [loading, setLoading] = useState(false);
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);

  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    window.scrollTo(0, 0);
    // Whoever uses a screen reader is told of the new page by being put at its beginning.
    main.current?.focus({ preventScroll: true });
  }, [path]);

  return (
    <main id="main" class="lh-main" tabIndex={-1} ref={main} aria-busy={loading ? "true" : undefined}>
      <Router onLoadStart={() => setLoading(true)} onLoadEnd={() => setLoading(false)}>
        <Route path="/" component={InboxPage} />
        <Route path="/tasks/:id" component={TaskPage} />
        <Route path="/start" component={StartPage} />
        <Route path="/start/:definition" component={StartFormPage} />
        <Route path="/cases" component={CasesPage} />
        <Route path="/cases/:id/print" component={PrintPage} />
        <Route path="/cases/:id/relive" component={RelivePage} />
        <Route path="/cases/:id" component={CasePage} />
        <Route path="/definitions" component={DefinitionsPage} />
        <Route path="/definitions/:definition" component={DefinitionPage} />
        <Route path="/documents/:id" component={DocumentPage} />
        <Route path="/document-numbers" component={RegisterPage} />
        <Route path="/distribution-lists" component={ListsPage} />
        <Route path="/distribution-lists/:id" component={ListPage} />
        <Route path="/studio" component={StudioPage} />
        <Route path="/studio/drafts/:id" component={EditorPage} />
        <Route path="/audit" component={AuditPage} />
        <Route path="/audit/findings" component={FindingsPage} />
        <Route path="/audit/clauses" component={AuditClausesPage} />
        <Route path="/audit/log" component={LogPage} />
        <Route path="/audit/holds" component={HoldsPage} />
        <Route path="/audit/reads" component={ReadsPage} />
        <Route path="/audit/search" component={SearchPage} />
        <Route path="/insights" component={InsightsPage} />
        <Route path="/insights/list" component={InsightsListPage} />
        <Route path="/insights/report" component={InsightsReportPage} />
        <Route path="/calendars" component={CalendarsPage} />
        <Route path="/admin/:section?/:id?/:part?" component={AdminPage} />
        <Route path="/meetings" component={MeetingsPage} />
        <Route path="/meetings/:id/print" component={MeetingPrintPage} />
        <Route path="/meetings/:id" component={MeetingPage} />
        <Route path="/me" component={MePage} />
        <Route path="/me/security" component={SecurityPage} />
        <Route path="/me/delegations" component={DelegationsPage} />
        <Route path="/notices" component={NoticesPage} />
        <Route path="/me/notices" component={PreferencesPage} />
        <Route path="/channels" component={ChannelsPage} />
        <Route path="/about" component={AboutPage} />
        <Route default component={NoPage} />
      </Router>
      {loading && (
        <div class="lh-wide">
          <Skeleton />
        </div>
      )}
    </main>
  );
}

function NoPage() {
  return (
    <Empty title={t("error.noPage")}>
      <a class="lh-button" href="/">
        {t("act.toInbox")}
      </a>
    </Empty>
  );
}

interface Entry {
  href: string;
  icon: IconName;
  text: Key;
  /** Whoever holds one of these sees the entry; empty is everybody. */
  needs: readonly string[];
  /** Who else sees it, by their posts. */
  sees?: (who: Me) => boolean;
}

const menu: readonly Entry[] = [
  { href: "/", icon: "inbox", text: "nav.inbox", needs: [] },
  { href: "/start", icon: "start", text: "nav.start", needs: [] },
  { href: "/cases", icon: "cases", text: "nav.cases", needs: [] },
  { href: "/document-numbers", icon: "file", text: "documents.register", needs: [], sees: seesRegister },
  { href: "/distribution-lists", icon: "people", text: "lists.title", needs: [], sees: seesLists },
  { href: "/audit", icon: "audit", text: "nav.audit", needs: ["trail.read_all", "trail.verify", "keys.manage"] },
  { href: "/insights", icon: "chart", text: "nav.insights", needs: [], sees: seesInsights },
  { href: "/calendars", icon: "calendar", text: "nav.calendars", needs: ["directory.manage"] },
  { href: "/channels", icon: "bell", text: "nav.channels", needs: ["channels.manage"] },
  { href: "/definitions", icon: "library", text: "nav.definitions", needs: ["definitions.read", "definitions.publish"] },
  { href: "/studio", icon: "design", text: "nav.studio", needs: ["definitions.read", "definitions.publish"] },
  { href: "/admin", icon: "lock", text: "nav.admin", needs: ADMINISTRATORS },
];

function isAt(path: string, href: string): boolean {
  if (href === "/") return path === "/" || path.startsWith("/tasks");
  return path === href || path.startsWith(`${href}/`);
}

function Shell({ who, children }: { who: Me; children: ComponentChildren }) {
  const { path, route } = useLocation();
  const fresh = useQuery({ queryKey: ["me"], queryFn: whoAmI, staleTime: 60_000, initialData: who });
  useEffect(() => {
    me.set(fresh.data);
  }, [fresh.data]);
  useLive();
  const going = useRef(0);
  useShortcuts({
    g: () => (going.current = Date.now()),
    i: () => {
      if (Date.now() - going.current < 1500) route("/");
    },
  });
  const waiting = useQuery({ queryKey: ["tasks", "counts"], queryFn: boxCounts, staleTime: 30_000 });
  const count = waiting.data === undefined || waiting.data.todo.count === 0 ? "" : counted(waiting.data.todo);
  const entries = menu.filter((entry) => entry.needs.length === 0 || entry.needs.some((need) => who.permissions.includes(need))).filter((entry) => entry.sees?.(who) ?? true);
  const name = nameOf(who);
  return (
    <div class="lh-shell">
      <a class="lh-skip" href="#main">
        {t("act.skip")}
      </a>
      <nav class="lh-side" aria-label={t("nav.label")}>
        <a class="lh-brand" href="/">
          <Seal />
          <span>
            <span class="lh-brand-name">{t("brand.name")}</span>
            <span class="lh-brand-sub">{t("brand.sub")}</span>
          </span>
        </a>
        {entries.map((entry) => (
          <a key={entry.href} class="lh-nav" href={entry.href} aria-current={isAt(path, entry.href) ? "page" : undefined}>
            <Icon name={entry.icon} />
            {t(entry.text)}
            {entry.href === "/admin" && <Waiting who={who} />}
            {entry.href === "/" && count !== "" && (
              <span class="lh-count">
                {count}
                <span class="lh-hidden-text">{t("nav.waiting")}</span>
              </span>
            )}
          </a>
        ))}
        <div class="lh-side-foot">
          {who.person && <Bell />}
          <a class="lh-who" href="/me" aria-current={path === "/me" ? "page" : undefined}>
            <span class="lh-avatar" aria-hidden="true">
              {name.slice(0, 1)}
            </span>
            <span style={{ minWidth: 0 }}>
              <span class="lh-clip lh-strong">{name}</span>
              <span class="lh-clip lh-small lh-quiet">{postOf(who)}</span>
            </span>
          </a>
        </div>
      </nav>
      {children}
      <nav class="lh-bottom" aria-label={t("nav.label")}>
        {entries.slice(0, 3).map((entry) => (
          <a key={entry.href} class="lh-bottom-item" href={entry.href} aria-current={isAt(path, entry.href) ? "page" : undefined}>
            <Icon name={entry.icon} />
            {t(entry.text)}
            {entry.href === "/" && count !== "" && (
              <span class="lh-badge">
                {count}
                <span class="lh-hidden-text">{t("nav.waiting")}</span>
              </span>
            )}
          </a>
        ))}
        {who.person && <BellItem at={path === "/notices"} />}
        <a class="lh-bottom-item" href="/me" aria-current={path === "/me" || isAt(path, "/audit") || isAt(path, "/definitions") ? "page" : undefined}>
          <Icon name="person" />
          {t("nav.me")}
        </a>
      </nav>
    </div>
  );
}

function postOf(who: Me): string {
  const first = who.posts[0];
  if (!first) return t("me.noPost");
  return who.posts.length > 1 ? t("me.postAndMore", { post: first.role_name, n: who.posts.length - 1 }) : first.role_name;
}

export function nameOf(who: Me): string {
  return who.person?.name ?? who.account.name;
}
