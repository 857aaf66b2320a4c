/* The state of the connection as the page shows it, as a pure value: an event in, the next state out. Sockets and timers are in engine/session/. */
import type { NoConnectionDiagnosis, SelectedPath } from "@rangecast/rtc";
import type { ConnectionEvent as EngineConnectionEvent, EndReason, WaitReason } from "../../shared/messages/connection-event.ts";
import type { Unsupported } from "../environment.ts";

export type Connection =
  /** Checking the address and the browser. */
  | { readonly phase: "starting" }
  /** The address names no share. */
  | { readonly phase: "no-share" }
  | { readonly phase: "bad-link"; readonly reason: "incomplete" | "invalid" }
  | { readonly phase: "unsupported"; readonly reason: Unsupported }
  | { readonly phase: "connecting"; readonly slow: boolean }
  | { readonly phase: "connected"; readonly path?: SelectedPath }
  | {
      readonly phase: "waiting";
      readonly reason: WaitReason;
      /** What both sides offered. With `no-connection` only, if it is known. */
      readonly diagnosis?: NoConnectionDiagnosis;
    }
  | { readonly phase: "ended"; readonly reason: EndReason };

export type Phase = Connection["phase"];

export type ConnectionEvent =
  | EngineConnectionEvent
  | { readonly type: "no-share" }
  | { readonly type: "unsupported"; readonly reason: Unsupported };

type EventType = ConnectionEvent["type"];
type EventOf<Type extends EventType> = ConnectionEvent & { readonly type: Type };
/** The transition for one event in one phase. */
type Cell<Type extends EventType> = (now: Connection, event: EventOf<Type>) => Connection;
type Row = { readonly [Type in EventType]: Cell<Type> };

const stay = (now: Connection): Connection => now;
const connecting = (): Connection => ({ phase: "connecting", slow: false });
const slow = (): Connection => ({ phase: "connecting", slow: true });
const connected = (): Connection => ({ phase: "connected" });
const path: Cell<"path"> = (_now, event) => ({ phase: "connected", path: event.path });
const wait: Cell<"waiting"> = (_now, { reason, diagnosis }) => ({ phase: "waiting", reason, ...(diagnosis ? { diagnosis } : {}) });
/** After the host stopped sharing, "stopped" stays when later attempts can't reach it: these reasons say less, even if the host was the server too. */
const AWAY: ReadonlySet<WaitReason> = new Set(["host-offline", "relay-unreachable", "no-connection"]);
const waitOn: Cell<"waiting"> = (now, event) =>
  now.phase === "waiting" && now.reason === "host-stopped" && AWAY.has(event.reason) ? now : wait(now, event);
const end: Cell<"ended"> = (_now, { reason }) => ({ phase: "ended", reason });
const noShare = (): Connection => ({ phase: "no-share" });
const badLink: Cell<"bad-link"> = (_now, { reason }) => ({ phase: "bad-link", reason });
const unsupported: Cell<"unsupported"> = (_now, { reason }) => ({ phase: "unsupported", reason });

/** Only reloading the page leaves these phases. */
const FINAL: Row = {
  "no-share": stay,
  "bad-link": stay,
  unsupported: stay,
  connecting: stay,
  slow: stay,
  connected: stay,
  path: stay,
  waiting: stay,
  ended: stay,
};

/** Common to all phases in which the page tries to connect. */
const TRYING: Row = { ...FINAL, "bad-link": badLink, unsupported, connected, waiting: wait, ended: end };

const TABLE: Readonly<Record<Phase, Row>> = {
  starting: { ...TRYING, "no-share": noShare, connecting },
  "no-share": FINAL,
  "bad-link": FINAL,
  unsupported: FINAL,
  connecting: { ...TRYING, slow },
  connected: { ...TRYING, path },
  // The reason stays while the next attempt runs: a text that changes every second can't be read.
  waiting: { ...TRYING, waiting: waitOn },
  ended: FINAL,
};

export const STARTING: Connection = { phase: "starting" };

/** The state after an event. Total: every event is handled in every phase, even if it is ignored. */
export function nextConnection(now: Connection, event: ConnectionEvent): Connection {
  const cell = TABLE[now.phase][event.type] as Cell<EventType>;
  return cell(now, event);
}
