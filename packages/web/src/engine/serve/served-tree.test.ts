import { ClientError, type ClientErrorReason, type ReconnectingResource } from "@rangecast/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFakeRemote } from "../../../test/fake-remote.ts";
import type { OpenMessage, RefusedReason } from "../../shared/messages/worker-messages.ts";
import { formatEtag } from "../../shared/resource-url.ts";
import { MAX_IDLE_RESOURCES, OPEN_TIMEOUT_MS, type ServedResource, ServedTree } from "./served-tree.ts";

const text = (path: string | Uint8Array): string => (typeof path === "string" ? path : new TextDecoder().decode(path));
const request = (path: string, version = "1"): OpenMessage => ({ type: "open", share: "s", resource: "0", version, path, download: false });
const never = new AbortController().signal;
/** Finds a resource, and releases it at once. */
async function find(served: ServedTree, message: OpenMessage): Promise<ServedResource | RefusedReason> {
  const found = await served.find(message, never);
  if (typeof found !== "string") found.release();
  return found;
}
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Resources of the host that the test ends. */
class FakeResource {
  readonly path: string;
  ended: ClientError | undefined;
  closes = 0;

  constructor(path: string) {
    this.path = path;
  }
}

function tree(refusal?: ClientErrorReason) {
  const opened: FakeResource[] = [];
  const remote = createFakeRemote();
  const file = {
    stream: () => remote.stream(),
    open: async (path: string | Uint8Array): Promise<ReconnectingResource> => {
      if (refusal !== undefined) throw new ClientError(refusal, "no");
      const resource = new FakeResource(text(path));
      opened.push(resource);
      return {
        size: 5,
        etag: '"s1"',
        mediaType: "text/vtt",
        get ended() {
          return resource.ended;
        },
        stream: () => createFakeRemote({ size: 5 }).stream(),
        read: () => Promise.reject(new Error("not used")),
        close: () => void (resource.closes += 1),
      };
    },
  };
  const served = new ServedTree("s");
  served.setRoot(file, { id: "1", facts: { name: "film.mp4", size: 10 }, isFolder: false });
  return { served, file, opened };
}

test("the session's file is found by its own name, at once", () => {
  const { served, opened } = tree();
  expect(served.find(request("film.mp4"), never)).toMatchObject({ facts: { name: "film.mp4", size: 10 } });
  expect(opened).toEqual([]);
});

test("another path is opened at the host once, with facts of its own", async () => {
  const { served, opened } = tree();
  const both = await Promise.all([find(served, request("subs/f%C3%BCr.vtt")), find(served, request("subs/f%C3%BCr.vtt"))]);
  for (const found of both) expect(found).toMatchObject({ facts: { name: "für.vtt", size: 5, etag: '"s1"', mediaType: "text/vtt" } });
  expect(opened.map(({ path }) => path)).toEqual(["subs/für.vtt"]);
});

test.each([
  ["file-gone", "not-found"],
  ["unsupported", "not-found"],
  ["busy", "not-ready"],
  ["unreadable", "not-ready"],
] as const)("a host that refuses it with %s: %s, and the next request asks again", async (reason, refused) => {
  const { served } = tree(reason);
  expect(await find(served, request("a"))).toBe(refused);
  expect(await find(served, request("a"))).toBe(refused);
});

test("a path with a hidden slash is not asked for", async () => {
  const { served, opened } = tree();
  expect(await find(served, request("a%2Fb"))).toBe("not-found");
  expect(opened).toEqual([]);
});

test("a resource that has ended is opened again", async () => {
  const { served, opened } = tree();
  await find(served, request("a"));
  for (const resource of opened) resource.ended = new ClientError("file-changed", "another version");
  expect(await find(served, request("a"))).toMatchObject({ facts: { size: 5 } });
  expect(opened).toHaveLength(2);
});

test("those that no response uses are closed, the least recently requested first", async () => {
  const { served, opened } = tree();
  const used = await served.find(request("used"), never);
  if (typeof used === "string") throw new Error(used);
  for (let index = 0; index < MAX_IDLE_RESOURCES; index += 1) await find(served, request(`r${index}`));
  await find(served, request("r0"));
  await find(served, request("one-more"));
  await settle();
  expect(opened.filter(({ closes }) => closes > 0).map(({ path }) => path)).toEqual(["r1"]);
  used.release();
  await settle();
  expect(opened.filter(({ closes }) => closes > 0).map(({ path }) => path)).toEqual(["used", "r1"]);
});

