import { ClientError, type ClientErrorReason, type ReconnectingResource } from "@rangecast/client";
import { expect, test } from "vitest";
import { createFakeRemote } from "../../../test/fake-remote.ts";
import type { OpenMessage } from "../../shared/messages/worker-messages.ts";
import { MAX_IDLE_RESOURCES, ServedTree } from "./served-tree.ts";

const text = (path: string | Uint8Array): string => (typeof path === "string" ? path : new TextDecoder().decode(path));
const request = (path: string, version = "1"): OpenMessage => ({ type: "open", share: "s", resource: "0", version, path, download: false });
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
  served.setRoot(file, "1", { name: "film.mp4", size: 10 });
  return { served, file, opened };
}

test("the session's file is found by its own name, at once", () => {
  const { served, opened } = tree();
  expect(served.find(request("film.mp4"))).toMatchObject({ facts: { name: "film.mp4", size: 10 } });
  expect(opened).toEqual([]);
});

test("another path is opened at the host once, with facts of its own", async () => {
  const { served, opened } = tree();
  const both = await Promise.all([served.find(request("subs/f%C3%BCr.vtt")), served.find(request("subs/f%C3%BCr.vtt"))]);
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
  expect(await served.find(request("a"))).toBe(refused);
  expect(await served.find(request("a"))).toBe(refused);
});

test("a path with a hidden slash is not asked for", async () => {
  const { served, opened } = tree();
  expect(await served.find(request("a%2Fb"))).toBe("not-found");
  expect(opened).toEqual([]);
});

test("a resource that has ended is opened anew", async () => {
  const { served, opened } = tree();
  await served.find(request("a"));
  for (const resource of opened) resource.ended = new ClientError("file-changed", "another version");
  expect(await served.find(request("a"))).toMatchObject({ facts: { size: 5 } });
  expect(opened).toHaveLength(2);
});

test("those that no response uses are closed, the least recently requested first", async () => {
  const { served, opened } = tree();
  const used = await served.find(request("used"));
  if (typeof used === "string") throw new Error(used);
  const release = used.use();
  for (let index = 0; index < MAX_IDLE_RESOURCES; index += 1) await served.find(request(`r${index}`));
  await served.find(request("r0"));
  await served.find(request("one-more"));
  await settle();
  expect(opened.filter(({ closes }) => closes > 0).map(({ path }) => path)).toEqual(["r1"]);
  release();
  await served.find(request("and-one-more"));
  await settle();
  expect(opened.filter(({ closes }) => closes > 0).map(({ path }) => path)).toEqual(["used", "r1", "r2"]);
});

test("another version of the session's file closes all, and old URLs are gone", async () => {
  const { served, file, opened } = tree();
  await served.find(request("a"));
  served.setRoot(file, "1", { name: "film.mp4", size: 10 });
  expect(opened.map(({ closes }) => closes)).toEqual([0]);
  served.setRoot(file, "2", { name: "film.mp4", size: 11 });
  await settle();
  expect(opened.map(({ closes }) => closes)).toEqual([1]);
  expect(served.find(request("a"))).toBe("gone");
  expect(await served.find(request("a", "2"))).toMatchObject({ facts: { size: 5 } });
});
