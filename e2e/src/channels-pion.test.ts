/* Our data channels and pion's: each side opens and closes, with each kind of message. */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelData, ChannelOptions } from "@rangecast/sctp";
import { describe, expect, onTestFinished, test } from "vitest";
import { ChannelsWithPion } from "./lib/channels-with-pion.ts";
import { goIsInstalled } from "./lib/pion.ts";

const LARGE = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7) & 0xff);
const MESSAGES: readonly ChannelData[] = ["text", Uint8Array.of(0, 1, 255), "", new Uint8Array(0), "é€😀", LARGE, "last"];
/** What pion sends on a channel that it opens. */
const GREETINGS: readonly ChannelData[] = ["hello", Uint8Array.of(0, 1, 255), "", new Uint8Array(0)];

/** Messages of the tests in which some are given up. */
const NUMBERED = 300;

/** Settings of a channel, with pion's numbers for them (RFC 8832, 5.1). */
const SETTINGS: readonly (ChannelOptions & { readonly type: number; readonly parameter: number })[] = [
  { type: 0x00, parameter: 0 },
  { type: 0x80, parameter: 0, ordered: false },
  { type: 0x01, parameter: 3, maxRetransmits: 3 },
  { type: 0x82, parameter: 5000, ordered: false, maxPacketLifeTime: 5000 },
];

/** What messages are, in few characters: expect() is slow with large arrays. */
const digests = (messages: readonly ChannelData[]): string[] =>
  messages.map((data) => `${typeof data} ${data.length} ${createHash("sha256").update(data).digest("hex")}`);

/** Expects messages, in any order if they came over an unordered channel. */
function expectMessages(messages: readonly ChannelData[], expected: readonly ChannelData[], ordered = true): void {
  const [one, other] = [digests(messages), digests(expected)];
  expect(ordered ? one : one.toSorted()).toEqual(ordered ? other : other.toSorted());
}

describe.skipIf(!goIsInstalled)("data channels with pion (skipped where go is not installed)", () => {
  test.each([
    ["ours", 0, false],
    ["pion", 0.02, false],
    ["ours", 0.02, true],
  ] as const)(
    "%s opens the association, a loss of %d, interleaving %s: messages both ways, and closing from either side",
    async (...how) => {
      const [opener, loss, interleaving] = how;
      const pair = await ChannelsWithPion.open(opener, interleaving, onTestFinished);
      expect(pair.channels.association.interleaves).toBe(interleaving);
      pair.lose(loss);
      for (const [index, { type, parameter, ...options }] of SETTINGS.entries()) {
        const label = `ours-${index}`;
        const own = pair.create(label, { ...options, protocol: "p" });
        pair.send(own, ...MESSAGES);
        expect(await pair.event("accepted", label)).toMatchObject({ id: own.channel.id, protocol: "p", type, parameter });
        await own.has(MESSAGES.length);
        expectMessages(own.messages, MESSAGES, options.ordered);
        // From either side by turns; pion closes on a text.
        if (index % 2 === 0) pair.close(own);
        else pair.send(own, "close");
        expect(await own.closed).toBe(index % 2 === 0 ? "closed" : "peer-closed");
        expect(await pair.event("closed", label)).toMatchObject({ messages: MESSAGES.length + (index % 2), detail: "<nil>" });
      }
      for (const [index, { type, parameter, ...options }] of SETTINGS.entries()) {
        const label = `pion-${index}`;
        const theirs = await pair.openByPion("open", 2 * index + 1, label, type, parameter);
        expect(theirs.channel).toMatchObject({ id: 2 * index + 1, label, protocol: "greeting", ordered: true, ...options });
        await theirs.has(GREETINGS.length);
        expectMessages(theirs.messages, GREETINGS, options.ordered);
        pair.send(theirs, ...MESSAGES);
        await theirs.has(GREETINGS.length + MESSAGES.length);
        expectMessages(theirs.messages.slice(GREETINGS.length), MESSAGES, options.ordered);
        if (index % 2 === 0) pair.close(theirs);
        else pair.send(theirs, "close");
        expect(await theirs.closed).toBe(index % 2 === 0 ? "closed" : "peer-closed");
        await pair.event("closed", label);
      }
      expect(await pair.end()).toMatchObject({ ok: true });
    },
  );

  test.each([
    [0, false],
    [0.02, false],
    [0.02, true],
  ])("channels that are closed at once, and ids that are used again, with a loss of %d, interleaving %s", async (loss, interleaving) => {
    const pair = await ChannelsWithPion.open("ours", interleaving, onTestFinished);
    pair.lose(loss);
    for (let round = 0; round < 4; round += 1) {
      // Seven ids are free besides the control channel's.
      const labels = Array.from({ length: 7 }, (_, index) => `${round}-${index}`);
      const own = labels.map((label) => pair.create(label));
      for (const channel of own) {
        pair.send(channel, "only");
        pair.close(channel);
      }
      expect(await Promise.all(own.map(({ closed }) => closed))).toEqual(labels.map(() => "closed"));
      for (const label of labels) {
        await pair.event("accepted", label);
        expect(await pair.event("closed", label)).toMatchObject({ messages: 1 });
      }
    }
    for (let round = 0; round < 4; round += 1) {
      const theirs = await pair.openByPion("open-close", 2 * round + 1, `brief-${round}`, 0, 0);
      expect(await theirs.closed).toBe("peer-closed");
      expectMessages(theirs.messages, GREETINGS);
    }
    expect(await pair.end()).toMatchObject({ ok: true });
  });

  test.each([
    ["retransmissions", false, { maxRetransmits: 0 }],
    ["lifetime", false, { maxPacketLifeTime: 30 }],
    ["retransmissions", true, { maxRetransmits: 0 }],
    ["lifetime", true, { maxPacketLifeTime: 30 }],
  ] as const)(
    "messages that either side gives up by its limit of %s, interleaving %s, are skipped, and the rest is in order",
    async (...how) => {
      const [, interleaving, options] = how;
      const pair = await ChannelsWithPion.open("ours", interleaving, onTestFinished);
      const own = pair.create("limited", options);
      await pair.event("accepted", "limited");
      pair.lose(0.1);
      for (let index = 0; index < NUMBERED; index += 1) pair.send(own, `${index} `.padEnd(2000, "x"));
      while (pair.channels.association.bufferedBytes > 0) await sleep(10);
      pair.lose(0);
      // Pion has its own messages to give up, too.
      for (;;) {
        pair.send(own, "end");
        if (await Promise.race([own.hasText("end"), sleep(500, false)])) break;
      }
      const numbers = own.messages.filter((text) => text !== "end").map((text) => Number.parseInt(String(text), 10));
      expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(numbers.length).toBeGreaterThan(0);
      expect(numbers.length).toBeLessThan(NUMBERED);
      pair.close(own);
      expect(await own.closed).toBe("closed");
      expect(await pair.end()).toMatchObject({ ok: true });
    },
  );
});
