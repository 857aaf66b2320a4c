/* What a whole connection of our own transport must do with any other stack. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { arrives, type Both, connect, FIRST, isGone, isOpen, notices, ROLES, until } from "./webrtc-interop.ts";
import { PEER_START_LIMIT_MS, type PeerFactory, type PeerKind } from "./webrtc-peers.ts";

const KIB = 1024;

/** Declares the tests with some kinds of peers. @param transferBytes what each side sends at once */
export function connectionTests(kinds: readonly PeerKind[], transferBytes: number): void {
  describe.each(kinds)("with $name", ({ missing, sendsText, sendsEmpty, start }) => {
    let peers: PeerFactory;
    const open: Both[] = [];
    beforeAll(async () => {
      if (missing === undefined) peers = await start();
    }, PEER_START_LIMIT_MS);
    afterEach(async () => {
      for (const both of open.splice(0)) await both.close();
    });
    afterAll(() => peers?.end());

    describe.skipIf(missing !== undefined).each(ROLES)(`we %s${missing === undefined ? "" : ` (skipped: ${missing})`}`, (role) => {
      const connected = async (): Promise<Both> => {
        const both = await connect(role, await peers.create());
        open.push(both);
        return both;
      };

      test("messages of all sizes and kinds pass both ways", async () => {
        const { ours, theirs } = await connected();
        for (const side of [ours, theirs]) await side.send(FIRST, 1, 1);
        await ours.send(FIRST, 0, 0);
        if (sendsEmpty) await theirs.send(FIRST, 0, 0);
        const texts = sendsText ? ["text, ünïcode", ...(sendsEmpty ? [""] : [])] : [];
        for (const text of texts) await theirs.text(FIRST, text);
        expect(await arrives(ours, theirs, FIRST)).toMatchObject({ received: { messages: 2, bytes: 1 } });
        expect(await arrives(theirs, ours, FIRST)).toMatchObject({ received: { messages: sendsEmpty ? 2 : 1, bytes: 1 } });
        await until("the texts have arrived", async () => (await ours.tally(FIRST)).texts.length === texts.length);
        expect((await ours.tally(FIRST)).texts).toEqual(texts);
        for (const [from, to] of [
          [ours, theirs],
          [theirs, ours],
        ] as const) {
          await from.send(FIRST, 64 * KIB, 64 * KIB);
          await arrives(from, to, FIRST);
          await from.send(FIRST, 256 * KIB, 256 * KIB);
          await arrives(from, to, FIRST);
        }
      });

      test("many messages pass both ways at once, and then each closes a channel", async () => {
        const both = await connected();
        const { ours, theirs } = both;
        await Promise.all([ours, theirs].map((side) => side.send(FIRST, transferBytes, 16 * KIB)));
        await Promise.all([arrives(ours, theirs, FIRST), arrives(theirs, ours, FIRST)]);
        let last = FIRST;
        for (const [closing, other] of [
          [ours, theirs],
          [theirs, ours],
        ] as const) {
          const label = last;
          await closing.closeChannel(label);
          await notices(other, `${label} is closed`, ({ channels }) => channels[label] === "closed");
          await notices(closing, `its own ${label} is closed`, ({ channels }) => channels[label] === "closed");
          last = `after ${label}`;
          await other.open(last);
          await isOpen(both, last);
          await closing.send(last, 100, 10);
          await other.send(last, 100, 10);
          await arrives(closing, other, last);
          await arrives(other, closing, last);
        }
      });

      test("our close is noticed at once", async () => {
        const { ours, theirs } = await connected();
        await ours.close();
        await notices(theirs, "the peer has noticed our close", isGone);
      });

      test("we notice the peer's close at once", async () => {
        const { ours, theirs } = await connected();
        await theirs.close();
        await notices(ours, "we have noticed the peer's close", isGone);
      });
    });
  });
}
