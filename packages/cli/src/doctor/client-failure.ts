/** Why a link could not be opened, for whoever opens it at a terminal: what was found, and what to do. */
import type { ClientErrorReason } from "@rangecast/client";
import type { NoConnectionDiagnosis } from "@rangecast/rtc";
import { noConnectionWords } from "../output/no-connection.ts";

export interface FailureWords {
  readonly found: string;
  readonly advice: string;
}

const LINK_AGAIN = "Copy the whole link once more, or ask for it again.";
const UPDATE = "Bring rangecast up to date on both sides.";
const LATER = "Try again in a while.";

const WORDS: Readonly<Record<ClientErrorReason, FailureWords>> = {
  "link-incomplete": { found: "the link's part behind # is missing", advice: LINK_AGAIN },
  "link-invalid": { found: "the link is damaged", advice: LINK_AGAIN },
  "relay-unreachable": { found: "the relay can't be reached", advice: "Check this computer's network; if that works, the relay is down." },
  "not-found": { found: "the relay knows no share under this link", advice: "It is wrong, or was withdrawn: ask for a new one." },
  "host-offline": { found: "the host is offline", advice: "The host starts rangecast share again, on a computer that does not sleep." },
  busy: { found: "the host or the relay has as many viewers as it takes", advice: LATER },
  "no-connection": {
    found: "the host answered, but no connection came about",
    advice: "A VPN or firewall on either side may block UDP: try without it, or from another network.",
  },
  "wrong-host": {
    found: "who answered can't prove to be the share's host, and nothing was taken from there",
    advice: "Ask for a new link in a way that you trust: the relay may be tampered with.",
  },
  timeout: {
    found: "the host did not answer in time",
    advice: "Its computer may be asleep, or busy. Try again, and look at the host's terminal.",
  },
  closed: { found: "the host closed the connection", advice: "Try again, and look at the host's terminal." },
  "host-stopped": { found: "the host stopped sharing", advice: "The same link works again once the host shares the file again." },
  "host-revoked": { found: "the host withdrew the link", advice: "Ask for a new one." },
  unsupported: { found: "the host offers what this program can't handle", advice: UPDATE },
  "file-changed": { found: "the file changed at the host's", advice: "Try again: the new version is served." },
  "file-gone": {
    found: "the file is gone at the host: it was deleted, moved or renamed there",
    advice: "Ask the host to put it back, or to share it again.",
  },
  unreadable: { found: "the host can't read the file", advice: "It may have been moved, or its disk unplugged: ask the host." },
  "out-of-range": { found: "the bytes that were asked for are not in the file", advice: "Try again: the file may have changed." },
  "protocol-error": { found: "the host's program said what it must not", advice: UPDATE },
  aborted: { found: "it was stopped", advice: LATER },
};

/** Where a connection was tried, what both sides offered says more than what is usual. */
export function clientFailureWords(reason: ClientErrorReason, diagnosis?: NoConnectionDiagnosis): FailureWords {
  const usual = WORDS[reason];
  if (reason !== "no-connection" || diagnosis === undefined) return usual;
  const { offered, why, todo } = noConnectionWords(diagnosis, "viewer");
  return { found: `${usual.found}: ${offered}. ${why.slice(0, -1)}`, advice: todo.join(" ") };
}
