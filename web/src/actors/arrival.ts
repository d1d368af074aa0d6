/** What stands behind the `#` when a provider has sent the browser back, or a link has brought it. */
import type { Key } from "../texts";

const sentences: Readonly<Record<string, Key>> = {
  err_provider: "security.refused.provider",
  err_provider_denied: "security.refused.denied",
  err_provider_state: "security.refused.state",
  err_identity_unknown: "security.refused.unknown",
  err_identity_linked: "security.refused.linked",
};

export interface Arrival {
  refused: Key | null;
  asksCode: boolean;
  isLinked: boolean;
}

/** Reads it once: the address is made clean, so that it is not met again by going back. */
export function arrived(): Arrival {
  const said = location.hash.slice(1);
  const code = said.startsWith("refused=") ? said.slice("refused=".length) : null;
  const found = { refused: code === null ? null : (sentences[code] ?? "security.refused.provider"), asksCode: said === "code", isLinked: said === "linked" };
  if (found.refused || found.asksCode || found.isLinked) history.replaceState(history.state, "", location.pathname + location.search);
  return found;
}

/** The token of a link that sets a new password. */
export const tokenHere = (): string => location.hash.slice(1);
