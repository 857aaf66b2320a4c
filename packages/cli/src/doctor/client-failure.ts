/** Explains to the user of the doctor why a link could not be opened, and what to do. */
import type { ClientErrorReason } from "@rangecast/client";
import type { NoConnectionDiagnosis } from "@rangecast/rtc";
import { noConnectionText } from "../output/no-connection.ts";

export interface ClientFailureText {
  readonly found: string;
  readonly advice: string;
}

const LINK_AGAIN = "Copy the whole link again, or ask for it again.";
const UPDATE = "Update rangecast on both sides.";
const LATER = "Try again later.";

const WORDS: Readonly<Record<ClientErrorReason, ClientFailureText>> = {
  "link-incomplete": { found: "the part of the link after # is missing", advice: LINK_AGAIN },
  "link-invalid": { found: "the link is damaged", advice: LINK_AGAIN },
  "relay-unreachable": { found: "the relay can't be reached", advice: "Check this computer's network; if that works, the relay is down." },
  "not-found": { found: "the relay knows no share under this link", advice: "The link is wrong or was revoked: ask for a new one." },
  "host-offline": { found: "the host is offline", advice: "The host must start rangecast share again, on a computer that does not sleep." },
  busy: { found: "the host or the relay has too many viewers", advice: LATER },
  "no-connection": {
    found: "the host answered, but no connection could be made",
    advice: "A VPN or firewall on either side may block UDP: try without it, or from another network.",
  },
  "wrong-host": {
    found: "the computer that answered can't prove that it is the share's host, and nothing was downloaded from it",
    advice: "Ask for a new link over a channel that you trust: the relay may be compromised.",
  },
  timeout: {
    found: "the host did not answer in time",
    advice: "Its computer may be asleep or busy. Try again, and look at the host's terminal.",
  },
  closed: { found: "the host closed the connection", advice: "Try again, and look at the host's terminal." },
  "host-stopped": { found: "the host stopped sharing", advice: "The same link works again once the host shares the file again." },
  "host-revoked": { found: "the host revoked the link", advice: "Ask for a new one." },
  unsupported: { found: "the host uses something that this program does not support", advice: UPDATE },
  "file-changed": { found: "the file changed on the host", advice: "Try again to get the new version." },
  "file-gone": {
    found: "the file is gone from the host: it was deleted, moved or renamed there",
    advice: "Ask the host to put it back, or to share it again.",
  },
  unreadable: { found: "the host can't read the file", advice: "It may have been moved, or its disk removed: ask the host." },
  "out-of-range": { found: "the requested bytes are not in the file", advice: "Try again: the file may have changed." },
  "protocol-error": { found: "the host's program violated the protocol", advice: UPDATE },
  aborted: { found: "it was stopped", advice: LATER },
};

/** @param diagnosis what both sides offered, if a connection was attempted; it gives a more precise explanation */
export function clientFailureText(reason: ClientErrorReason, diagnosis?: NoConnectionDiagnosis): ClientFailureText {
  const usual = WORDS[reason];
  if (reason !== "no-connection" || diagnosis === undefined) return usual;
  const { offered, why, todo } = noConnectionText(diagnosis, "viewer");
  return { found: `${usual.found}: ${offered}. ${why.slice(0, -1)}`, advice: todo.join(" ") };
}
