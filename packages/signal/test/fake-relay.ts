import { createRandomId } from "../src/encoding/random.ts";
import { verifyRegistration } from "../src/link/registration.ts";
import { type Call, fakeFetch, type FakeStream, json, ok, openStream } from "./fake-fetch.ts";

export const RELAY = "https://relay.example";

/** The part of a relay that a daemon uses. Tests can make it lose its state, refuse, and be away. */
export interface FakeRelay {
  readonly fetch: typeof fetch;
  readonly calls: Call[];
  /** The registered share ids, in order; one that was registered again appears twice. */
  readonly registered: string[];
  readonly revoked: string[];
  /** The daemon's streams, in the order in which they were opened. */
  readonly streams: FakeStream[];
  /** While set, the response to all requests. */
  away: (() => Response | Error | Promise<Response>) | undefined;
  /** While set, it may return the response to a registration. */
  refuse: ((shareId: string) => Response | undefined) | undefined;
  /** What it announces with each registration. */
  features: string[] | undefined;
  /** Whether a proxy holds the beginning of streams back. */
  holds: boolean;
  /** The response to an invalid token. */
  unknownStatus: number;
  /** Makes all tokens invalid, as a restart does. */
  forget(): void;
  readonly stream: FakeStream;
}

export function createFakeRelay(): FakeRelay {
  let token = createRandomId();
  const registered: string[] = [];
  const revoked: string[] = [];
  const streams: FakeStream[] = [];
  const known = (call: Call): boolean => call.headers.get("authorization") === `Bearer ${token}`;

  const answer = async (call: Call): Promise<Response> => {
    const { pathname } = new URL(call.url);
    if (call.method === "POST" && pathname === "/api/v1/shares") {
      const { shareId } = await verifyRegistration(call.body, { origins: [RELAY], now: Date.now() });
      const refused = relay.refuse?.(shareId);
      if (refused !== undefined) return refused;
      registered.push(shareId);
      return json({ shareId, token, iceServers: [{ urls: "stun:stun.example" }], features: relay.features });
    }
    if (call.method === "POST") return ok();
    if (!known(call)) return json({ error: "unauthorized" }, relay.unknownStatus);
    if (call.method === "DELETE") {
      revoked.push(pathname.slice(pathname.lastIndexOf("/") + 1));
      return json({});
    }
    const stream = relay.holds ? openStream() : openStream("retry: 1500\n\n");
    streams.push(stream);
    return stream.response;
  };
  const { fetch, calls } = fakeFetch((call) => relay.away?.() ?? answer(call));
  const relay: FakeRelay = {
    fetch,
    calls,
    registered,
    revoked,
    streams,
    away: undefined,
    features: undefined,
    holds: false,
    unknownStatus: 401,
    refuse: undefined,
    forget: () => void (token = createRandomId()),
    get stream() {
      return streams.at(-1) ?? openStream();
    },
  };
  return relay;
}

let lastId = 0;

function event(name: string, data: object): string {
  lastId += 1;
  return `event: ${name}\nid: ${lastId}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function sessionEventText(sessionId: string, fields: object = {}): string {
  return event("session", { shareId: createRandomId(), sessionId, token: `token-of-${sessionId}`, offer: "sealed offer", ...fields });
}

export function daemonSignalText(sessionId: string, payload: string, fields: object = {}): string {
  return event("signal", { shareId: createRandomId(), sessionId, from: "browser", type: "candidate", payload, ts: 5, ...fields });
}
