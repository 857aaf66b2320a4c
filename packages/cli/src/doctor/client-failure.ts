/** Explains to the user of the doctor why a link could not be opened, and what to do. */
import type { ClientErrorReason } from "@rangecast/client";
import type { NoConnectionDiagnosis } from "@rangecast/rtc";
import { noConnectionText } from "../output/no-connection.ts";
import type { Problem } from "./check.ts";

const LINK_AGAIN = "Copy the whole link again, or ask for it again.";
const UPDATE = "Update rangecast on both sides.";
const ANOTHER = "Ask for a new link.";
const LATER = "Try again later.";

const WORDS: Readonly<Record<ClientErrorReason, readonly [found: string, advice: string]>> = {
  "link-incomplete": ["the part of the link after # is missing", LINK_AGAIN],
  "link-invalid": ["the link is damaged", LINK_AGAIN],
  "relay-unreachable": ["the relay can't be reached", "Check this computer's network; if that works, the relay is down."],
  "not-found": ["the relay knows no share under this link", "The link is wrong or was revoked: ask for a new one."],
  "host-offline": ["the host is offline", "The host must start rangecast share again, on a computer that does not sleep."],
  busy: ["the host or the relay has too many viewers", LATER],
  "no-connection": [
    "the host answered, but no connection could be made",
    "A VPN or firewall on either side may block UDP: try without it, or from another network.",
  ],
  "wrong-host": [
    "the computer that answered can't prove that it is the share's host, and nothing was downloaded from it",
    "Ask for a new link over a channel that you trust: the relay may be compromised.",
  ],
  timeout: ["the host did not answer in time", "Its computer may be asleep or busy. Try again, and look at the host's terminal."],
  closed: ["the host closed the connection", "Try again, and look at the host's terminal."],
  "host-stopped": ["the host stopped sharing", "The same link works again once the host shares the file again."],
  "host-revoked": ["the host took this link back", ANOTHER],
  "link-expired": ["the link has expired", ANOTHER],
  "used-up": ["the file was downloaded as often as the host allows", ANOTHER],
  dropped: ["the host disconnected this viewer", "Ask the host."],
  unsupported: ["the host uses something that this program does not support", UPDATE],
  "file-changed": ["the file changed on the host", "Try again to get the new version."],
  "file-gone": [
    "the file is gone from the host: it was deleted, moved or renamed there",
    "Ask the host to put it back, or to share it again.",
  ],
  unreadable: ["the host can't read the file", "It may have been moved, or its disk removed: ask the host."],
  "out-of-range": ["the requested bytes are not in the file", "Try again: the file may have changed."],
  "protocol-error": ["the host's program violated the protocol", UPDATE],
  aborted: ["it was stopped", LATER],
};

/** @param diagnosis what both sides offered, if a connection was attempted; it gives a more precise explanation */
export function clientFailureText(reason: ClientErrorReason, diagnosis?: NoConnectionDiagnosis): Problem {
  const [usual, usualAdvice] = WORDS[reason];
  if (reason !== "no-connection" || diagnosis === undefined) return { found: usual, advice: usualAdvice };
  const { offered, why, todo } = noConnectionText(diagnosis, "viewer");
  return { found: `${usual}: ${offered}. ${why.slice(0, -1)}`, advice: todo.join(" ") };
}
