/* What the page says about how it stands: each state in words, with what to do. */
import type { Unsupported } from "../environment.ts";
import type { EndReason, WaitReason } from "../../shared/connection-event.ts";
import type { RelayVerdict } from "../relay/probe-relay.ts";
import { isStuck } from "../relay/relay-watch.ts";
import type { Connection } from "../state/connection.ts";
import type { WorkerState } from "../state/page-state.ts";
import { formatMs } from "./format.ts";
import { noConnectionWords } from "./no-connection-words.ts";

export type Tone = "busy" | "good" | "warn" | "bad";
export type StatusAction = "retry" | "reload";

export interface StatusLine {
  readonly tone: Tone;
  readonly title: string;
  readonly text?: string;
  /** What changes all the time, so that it isn't read out at each change. */
  readonly detail?: string;
  /** What to do, one thing each. */
  readonly hints?: readonly string[];
  readonly action?: StatusAction;
}

const NO_WAY_THROUGH = [
  "The sender's computer may be asleep, or its network down.",
  "A VPN or a strict firewall, on either side, can block direct connections: try without it, or on another network.",
  "Ask the sender whether rangecast still runs on their computer.",
] as const;

const WAITING: Readonly<Record<WaitReason, StatusLine>> = {
  "host-offline": {
    tone: "warn",
    title: "The sender is offline",
    text: "Leave this page open: it connects by itself as soon as they are back.",
    action: "retry",
  },
  "relay-unreachable": {
    tone: "warn",
    title: "Can't reach the server",
    text: "It introduces you to the sender. This page keeps trying.",
    hints: ["Check your own internet connection.", "If that works, the server may be down: ask the sender."],
    action: "retry",
  },
  "no-connection": {
    tone: "warn",
    title: "No way through to the sender",
    text: "They are there, but no connection came about. This page keeps trying.",
    hints: NO_WAY_THROUGH,
    action: "retry",
  },
  busy: {
    tone: "warn",
    title: "The sender is busy",
    text: "Too many people are connected at the moment. This page tries again by itself.",
    action: "retry",
  },
  lost: { tone: "warn", title: "Connection lost", text: "Reconnecting. What plays or downloads goes on by itself." },
  "file-gone": {
    tone: "warn",
    title: "The file is gone at the sender's",
    text: "It was deleted, moved or renamed there. Once it is back, this page goes on by itself.",
    action: "retry",
  },
  unreadable: {
    tone: "warn",
    title: "The sender's computer can't read the file",
    text: "It may have been moved, or its disk unplugged. Once it is back, this page goes on by itself.",
    action: "retry",
  },
  "host-stopped": {
    tone: "warn",
    title: "The sender stopped sharing",
    text: "If they start again under this link, this page connects by itself.",
    action: "retry",
  },
};

const EVENTS_HELD_BACK: StatusLine = {
  tone: "warn",
  title: "A proxy holds back what the server sends",
  text: "Something between this browser and the server that introduces you to the sender keeps messages until it has all of them. So no connection comes about.",
  hints: [
    "Tell the sender: rangecast doctor, with this link, says which setting of the server's proxy helps.",
    "If the proxy is one of your own network, try another network, such as a phone's.",
  ],
  action: "retry",
};
const EVENTS_CUT: StatusLine = {
  ...EVENTS_HELD_BACK,
  title: "A proxy cuts off what the server sends",
  text: "Something between this browser and the server that introduces you to the sender ends its messages too early. So no connection comes about.",
};

const ENDED: Readonly<Record<EndReason, StatusLine>> = {
  "not-found": {
    tone: "bad",
    title: "Nothing is shared under this link",
    text: "It may have been withdrawn, or mistyped. Ask the sender for a new one.",
    action: "reload",
  },
  "wrong-host": {
    tone: "bad",
    title: "This is not the sender's computer",
    text: "Who answered couldn't prove to be the one that this link stands for. Nothing was loaded from there.",
    hints: ["Ask the sender for a new link, in a way that you trust."],
  },
  "host-revoked": { tone: "bad", title: "The sender withdrew this link", text: "Ask them for a new one." },
  unsupported: {
    tone: "bad",
    title: "This page and the sender's program don't understand each other",
    text: "One of the two is of another version.",
    hints: ["Reload this page.", "If that doesn't help, ask the sender to update rangecast."],
    action: "reload",
  },
  fault: { tone: "bad", title: "Something went wrong in this page", text: "That is its own fault. Reloading may help.", action: "reload" },
};

