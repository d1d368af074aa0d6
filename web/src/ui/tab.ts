/**
 * What this tab keeps until it is closed: drafts, for one account at a time.
 *
 * `sessionStorage`, not `localStorage`: answers may hold identity numbers, and the next person at an office's computer
 * must not find them.
 */
const OWNER = "liuhen.owner";

function attempt<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch {
    return otherwise; // storage that is full or forbidden must not stop anybody's work
  }
}

export const recallFromTab = (key: string): string | null => attempt(() => sessionStorage.getItem(key), null);

export const keepInTab = (key: string, value: string): void => attempt(() => sessionStorage.setItem(key, value), undefined);

export const forgetInTab = (key: string): void => attempt(() => sessionStorage.removeItem(key), undefined);

export const emptyTab = (): void => attempt(() => sessionStorage.clear(), undefined);

/** The tab now belongs to an account; what another one left in it goes. */
export function ownTab(account: string): void {
  if (recallFromTab(OWNER) === account) return;
  emptyTab();
  keepInTab(OWNER, account);
}
