/*
 * Everything that the page says about a problem: what is wrong, and what the viewer can do. A script of its own, fetched while the page connects: most
 * viewers never need it, and none before the first paint.
 */
import type { EndReason, WaitReason } from "../../shared/messages/connection-event.ts";
import type { Unsupported } from "../environment.ts";
import { isStuck } from "../relay/relay-watch.ts";
import type { Connection } from "../state/connection.ts";
import { explainForViewer } from "./no-connection.ts";
import type { StatusInput, StatusLine, Tone } from "./status.ts";

export { probeRelay } from "../relay/probe-relay.ts";
export { mediaProblem, noticeOf } from "./notices.ts";
export { wayLine } from "./way-line.ts";

type More = Pick<StatusLine, "hints" | "action">;

const line =
  (tone: Tone) =>
  (title: string, text: string, more: More = {}): StatusLine => ({ tone, title, text, ...more });
const busy = line("busy");
const warn = line("warn");
const bad = line("bad");
const RETRY: More = { action: "retry" };
const RELOAD: More = { action: "reload" };

const NO_CONNECTION_HINTS = [
  "The sender's computer may be asleep or offline.",
  "A VPN or strict firewall on either side can block direct connections. Try without it, or on another network.",
  "Ask the sender whether rangecast is still running on their computer.",
] as const;

const SLOW: StatusLine = busy("Still connecting…", "This usually takes a second or two.", { hints: NO_CONNECTION_HINTS });

const WAITING: Readonly<Record<WaitReason, StatusLine>> = {
  "host-offline": warn("The sender is offline", "Keep this page open. It connects automatically when they are back online.", RETRY),
  "relay-unreachable": warn("Can't reach the server", "The server connects you to the sender. This page keeps trying.", {
    hints: ["Check your internet connection.", "If it works, the server may be down. Ask the sender."],
    ...RETRY,
  }),
  "no-connection": warn("Can't connect to the sender", "They are online, but no connection could be made. This page keeps trying.", {
    hints: NO_CONNECTION_HINTS,
    ...RETRY,
  }),
  busy: warn("The sender is busy", "Too many people are connected right now. This page keeps trying.", RETRY),
  lost: warn("Connection lost", "Reconnecting… Playback and downloads continue automatically."),
  "file-gone": warn(
    "The file is gone from the sender's computer",
    "It was deleted, moved or renamed. This page continues automatically once it is back.",
    RETRY,
  ),
  unreadable: warn(
    "The sender's computer can't read the file",
    "It may have been moved, or its disk disconnected. This page continues automatically once the file can be read.",
    RETRY,
  ),
  "host-stopped": warn("The sender stopped sharing", "If they share it again under this link, this page connects automatically.", RETRY),
};

const EVENTS_HELD_BACK: StatusLine = warn(
  "A proxy delays the server's messages",
  "Something between this browser and the server holds messages back, so no connection to the sender can be made.",
  {
    hints: [
      "Ask the sender to run “rangecast doctor” with this link. It says which setting of the server's proxy to change.",
      "If the proxy is on your own network, try another network, such as your phone's.",
    ],
    ...RETRY,
  },
);
const EVENTS_CUT: StatusLine = {
  ...EVENTS_HELD_BACK,
  title: "A proxy cuts off the server's messages",
  text: "Something between this browser and the server ends messages too early, so no connection to the sender can be made.",
};

const ENDED: Readonly<Record<EndReason, StatusLine>> = {
  "not-found": bad("Nothing is shared under this link", "It may have been withdrawn or mistyped. Ask the sender for a new one.", RELOAD),
  "wrong-host": bad(
    "This is not the sender's computer",
    "The computer that answered couldn't prove that this link belongs to it. Nothing was loaded from it.",
    { hints: ["Ask the sender for a new link, in a way that you trust."] },
  ),
  "host-revoked": bad("The sender withdrew this link", "Ask them for a new one."),
  "link-expired": bad("This link has expired", "The sender shared it for a limited time. Ask them for a new one."),
  "used-up": bad("This link is used up", "It was downloaded as often as the sender allows. Ask them for a new one."),
  dropped: bad("The sender disconnected you", "Ask them before you open the link again."),
  unsupported: bad("This page and the sender's rangecast don't work together", "One of the two is too old.", {
    hints: ["Reload this page.", "If that doesn't help, ask the sender to update rangecast."],
    ...RELOAD,
  }),
  fault: bad("Something went wrong in this page", "This is a bug in the page. Reloading may help.", RELOAD),
};

