import { open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PartFile, PartGoneError, SYNC_BYTES, trustedLength, WRITE_BYTES } from "./part-file.ts";

let folder = "";
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => void vi.useRealTimers());

type Handle = ConstructorParameters<typeof PartFile>[0];

/** A disk of limited size: beyond it writes fail with ENOSPC, after a partial write as on real disks. Its sync may fail. */
function fakeDisk(room: number) {
  const state = { length: 0, room, writes: 0, syncs: 0, failSync: false };
  const fail = (code: string): never => {
    throw Object.assign(new Error(code), { code });
  };
  const handle: Handle = {
    writev: async (pieces, position = 0) => {
      const length = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
      const bytesWritten = Math.min(length, state.room - (position ?? 0));
      if (bytesWritten <= 0) fail("ENOSPC");
      state.length = (position ?? 0) + bytesWritten;
      state.writes += 1;
      return { bytesWritten, buffers: pieces };
    },
    datasync: async () => {
      state.syncs += 1;
      if (state.failSync) fail("EIO");
    },
    truncate: async (length) => void (state.length = length ?? 0),
    read: () => fail("EBADF"),
    stat: (async () => ({ nlink: 1 })) as unknown as Handle["stat"],
    close: async () => {},
  };
  return { handle, state };
}

describe("a part of a file", () => {
  it("continues after the bytes that are present", async () => {
    const path = join(folder, "part");
    const handle = await open(path, "w+");
    await handle.writeFile("one, ");
    const part = new PartFile(handle, 5);
    await part.write(Buffer.from("two, "));
    await part.write(Buffer.from("three"));
    await part.sync();
    await part.close();
    await part.close();
    expect([part.length, await readFile(path, "utf8")]).toEqual([15, "one, two, three"]);
  });

  it("reads back its bytes for the hash", async () => {
    const handle = await open(join(folder, "part"), "w+");
    const part = new PartFile(handle, 0);
    const bytes = Buffer.alloc(2_500_000, 7);
    await part.write(bytes);
    const read: Buffer[] = [];
    await part.readBack((chunk) => read.push(Buffer.from(chunk)), new AbortController().signal);
    await part.close();
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
  });

  it("stops reading back on abort", async () => {
    const handle = await open(join(folder, "part"), "w+");
    const part = new PartFile(handle, 0);
    await part.write(Buffer.from("bytes"));
    const reading = part.readBack(() => {}, AbortSignal.abort(new Error("enough")));
    await expect(reading).rejects.toThrow("enough");
    await part.close();
  });

  it("keeps what was written before the disk was full, and can continue from there", async () => {
    const { handle, state } = fakeDisk(10);
    const part = new PartFile(handle, 0);
    await part.write(Buffer.from("fourteen bytes"));
    await expect(part.sync()).rejects.toMatchObject({ code: "ENOSPC" });
    expect(part.length).toBe(10);
    state.room = 100;
    await part.write(Buffer.from("ytes"));
    await part.sync();
    expect(state.length).toBe(14);
  });

  it("syncs at least every SYNC_BYTES", async () => {
    const { handle, state } = fakeDisk(Number.POSITIVE_INFINITY);
    const part = new PartFile(handle, 0);
    await part.write(new Uint8Array(SYNC_BYTES - WRITE_BYTES));
    expect(state.syncs).toBe(0);
    await part.write(new Uint8Array(WRITE_BYTES));
    expect([state.syncs, state.length]).toEqual([1, SYNC_BYTES]);
  });

  it("collects small pieces for one write, and writes all of them in order", async () => {
    const path = join(folder, "part");
    const handle = await open(path, "w+");
    const writev = vi.spyOn(handle, "writev");
    const part = new PartFile(handle, 0);
    const pieces = Array.from({ length: 20 }, (_, index) => Buffer.alloc(WRITE_BYTES / 16, index));
    for (const piece of pieces) await part.write(piece);
    expect([writev.mock.calls.length, part.length]).toEqual([1, 20 * pieces[0]!.byteLength]);
    await part.sync();
    await part.close();
    expect(await readFile(path)).toEqual(Buffer.concat(pieces));
  });

  it("writes what it collected within a moment, although nothing follows", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { handle, state } = fakeDisk(Number.POSITIVE_INFINITY);
    const part = new PartFile(handle, 0);
    await part.write(new Uint8Array(10));
    expect(state.length).toBe(0);
    await vi.advanceTimersByTimeAsync(100);
    expect([state.length, part.length]).toEqual([10, 10]);
  });

  it("reports a write that failed while nobody waited for it, and accepts no bytes before", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { handle } = fakeDisk(10);
    const part = new PartFile(handle, 0);
    await part.write(new Uint8Array(14));
    await vi.advanceTimersByTimeAsync(100);
    expect(part.length).toBe(10);
    await expect(part.write(new Uint8Array(1))).rejects.toMatchObject({ code: "ENOSPC" });
    expect(part.length).toBe(10);
  });

  it("removes bytes that the disk failed to store", async () => {
    const { handle, state } = fakeDisk(Number.POSITIVE_INFINITY);
    const part = new PartFile(handle, 0);
    await part.write(new Uint8Array(100));
    await part.sync();
    await part.write(new Uint8Array(50));
    state.failSync = true;
    await expect(part.sync()).rejects.toMatchObject({ code: "EIO" });
    expect([part.length, state.length]).toEqual([100, 100]);
  });

  it("reports that it was deleted, instead of writing to a deleted file", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const path = join(folder, "part");
    const part = new PartFile(await open(path, "w+"), 0);
    await part.write(Buffer.from("a"));
    await rm(path);
    vi.advanceTimersByTime(1000);
    await expect(part.write(Buffer.from("b"))).rejects.toThrow(PartGoneError);
    await part.close();
  });
});

describe("trustedLength", () => {
  it("is the whole part if the machine kept running", async () => {
    const path = join(folder, "part");
    await (await open(path, "w")).close();
    const { mtimeMs } = await stat(path);
    expect(trustedLength({ size: SYNC_BYTES * 2, mtimeMs }, mtimeMs - 1000)).toBe(SYNC_BYTES * 2);
  });

  it.each([
    [SYNC_BYTES * 2 + 5, SYNC_BYTES + 5],
    [5, 0],
  ])("of %i bytes from before a restart is %i", (size, trusted) => {
    expect(trustedLength({ size, mtimeMs: 1000 }, 2000)).toBe(trusted);
  });
});
