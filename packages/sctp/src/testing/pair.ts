/* Two associations over a simulated path, on simulated time. */
import { Association } from "../association/association.ts";
import type { AssociationEnd, AssociationOptions } from "../association/options.ts";
import type { Message } from "../receiving/assembly.ts";
import { Link, type LinkOptions } from "./link/link.ts";
import { mulberry32 } from "./link/mulberry32.ts";

export interface PairOptions {
  readonly seed?: number;
  /** From the first to the second side. */
  readonly there?: LinkOptions;
  /** @default the delay of `there` */
  readonly back?: LinkOptions;
  readonly first?: Partial<AssociationOptions>;
  readonly second?: Partial<AssociationOptions>;
  /** Builds what runs the association of a side. @default the association itself */
  readonly build?: (side: 0 | 1, options: AssociationOptions) => Endpoint | undefined;
}

/** An association, or what runs one. */
export interface Endpoint extends Pick<Association, "receive" | "poll" | "deadline"> {
  readonly association: Association;
}

export interface Side {
  readonly association: Association;
  readonly endpoint: Pick<Endpoint, "receive" | "poll" | "deadline">;
  readonly messages: Message[];
  opened: boolean;
  end: AssociationEnd | undefined;
}

/** Not a cryptographic code: tests only need that a changed cookie is noticed. */
export function testCode(key: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    const code = new Uint8Array(8);
    let state = key >>> 0;
    for (const [index, byte] of bytes.entries()) {
      state = Math.imul(state ^ byte, 16_777_619) >>> 0;
      const at = index % 8;
      code[at] = (code[at] ?? 0) ^ (state & 0xff);
    }
    return code;
  };
}

/** Bytes of the lower layers that are on the link, too: DTLS, UDP and IP. */
const CARRIER_BYTES = 60;

export class Pair {
  nowMs = 0;
  readonly sides: readonly [Side, Side];
  readonly #links: readonly [Link<Uint8Array>, Link<Uint8Array>];
  /** Called with each packet before it is sent. It may change the packet, return another one, or drop it with `false`. */
  onPacket: ((from: 0 | 1, packet: Uint8Array, nowMs: number) => boolean | Uint8Array) | undefined;
  packets: [number, number] = [0, 0];
  /** For how long the first side's program does something else after it has run, ms. */
  firstBusyMs: () => number = () => 0;
  /** Whether the second side reads what arrives; otherwise it waits in the link. */
  secondReads = true;
  #firstBusyUntilMs = 0;

  constructor({
    seed = 1,
    there = { delayMs: 10 },
    back = { delayMs: there.delayMs ?? 0 },
    first = {},
    second = {},
    build,
  }: PairOptions = {}) {
    const random = mulberry32(seed);
    const randomBytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(random() * 256));
    const side = (index: 0 | 1, options: Partial<AssociationOptions>): Side => {
      const messages: Message[] = [];
      const all: AssociationOptions = {
        randomBytes,
        authenticate: testCode(index + 1),
        onMessage: (message) => messages.push(message),
        ...options,
        onOpen: () => {
          created.opened = true;
          options.onOpen?.();
        },
        onEnd: (end) => {
          created.end = end;
          options.onEnd?.(end);
        },
      };
      const built = build?.(index, all);
      const association = built?.association ?? new Association(all);
      const created: Side = { association, endpoint: built ?? association, messages, opened: false, end: undefined };
      return created;
    };
    this.sides = [side(0, first), side(1, second)];
    this.#links = [new Link<Uint8Array>(there), new Link<Uint8Array>(back)];
  }

  get first(): Association {
    return this.sides[0].association;
  }

  get second(): Association {
    return this.sides[1].association;
  }

  get links(): readonly [Link<Uint8Array>, Link<Uint8Array>] {
    return this.#links;
  }

  /** Runs until the time, or until nothing happens any more. */
  run(untilMs: number): void {
    for (;;) {
      if (this.nowMs >= this.#firstBusyUntilMs) {
        this.#send(0);
        this.#firstBusyUntilMs = this.nowMs + this.firstBusyMs();
      }
      this.#send(1);
      const next = Math.min(
        this.secondReads ? this.#links[0].nextAtMs : Number.POSITIVE_INFINITY,
        Math.max(this.#firstBusyUntilMs, Math.min(this.#links[1].nextAtMs, this.sides[0].endpoint.deadline(this.nowMs))),
        this.sides[1].endpoint.deadline(this.nowMs),
      );
      if (next > untilMs) break;
      this.nowMs = Math.max(this.nowMs, next);
      if (this.secondReads) this.#deliver(0);
      if (this.nowMs >= this.#firstBusyUntilMs) this.#deliver(1);
    }
    this.nowMs = untilMs;
  }

  /** Runs until a condition holds. @throws if it does not by then */
  runUntil(condition: () => boolean, limitMs = 120_000): void {
    const end = this.nowMs + limitMs;
    while (!condition()) {
      if (this.nowMs >= end) throw new Error("the condition did not become true");
      this.run(Math.min(end, this.nowMs + 5));
    }
  }

  #send(from: 0 | 1): void {
    const { endpoint } = this.sides[from];
    for (let packet = endpoint.poll(this.nowMs); packet !== undefined; packet = endpoint.poll(this.nowMs)) {
      this.packets[from] += 1;
      const changed = this.onPacket?.(from, packet, this.nowMs) ?? true;
      if (changed === false) continue;
      const sent = changed === true ? packet : changed;
      this.#links[from].send(0, this.nowMs, sent.byteLength + CARRIER_BYTES, sent.slice());
    }
  }

  #deliver(from: 0 | 1): void {
    const to = this.sides[1 - from]?.endpoint;
    for (let arrived = this.#links[from].receive(this.nowMs); arrived !== undefined; arrived = this.#links[from].receive(this.nowMs)) {
      to?.receive(arrived.packet, this.nowMs);
    }
  }
}

/** Bytes that depend on their position and a seed. */
export function bytesOf(length: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (index * 31 + (index >> 8) * 7 + seed * 13) & 0xff;
  return bytes;
}