const UNSUPPORTED: Readonly<Record<Unsupported, StatusLine>> = {
  insecure: bad("This address is not secure", "Browsers allow what this page needs only on https:// addresses and on localhost.", {
    hints: [
      "On the sender's own computer, replace the address in the link with localhost.",
      "Anywhere else, ask the sender for a link that starts with https://.",
    ],
  }),
  "no-webrtc": bad("This browser can't connect directly", "WebRTC is missing or turned off.", {
    hints: [
      "Allow WebRTC in the browser's privacy settings, or in the extension that blocks it.",
      "Or open the link in an up-to-date Firefox, Chrome, Edge or Safari.",
    ],
  }),
  "no-worker": bad("This browser can't play or save files here", "Service workers are missing or blocked.", {
    hints: [
      "Open the link in a normal window, not a private one, and allow this site to store data.",
      "Or open it in another browser. Browsers built into messaging apps often lack service workers.",
    ],
  }),
  "old-browser": bad("This browser is too old", "It lacks what a secure connection needs.", {
    hints: ["Update it, or open the link in an up-to-date Firefox, Chrome, Edge or Safari."],
  }),
};

const BAD_LINK: Readonly<Record<"incomplete" | "invalid", StatusLine>> = {
  incomplete: bad("This link is incomplete", "The part after the # is missing. It is the key to the file.", {
    hints: [
      "Copy the whole link and open it again.",
      "If you received it like this, ask the sender to send it again. Some apps cut links off.",
    ],
  }),
  invalid: bad("This link is damaged", "Part of it is missing or was changed.", {
    hints: ["Copy the whole link and open it again, or ask the sender to send it again."],
  }),
};

const WORKER_SILENT: StatusLine = warn(
  "This page's service worker doesn't respond",
  "Nothing can be played or saved without it. Reloading usually helps.",
  RELOAD,
);
const WORKER_BUSY: StatusLine = busy(
  "Waiting for another tab",
  "An older version of this page is still in use there. Close that tab, or let it finish.",
);
const WORKER_OUTDATED: StatusLine = warn("This page was updated", "Reload it to continue.", RELOAD);

/** For each state that `ordinaryStatus` leaves out. What stops the page altogether comes before the state of the connection. */
export function problemStatus({ connection, worker, relayVerdict }: StatusInput): StatusLine {
  if (connection.phase === "ended") return ENDED[connection.reason];
  if (connection.phase === "unsupported") return UNSUPPORTED[connection.reason];
  if (connection.phase === "bad-link") return BAD_LINK[connection.reason];
  if (worker.phase === "blocked") return UNSUPPORTED["no-worker"];
  if (worker.phase === "outdated") return WORKER_OUTDATED;
  if (worker.phase === "silent") return WORKER_SILENT;
  if (worker.phase === "busy" && connection.phase === "connected") return WORKER_BUSY;
  if (isStuck(connection) && relayVerdict === "held-back") return EVENTS_HELD_BACK;
  if (isStuck(connection) && relayVerdict === "cut") return EVENTS_CUT;
  return connection.phase === "waiting" ? waitingStatus(connection) : SLOW;
}

/** What both sides offered explains a failure better than the usual hints. */
function waitingStatus({ reason, diagnosis }: Connection & { phase: "waiting" }): StatusLine {
  const usual = WAITING[reason];
  return reason === "no-connection" && diagnosis ? { ...usual, ...explainForViewer(diagnosis) } : usual;
}
