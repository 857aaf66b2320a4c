import { describe, expect, it } from "vitest";
import { type MdnsPacket, type MdnsRecord, NameClaim } from "./name-claim.ts";

const NAME = "rangecast.local";
const OURS = "192.168.1.5";
const THEIRS = "192.168.1.9";

const record = (data: string, ttl = 120): MdnsRecord => ({ type: "A", name: NAME, data, ttl });
const response = (data: string, ttl?: number): MdnsPacket => ({ type: "response", answers: [record(data, ttl)] });
const query = (type = "A", name = NAME): MdnsPacket => ({ type: "query", id: 7, questions: [{ type, name }] });
const probe = (data: string): MdnsPacket => ({ ...query("ANY"), authorities: [record(data)] });

interface Sent {
  readonly atMs: number;
  readonly packet: MdnsPacket;
}

/** Polls at each deadline until `untilMs`. */
function run(claim: NameClaim, untilMs: number): Sent[] {
  const sent: Sent[] = [];
  for (let at = claim.deadline(); at !== undefined && at <= untilMs; at = claim.deadline()) {
    const packet = claim.poll(at);
    if (packet !== undefined) sent.push({ atMs: at, packet });
  }
  return sent;
}

function ownedClaim(): NameClaim {
  const claim = new NameClaim({ name: NAME, address: OURS }, 0);
  run(claim, 10_000);
  return claim;
}

describe("a name", () => {
  it("is probed three times, then announced twice, then owned without further packets (RFC 6762, 8)", () => {
    const claim = new NameClaim({ name: NAME, address: OURS }, 0);
    const sent = run(claim, 100_000);
    expect(sent.map(({ atMs, packet }) => [atMs, packet.type])).toEqual([
      [0, "query"],
      [250, "query"],
      [500, "query"],
      [750, "response"],
      [1750, "response"],
    ]);
    expect(sent[0]?.packet.authorities).toMatchObject([{ type: "A", name: NAME, data: OURS }]);
    expect(sent[3]?.packet.answers).toEqual([{ type: "A", class: "IN", name: NAME, ttl: 120, data: OURS, flush: true }]);
    expect(claim.state).toBe("owned");
  });

  it("is lost if another machine has it", () => {
    const claim = new NameClaim({ name: NAME, address: OURS }, 0);
    claim.poll(0);
    claim.receive(response(THEIRS), false, 100);
    expect([claim.state, claim.deadline(), claim.goodbye()]).toEqual(["lost", undefined, undefined]);
  });

  it("is shared with other processes of this machine", () => {
    const claim = new NameClaim({ name: NAME, address: OURS }, 0);
    claim.poll(0);
    claim.receive(response(OURS), false, 100);
    run(claim, 5000);
    expect(claim.state).toBe("owned");
    // The other process ends.
    claim.receive(response(OURS, 0), false, 6000);
    expect(run(claim, 7000)).toMatchObject([{ atMs: 6100, packet: { answers: [{ data: OURS, ttl: 120 }] } }]);
  });

  it("is probed later if a machine with a greater address probes at the same time", () => {
    const claim = new NameClaim({ name: NAME, address: OURS }, 0);
    claim.poll(0);
    claim.receive(probe(THEIRS), false, 10);
    expect(claim.deadline()).toBe(1010);
    claim.receive(response(THEIRS), false, 800);
    expect(claim.state).toBe("lost");
  });

  it("is not given up for a probe of a lesser address, nor for its own probe", () => {
    const claim = new NameClaim({ name: NAME, address: OURS }, 0);
    claim.poll(0);
    claim.receive(probe("192.168.1.4"), false, 10);
    claim.receive(probe(OURS), false, 10);
    expect(claim.deadline()).toBe(250);
  });

  it("is probed again if another machine announces it later (RFC 6762, 9)", () => {
    const claim = ownedClaim();
    claim.receive(response(THEIRS), false, 20_000);
    expect([claim.state, claim.deadline()]).toEqual(["probing", 20_000]);
    // A goodbye of theirs is no claim.
    const other = ownedClaim();
    other.receive(response(THEIRS, 0), false, 20_000);
    expect(other.state).toBe("owned");
  });

  it("is withdrawn at the end", () => {
    expect(ownedClaim().goodbye()).toMatchObject({ type: "response", answers: [{ data: OURS, ttl: 0 }] });
    expect(new NameClaim({ name: NAME, address: OURS }, 0).goodbye()).toBeUndefined();
  });
});

describe("a query", () => {
  it.each(["A", "ANY"])("of type %s gets the address, and that there is no other record", (type) => {
    const answer = ownedClaim().receive(query(type, "RangeCast.local"), false, 20_000);
    expect(answer).toMatchObject({
      answers: [{ type: "A", data: OURS, ttl: 120, flush: true }],
      additionals: [{ type: "NSEC", data: { rrtypes: ["A"] } }],
    });
    expect(answer?.id).toBeUndefined();
  });

  it("for an IPv6 address gets that there is none, so that nobody waits for it", () => {
    expect(ownedClaim().receive(query("AAAA"), false, 20_000)?.answers).toMatchObject([{ type: "NSEC", data: { rrtypes: ["A"] } }]);
  });

  it("of a simple resolver gets its id and its question, and a short lifetime (RFC 6762, 6.7)", () => {
    const answer = ownedClaim().receive(query(), true, 20_000);
    expect(answer).toMatchObject({ id: 7, questions: [{ name: NAME }], answers: [{ data: OURS, ttl: 10 }] });
    expect(answer?.answers?.[0]).not.toHaveProperty("flush");
  });

  it("for another name, or while probing, gets nothing", () => {
    expect(ownedClaim().receive(query("A", "other.local"), false, 20_000)).toBeUndefined();
    expect(new NameClaim({ name: NAME, address: OURS }, 0).receive(query(), false, 1)).toBeUndefined();
  });

  it("sends at most 20 responses a second, to all askers together", () => {
    const claim = ownedClaim();
    const answered = (now: number): number => Array.from({ length: 50 }, () => claim.receive(query(), true, now)).filter(Boolean).length;
    expect([answered(20_000), answered(20_500), answered(21_000)]).toEqual([20, 0, 20]);
  });
});
