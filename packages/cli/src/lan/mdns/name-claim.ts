/**
 * Claims a name of the local network and answers for it (RFC 6762), as a state machine without I/O. Only an A record: it announces no service, because the
 * address of a share is a secret, and a service would lead to nothing without it.
 */
/** The parts of a DNS message that matter, as dns-packet has them. */
export interface MdnsPacket {
  readonly type?: "query" | "response";
  readonly id?: number;
  readonly questions?: readonly MdnsQuestion[];
  readonly answers?: readonly MdnsRecord[];
  readonly authorities?: readonly MdnsRecord[];
  readonly additionals?: readonly MdnsRecord[];
}

export interface MdnsQuestion {
  readonly name: string;
  readonly type: string;
  readonly class?: string;
}

export interface MdnsRecord {
  readonly type: string;
  readonly name: string;
  readonly class?: string;
  /** Seconds. */
  readonly ttl?: number;
  /** Replaces what caches have (RFC 6762, 10.2). */
  readonly flush?: boolean;
  readonly data?: unknown;
}

/** Lifetime of the record in caches, seconds (RFC 6762, 10). */
const TTL_S = 120;
/** Longest lifetime in a response to a simple resolver, seconds (RFC 6762, 6.7). */
const LEGACY_TTL_S = 10;
/** Probes before the name is claimed, and the time after each, milliseconds (RFC 6762, 8.1). */
const PROBES = 3;
const PROBE_MS = 250;
/** Announcements, and the time between them, milliseconds (RFC 6762, 8.3). */
const ANNOUNCEMENTS = 2;
const ANNOUNCE_MS = 1000;
/** Delay after which a lost probe is repeated, milliseconds (RFC 6762, 8.2). */
const DEFER_MS = 1000;
/** How soon the record is announced again after another process of this machine withdrew it, milliseconds: receivers keep it for a second (RFC 6762, 10.1). */
const RESCUE_MS = 100;
/** Most responses in a second: anybody in the network can ask. */
const MAX_RESPONSES_PER_S = 20;

export interface NameClaimOptions {
  readonly name: string;
  /** IPv4. */
  readonly address: string;
}

/** - `probing`: asking whether another machine has the name; `owned`; `lost`: another machine has it. */
export type ClaimState = "probing" | "owned" | "lost";

export class NameClaim {
  readonly #name: string;
  readonly #address: string;
  #state: ClaimState = "probing";
  /** Probes or announcements still to be sent. */
  #left = PROBES;
  #atMs: number | undefined;
  #second = 0;
  #responses = 0;

  /** @param now milliseconds, here and below, of any clock */
  constructor({ name, address }: NameClaimOptions, now: number) {
    this.#name = name;
    this.#address = address;
    this.#atMs = now;
  }

  get state(): ClaimState {
    return this.#state;
  }

  /** When to call poll(); undefined if there is nothing to do. */
  deadline(): number | undefined {
    return this.#atMs;
  }

