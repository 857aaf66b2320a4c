/* Two connections over a simulated path, on simulated time. */
import { type Certificate, createCertificate } from "../certificate/create-certificate.ts";
import { DtlsConnection } from "../connection/dtls-connection.ts";
import type { ConnectionEnd } from "../connection/end.ts";
import type { ConnectionOptions } from "../connection/options.ts";

/** Made once: a key costs a millisecond. */
export const CLIENT_CERTIFICATE: Certificate = createCertificate({ commonName: "client" });
export const SERVER_CERTIFICATE: Certificate = createCertificate({ commonName: "server" });

type Role = "client" | "server";

/** A connection, and what it has said. */
export interface Side {
  readonly connection: DtlsConnection;
  readonly received: Uint8Array[];
  opened: number;
  end: ConnectionEnd | undefined;
}

/** A connection with its own certificate, which expects that of the other role. */
export function createSide(role: Role, options: Partial<ConnectionOptions> = {}): Side {
  const [own, peer] = role === "client" ? [CLIENT_CERTIFICATE, SERVER_CERTIFICATE] : [SERVER_CERTIFICATE, CLIENT_CERTIFICATE];
  const received: Uint8Array[] = [];
  const side: Side = {
    connection: new DtlsConnection({
      role,
      certificate: own,
      remoteFingerprints: [{ algorithm: "sha-256", value: peer.fingerprint }],
      ...options,
      onOpen: () => {
        side.opened += 1;
        options.onOpen?.();
      },
      onData: (bytes) => {
        received.push(bytes);
        options.onData?.(bytes);
      },
      onEnd: (end) => {
        side.end = end;
        options.onEnd?.(end);
      },
    }),
    received,
    opened: 0,
    end: undefined,
  };
  return side;
}

/** What happens to a datagram: it is lost with false, and changed into others with an array. */
export type Fate = boolean | readonly Uint8Array[];

export interface PairOptions {
  /** From one side to the other. @default 10 */
  readonly delayMs?: number | (() => number);
  readonly client?: Partial<ConnectionOptions>;
  readonly server?: Partial<ConnectionOptions>;
  /** Called with each datagram before it is sent. @default every one arrives */
  readonly onDatagram?: (from: Role, datagram: Uint8Array, nowMs: number) => Fate;
}

interface InFlight {
  readonly to: Role;
  readonly datagram: Uint8Array;
  readonly atMs: number;
}

export class Pair {
  nowMs = 0;
  readonly client: Side;
  readonly server: Side;
  readonly #delayMs: () => number;
  readonly #onDatagram: NonNullable<PairOptions["onDatagram"]>;
  #inFlight: InFlight[] = [];
  /** Datagrams that each side has sent. */
  readonly sent: Record<Role, number> = { client: 0, server: 0 };

  constructor({ delayMs = 10, client = {}, server = {}, onDatagram = () => true }: PairOptions = {}) {
    this.#delayMs = typeof delayMs === "number" ? () => delayMs : delayMs;
    this.#onDatagram = onDatagram;
    this.client = createSide("client", client);
    this.server = createSide("server", server);
  }

  start(): void {
    this.server.connection.start(this.nowMs);
    this.client.connection.start(this.nowMs);
  }

  /** Runs until the time, or until a condition holds. */
  run(untilMs: number, condition: () => boolean = () => false): void {
    while (!condition()) {
      this.#poll("client");
      this.#poll("server");
      const next = Math.min(
        ...this.#inFlight.map(({ atMs }) => atMs),
        this.client.connection.deadline(this.nowMs),
        this.server.connection.deadline(this.nowMs),
      );
      if (next > untilMs) {
        this.nowMs = untilMs;
        return;
      }
      this.nowMs = Math.max(this.nowMs, next);
      const due = this.#inFlight.filter(({ atMs }) => atMs <= this.nowMs);
      this.#inFlight = this.#inFlight.filter(({ atMs }) => atMs > this.nowMs);
      for (const { to, datagram } of due) this[to].connection.receive(datagram, this.nowMs);
    }
  }

  /** Runs until both sides are open. @throws if they are not in time */
  open(limitMs = 30_000): this {
    this.start();
    this.run(limitMs, () => this.client.connection.state === "open" && this.server.connection.state === "open");
    if (this.server.connection.state !== "open" || this.client.connection.state !== "open") {
      throw new Error(`the connections did not open: ${JSON.stringify([this.client.end, this.server.end])}`);
    }
    return this;
  }

  /** Sends data. */
  send(from: Role, bytes: Uint8Array): void {
    this.#carry(from, this[from].connection.protect(bytes));
  }

  #poll(from: Role): void {
    const { connection } = this[from];
    for (let datagram = connection.poll(this.nowMs); datagram !== undefined; datagram = connection.poll(this.nowMs)) {
      this.#carry(from, datagram);
    }
  }

  #carry(from: Role, datagram: Uint8Array): void {
    this.sent[from] += 1;
    const fate = this.#onDatagram(from, datagram, this.nowMs);
    const datagrams = fate === true ? [Uint8Array.from(datagram)] : fate === false ? [] : fate;
    const to = from === "client" ? "server" : "client";
    this.#inFlight.push(...datagrams.map((one) => ({ to, datagram: one, atMs: this.nowMs + this.#delayMs() }) as const));
  }
}
