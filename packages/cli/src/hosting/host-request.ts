/** What a process asks for that wants to share: everything is resolved, so that any process of this user on this computer can host it. */
import type { TermsChange } from "@rangecast/daemon";
import type { TurnOptions } from "@rangecast/relay";
import type { IceServer } from "@rangecast/rtc";
import * as v from "valibot";

/** Longest text in a request, characters: that of a path. */
const MAX_TEXT = 4096;
/** Most paths, patterns or servers in a request. The size of a message limits them further. */
const MAX_LIST = 10_000;

const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const texts = v.pipe(v.array(text), v.maxLength(MAX_LIST));
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));

const iceServer = v.object({
  urls: v.union([text, texts]),
  username: v.exactOptional(text),
  credential: v.exactOptional(text),
});

/** Where a share is registered, and where its page is. */
export interface EndpointRequest {
  /** A relay elsewhere; without it, `server` says how ours runs. */
  readonly relay?: string;
  /** A page elsewhere. */
  readonly page?: string;
  readonly server?: OwnServer;
  readonly udpPort?: number;
  readonly iceServers: readonly IceServer[];
  readonly turn?: Pick<TurnOptions, "urls" | "secret">;
}

/** The relay that this computer runs itself. */
export interface OwnServer {
  /** The value of `--host`. */
  readonly host?: string;
  /** The value of `--port`. Without it, and with 0, any port is right. */
  readonly port?: number;
  /** The port of the link that viewers have already. */
  readonly linkPort?: number;
  /** Absolute paths. */
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export interface HostRequest {
  readonly content: {
    /** Absolute. */
    readonly path: readonly string[];
    readonly exclude: readonly string[];
    readonly all: boolean;
    readonly follow: boolean;
  };
  /** The name for viewers, if one was given. */
  readonly name?: string;
  /** For messages. */
  readonly shown: string;
  /** Bytes, if it is one file; else 0. */
  readonly size: number;
  readonly endpoint: EndpointRequest;
  /** Changes the terms of the link. */
  readonly terms?: TermsChange;
  /** Whether it is shared again when the service starts. */
  readonly keep?: boolean;
  /** The options that the service needs for that. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

const term = v.exactOptional(v.union([v.number(), v.literal("none")]));

const ownServer = v.object({
  host: v.exactOptional(text),
  port: v.exactOptional(port),
  linkPort: v.exactOptional(port),
  tlsCert: v.exactOptional(text),
  tlsKey: v.exactOptional(text),
});

const endpoint = v.object({
  relay: v.exactOptional(text),
  page: v.exactOptional(text),
  server: v.exactOptional(ownServer),
  udpPort: v.exactOptional(port),
  iceServers: v.pipe(v.array(iceServer), v.maxLength(MAX_LIST)),
  turn: v.exactOptional(v.object({ urls: texts, secret: text })),
});

export const hostRequestSchema: v.GenericSchema<unknown, HostRequest> = v.object({
  content: v.object({ path: texts, exclude: texts, all: v.boolean(), follow: v.boolean() }),
  name: v.exactOptional(text),
  shown: text,
  size: v.number(),
  endpoint,
  terms: v.exactOptional(v.object({ expiresMs: term, maxViewers: term, maxDownloads: term })),
  keep: v.exactOptional(v.boolean()),
  settings: v.exactOptional(v.record(v.string(), v.unknown())),
});

/** Whether both may use one relay and one daemon. A request for any port accepts every port. @param openPort the port of the first one's relay */
export function sameEndpoint(open: EndpointRequest, openPort: number | undefined, wanted: EndpointRequest): boolean {
  const wantedPort = wanted.server?.port ?? 0;
  return (wantedPort === 0 || wantedPort === openPort) && settingsOf(open) === settingsOf(wanted);
}

/** Everything but the port, as text. */
function settingsOf({ relay, page, server, udpPort, iceServers, turn }: EndpointRequest): string {
  const { host, tlsCert, tlsKey } = server ?? {};
  return JSON.stringify([relay, page, host, tlsCert, tlsKey, udpPort, iceServers, turn]);
}

/** The same request, for a link that viewers have already: that of our own relay contains its port. */
export function withLinkPort(request: HostRequest, linkPort: number): HostRequest {
  const { endpoint: wanted } = request;
  if (wanted.relay !== undefined) return request;
  return { ...request, endpoint: { ...wanted, server: { ...wanted.server, linkPort } } };
}