const UNSUPPORTED: Readonly<Record<Unsupported, StatusLine>> = {
  insecure: {
    tone: "bad",
    title: "This address is not secure",
    text: "Browsers allow what this page needs on https:// addresses and on localhost only.",
    hints: [
      "On the sender's own computer, open the link with localhost in place of the address.",
      "Anywhere else, ask the sender for a link that starts with https://.",
    ],
  },
  "no-webrtc": {
    tone: "bad",
    title: "This browser can't connect directly",
    text: "WebRTC is missing or switched off.",
    hints: [
      "Allow WebRTC in the browser's privacy settings, or in the extension that blocks it.",
      "Or open the link in a current Firefox, Chrome, Edge or Safari.",
    ],
  },
  "no-worker": {
    tone: "bad",
    title: "This browser blocks what playing and saving need",
    text: "Service workers are not available here.",
    hints: [
      "Open the link in a normal window, not a private one, and allow this site to store data.",
      "Or open it in another browser: in-app browsers of messengers often lack this.",
    ],
  },
  "old-browser": {
    tone: "bad",
    title: "This browser is too old",
    text: "It lacks what a secure connection needs.",
    hints: ["Update it, or open the link in a current Firefox, Chrome, Edge or Safari."],
  },
};

const BAD_LINK: Readonly<Record<"incomplete" | "invalid", StatusLine>> = {
  incomplete: {
    tone: "bad",
    title: "This link is incomplete",
    text: "The part behind the # is missing. It is the key to the file.",
    hints: ["Copy the whole link and open it again.", "If it came like this, ask the sender to send it again: some apps cut links off."],
  },
  invalid: {
    tone: "bad",
    title: "This link is damaged",
    text: "Some of it is missing or was changed.",
    hints: ["Copy the whole link and open it again, or ask the sender for it once more."],
  },
};

const WORKER_STARTING: StatusLine = { tone: "busy", title: "Connected", text: "Preparing this browser to play and save the file…" };
const WORKER_SILENT: StatusLine = {
  tone: "warn",
  title: "This page's service worker doesn't answer",
  text: "Nothing can be played or saved without it. Reloading mostly helps.",
  action: "reload",
};
const WORKER_BUSY: StatusLine = {
  tone: "busy",
  title: "Waiting for another tab",
  text: "An older version of this page is still in use there. Close it, or let it finish.",
};
const WORKER_OUTDATED: StatusLine = { tone: "warn", title: "This page was updated", text: "Reload it to go on.", action: "reload" };

/** The state line. What keeps the page from working at all comes before how the connection stands. */
export function statusOf(connection: Connection, worker: WorkerState, relayVerdict?: RelayVerdict): StatusLine {
  if (isFinal(connection)) return connectionStatus(connection);
  if (worker.phase === "blocked") return UNSUPPORTED["no-worker"];
  if (worker.phase === "outdated") return WORKER_OUTDATED;
  if (worker.phase === "silent") return WORKER_SILENT;
  if (worker.phase === "starting" && connection.phase === "connected") return WORKER_STARTING;
  if (worker.phase === "busy" && connection.phase === "connected") return WORKER_BUSY;
  if (isStuck(connection) && relayVerdict === "held-back") return EVENTS_HELD_BACK;
  if (isStuck(connection) && relayVerdict === "cut") return EVENTS_CUT;
  return connectionStatus(connection);
}

function isFinal({ phase }: Connection): boolean {
  return phase === "bad-link" || phase === "unsupported" || phase === "ended";
}

function connectionStatus(connection: Connection): StatusLine {
  switch (connection.phase) {
    case "waiting":
      return waitingStatus(connection);
    case "ended":
      return ENDED[connection.reason];
    case "unsupported":
      return UNSUPPORTED[connection.reason];
    case "bad-link":
      return BAD_LINK[connection.reason];
    case "connected":
      return connectedStatus(connection);
    default:
      return connection.phase === "connecting" && connection.slow
        ? { tone: "busy", title: "Still connecting…", text: "This mostly takes a second or two.", hints: NO_WAY_THROUGH }
        : { tone: "busy", title: "Connecting to the sender…" };
  }
}

/** What both sides offered says more than what is usual. */
function waitingStatus({ reason, diagnosis }: Connection & { phase: "waiting" }): StatusLine {
  const usual = WAITING[reason];
  return reason === "no-connection" && diagnosis ? { ...usual, ...noConnectionWords(diagnosis) } : usual;
}

function connectedStatus({ path }: Connection & { phase: "connected" }): StatusLine {
  const detail = path?.rttMs === undefined ? {} : { detail: `${formatMs(path.rttMs)} away` };
  if (path?.kind === "relayed") {
    const text = "There is no direct way, so the bytes take a detour over a server, encrypted.";
    return { tone: "good", title: "Connected through a relay", text, ...detail };
  }
  return { tone: "good", title: path ? "Connected directly" : "Connected", ...detail };
}