  /** The next packet to send to everybody, if it is due. */
  poll(now: number): MdnsPacket | undefined {
    if (this.#atMs === undefined || now < this.#atMs) return undefined;
    if (this.#state === "probing") {
      if (this.#left > 0) return this.#probe(now);
      this.#state = "owned";
      this.#left = ANNOUNCEMENTS;
    }
    this.#left -= 1;
    this.#atMs = this.#left > 0 ? now + ANNOUNCE_MS : undefined;
    return { type: "response", answers: [this.#record(TTL_S)] };
  }

  /**
   * Takes a packet from the network.
   * @param legacy it comes from a simple resolver, which expects the response at its own port (RFC 6762, 6.7)
   * @returns the response
   */
  receive(packet: MdnsPacket, legacy: boolean, now: number): MdnsPacket | undefined {
    if (packet.type === "response") this.#hear(packet, now);
    else if (this.#state === "probing") this.#compare(packet, now);
    else if (packet.type === "query" && this.#state === "owned") return this.#answer(packet, legacy, now);
    return undefined;
  }

  /** The packet that withdraws the record; undefined if it was never announced. */
  goodbye(): MdnsPacket | undefined {
    const announced = this.#state === "owned";
    this.#state = "lost";
    this.#atMs = undefined;
    return announced ? { type: "response", answers: [this.#record(0)] } : undefined;
  }

  #answer(packet: MdnsPacket, legacy: boolean, now: number): MdnsPacket | undefined {
    const questions = (packet.questions ?? []).filter(({ name }) => this.#isOurs(name));
    if (questions.length === 0 || !this.#mayRespond(now)) return undefined;
    const ttl = legacy ? LEGACY_TTL_S : TTL_S;
    const asksAddress = questions.some(({ type }) => type === "A" || type === "ANY");
    // For other types: that this name has no such record (RFC 6762, 6.1), so that nobody waits for an IPv6 address.
    const negative = { type: "NSEC", name: this.#name, ttl, flush: !legacy, data: { nextDomain: this.#name, rrtypes: ["A"] } };
    const answers = asksAddress ? [this.#record(ttl, !legacy)] : [negative];
    const additionals = asksAddress && !legacy ? [negative] : [];
    return { type: "response", answers, additionals, ...(legacy ? { id: packet.id ?? 0, questions } : {}) };
  }

  #probe(now: number): MdnsPacket {
    this.#left -= 1;
    this.#atMs = now + PROBE_MS;
    return {
      type: "query",
      questions: [{ name: this.#name, type: "ANY", class: "IN" }],
      authorities: [this.#record(TTL_S, false)],
    };
  }

  /** Another machine probes for the name at the same time: the greater address wins (RFC 6762, 8.2). Our own probes come back too. */
  #compare({ authorities = [] }: MdnsPacket, now: number): void {
    const theirs = authorities.find(({ name, type }) => type === "A" && this.#isOurs(name));
    if (typeof theirs?.data !== "string" || compareAddresses(theirs.data, this.#address) <= 0) return;
    this.#left = PROBES;
    this.#atMs = now + DEFER_MS;
  }

  #hear({ answers = [], additionals = [] }: MdnsPacket, now: number): void {
    for (const answer of [...answers, ...additionals]) {
      if (answer.type !== "A" || !this.#isOurs(answer.name)) continue;
      if (answer.data === this.#address) this.#heardOurs(answer.ttl, now);
      else if (answer.ttl !== 0) return this.#conflict(now);
    }
  }

  /** Another process of this machine has the same record. When it ends, it withdraws the record. */
  #heardOurs(ttl: number | undefined, now: number): void {
    if (ttl !== 0 || this.#state !== "owned") return;
    this.#left = 1;
    this.#atMs = now + RESCUE_MS;
  }

  /** While probing, the other has the name. Later, both probe again, and the other one, too, learns that there are two (RFC 6762, 9). */
  #conflict(now: number): void {
    if (this.#state === "lost") return;
    if (this.#state === "probing") {
      this.#state = "lost";
      this.#atMs = undefined;
      return;
    }
    this.#state = "probing";
    this.#left = PROBES;
    this.#atMs = now;
  }

  #mayRespond(now: number): boolean {
    if (now - this.#second >= 1000) {
      this.#second = now;
      this.#responses = 0;
    }
    this.#responses += 1;
    return this.#responses <= MAX_RESPONSES_PER_S;
  }

  #isOurs(name: string): boolean {
    return name.toLowerCase() === this.#name;
  }

  #record(ttl: number, flush = true): MdnsRecord {
    return { type: "A", class: "IN", name: this.#name, ttl, data: this.#address, ...(flush ? { flush: true } : {}) };
  }
}

function compareAddresses(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one.split(".").map(Number)), Buffer.from(other.split(".").map(Number)));
}