test("another version of the session's file closes all, and old URLs are gone", async () => {
  const { served, file, opened } = tree();
  await find(served, request("a"));
  served.setRoot(file, { id: "1", facts: { name: "film.mp4", size: 10 }, isFolder: false });
  expect(opened.map(({ closes }) => closes)).toEqual([0]);
  served.setRoot(file, { id: "2", facts: { name: "film.mp4", size: 11 }, isFolder: false });
  await settle();
  expect(opened.map(({ closes }) => closes)).toEqual([1]);
  expect(served.find(request("a"), never)).toBe("gone");
  expect(await find(served, request("a", "2"))).toMatchObject({ facts: { size: 5 } });
});

describe("a resource that the host doesn't open", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A tree whose host answers nothing. @returns how many openings are stopped */
  function waiting() {
    const signals: AbortSignal[] = [];
    const file = {
      stream: () => createFakeRemote().stream(),
      open: (_path: string | Uint8Array, { signal }: { readonly signal?: AbortSignal } = {}): Promise<ReconnectingResource> =>
        new Promise((_resolve, reject) => {
          if (signal === undefined) throw new Error("it can't be stopped");
          signals.push(signal);
          signal.addEventListener("abort", () => reject(signal.reason as Error));
        }),
    };
    const served = new ServedTree("s");
    served.setRoot(file, { id: "1", facts: { name: "film.mp4", size: 10 }, isFolder: false });
    return { served, file, signals, stopped: () => signals.filter(({ aborted }) => aborted).length };
  }

  test("is not ready before the service worker gives up, and nothing waits for it any more", async () => {
    const { served, stopped } = waiting();
    const found = served.find(request("a"), never);
    await vi.advanceTimersByTimeAsync(OPEN_TIMEOUT_MS);
    expect(await found).toBe("not-ready");
    expect(stopped()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is no longer opened when the last request for it was cancelled, and a later one asks again", async () => {
    const { served, signals, stopped } = waiting();
    const [one, other] = [new AbortController(), new AbortController()];
    const found = [one, other].map(async ({ signal }) => served.find(request("a"), signal));
    one.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(stopped()).toBe(0);
    other.abort();
    expect(await Promise.all(found)).toEqual(["gone", "gone"]);
    expect(stopped()).toBe(1);
    void served.find(request("a"), AbortSignal.timeout(1));
    expect(signals).toHaveLength(2);
  });

  test("of another version of the file than the one that is served by then is gone", async () => {
    const { served, file, opened } = tree();
    const found = served.find(request("a"), never);
    served.setRoot(file, { id: "2", facts: { name: "film.mp4", size: 11 }, isFolder: false });
    expect(await found).toBe("gone");
    await vi.advanceTimersByTimeAsync(0);
    expect(opened.map(({ closes }) => closes)).toEqual([1]);
  });
});

test("in a share of folders, a file with the share's name is the host's, and not the empty file that stands for the folder", async () => {
  const { served, file, opened } = tree();
  served.setRoot(file, { id: "2", facts: { name: "Photos", size: 0 }, isFolder: true });
  expect(await find(served, request("Photos", "2"))).toMatchObject({ facts: { name: "Photos", size: 5 } });
  expect(opened.map(({ path }) => path)).toEqual(["Photos"]);
});

test.each([
  ["Photos//zip", "Photos.zip"],
  ["a/b//zip", "b.zip"],
  ["//zip", "Shared.zip"],
  ["a//zip/x,y", "a.zip"],
])("the zip %s is saved as %s", async (path, name) => {
  const { served, file } = tree();
  served.setRoot(file, { id: "2", facts: { name: "Shared", size: 0 }, isFolder: true });
  expect(await find(served, request(path, "2"))).toMatchObject({ facts: { name } });
});

test("a request for another version of a resource than the host has is refused", async () => {
  const { served, opened } = tree();
  const version = (etag: string): OpenMessage => ({ ...request("a.vtt"), etag });
  expect(await find(served, version(formatEtag('"s1"')))).toMatchObject({ facts: { etag: '"s1"' } });
  expect(await find(served, version(formatEtag('"s2"')))).toBe("gone");
  expect(opened).toHaveLength(1);
});

test("the page can open a resource before it is requested, and learns why it can't", async () => {
  const { served, opened } = tree();
  expect(await served.open("a.vtt", never)).toMatchObject({ name: "a.vtt", size: 5, etag: '"s1"' });
  expect(await find(served, request("a.vtt"))).toMatchObject({ facts: { name: "a.vtt" } });
  expect(opened).toHaveLength(1);
  // Once more: what it is now.
  await served.open("a.vtt", never);
  expect(opened.map(({ closes }) => closes)).toEqual([1, 0]);
  const gone = tree("file-gone");
  await expect(gone.served.open("a.vtt", never)).rejects.toMatchObject({ reason: "file-gone" });
  await expect(gone.served.open("a%2Fb", never)).rejects.toMatchObject({ reason: "file-gone" });
});
