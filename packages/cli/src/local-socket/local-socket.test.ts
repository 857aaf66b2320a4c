import { chmod, mkdir, rename, stat, symlink, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import * as v from "valibot";
import { describe, expect, it, onTestFinished } from "vitest";
import { MAX_MESSAGE_BYTES, MessageSocket } from "./message-socket.ts";
import { connectTo, listenAt, type Place, takePlace } from "./place.ts";
import { openSocketFolder } from "./socket-folder.ts";

const onlyOnPosix = it.skipIf(process.platform === "win32");

/** The place, given back when the test ends. */
async function take(folder: Awaited<ReturnType<typeof openSocketFolder>>): Promise<Place> {
  const place = await takePlace(folder, "host");
  onTestFinished(() => void (place.kind === "ours" ? place.place.close() : place.socket.destroy()));
  return place;
}

describe("a place", () => {
  it("is had by one process, and the others are connected to it", async () => {
    const folder = await openSocketFolder(await temporaryFolder());
    const places = await Promise.all([take(folder), take(folder), take(folder)]);
    expect(places.map(({ kind }) => kind).toSorted()).toEqual(["ours", "taken", "taken"]);
  });

  it("keeps connections until its process is ready to answer", async () => {
    const folder = await openSocketFolder(await temporaryFolder());
    const mine = await take(folder);
    const other = await take(folder);
    if (mine.kind !== "ours" || other.kind !== "taken") throw new Error("the place was not taken in order");
    other.socket.write("hello");
    await new Promise((resolve) => setImmediate(resolve));
    const socket = await new Promise<Socket>((resolve) => mine.place.accept(resolve));
    onTestFinished(() => void socket.destroy());
    expect(String((await once(socket, "data"))[0])).toBe("hello");
  });

  onlyOnPosix("is taken over when its socket is left from a process that was killed", async () => {
    const folder = await openSocketFolder(await temporaryFolder());
    const server = await listenAt(folder, "host");
    // Closing removes the socket; that of a killed process stays.
    const path = folder.pathOf("host");
    await rename(path, `${path}.kept`);
    await server.close();
    await rename(`${path}.kept`, path);
    expect(await connectTo(folder, "host")).toBeUndefined();
    expect((await take(folder)).kind).toBe("ours");
  });

  onlyOnPosix("is not what somebody else put there instead of a socket", async () => {
    const folder = await openSocketFolder(await temporaryFolder());
    await writeFile(folder.pathOf("host"), "");
    await expect(takePlace(folder, "host")).rejects.toMatchObject({ name: "SocketFolderError", reason: "unsafe" });
  });
});

describe("the folder of the sockets", () => {
  onlyOnPosix("can be entered by its owner only, also if others could before", async () => {
    const state = await temporaryFolder();
    await mkdir(join(state, "run"), { mode: 0o777 });
    await chmod(join(state, "run"), 0o777);
    await openSocketFolder(state);
    expect((await stat(join(state, "run"))).mode & 0o777).toBe(0o700);
  });

  onlyOnPosix("is not used through a symbolic link", async () => {
    const [state, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    await symlink(elsewhere, join(state, "run"));
    await expect(openSocketFolder(state)).rejects.toMatchObject({ reason: "unsafe" });
  });

  onlyOnPosix("is another one if the path is too long for a socket", async () => {
    const state = join(await temporaryFolder(), "x".repeat(100));
    const folder = await openSocketFolder(state);
    expect(Buffer.byteLength(folder.pathOf("4194304"))).toBeLessThanOrEqual(103);
    expect((await take(folder)).kind).toBe("ours");
    expect(await folder.names()).toEqual(["host"]);
  });

  it("has pipes with a name that nobody can guess without the identity on Windows", async () => {
    const state = await temporaryFolder();
    const before = (await openSocketFolder(state, "win32")).pathOf("host");
    await writeFile(join(state, "identity.json"), "a private key");
    const after = (await openSocketFolder(state, "win32")).pathOf("host");
    expect(before).toMatch(/^\\\\\.\\pipe\\rangecast-[0-9a-f]{10}-host$/);
    expect(after).not.toBe(before);
  });
});

/** Both ends of a connection: what one side gets, and the other side's plain socket. */
async function connection(): Promise<{ received: number[]; messages: MessageSocket<{ n: number }>; raw: Socket }> {
  const folder = await openSocketFolder(await temporaryFolder());
  const server = await listenAt(folder, "host");
  const raw = connect(folder.pathOf("host"));
  await once(raw, "connect");
  const socket = await new Promise<Socket>((resolve) => server.accept(resolve));
  onTestFinished(() => {
    raw.destroy();
    socket.destroy();
    return server.close();
  });
  const received: number[] = [];
  return { received, messages: new MessageSocket(socket, v.object({ n: v.number() }), ({ n }) => void received.push(n)), raw };
}

describe("a connection", () => {
  it("gives the messages in order, however they are cut", async () => {
    const { received, messages, raw } = await connection();
    for (const part of ['{"n":1}\n{"n"', ":2", '}\n{"n":3}\n']) {
      raw.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    raw.end();
    await messages.closed;
    expect(received).toEqual([1, 2, 3]);
  });

  it.each([
    ["that doesn't match", '{"n":"1"}\n'],
    ["that is no JSON", "n\n"],
    ["that is too long", `{"n":${"1".repeat(MAX_MESSAGE_BYTES)}}\n`],
    ["that never ends", "1".repeat(MAX_MESSAGE_BYTES + 1)],
  ])("ends with a message %s", async (_what, text) => {
    const { received, messages, raw } = await connection();
    raw.on("error", () => undefined);
    raw.write(text);
    await messages.closed;
    expect(received).toEqual([]);
  });

  it("ends if the other side doesn't read", async () => {
    const { messages, raw } = await connection();
    raw.pause();
    const text = "x".repeat(100_000);
    for (let sent = 0; sent < 100; sent += 1) messages.send({ text });
    await messages.closed;
  });
});
