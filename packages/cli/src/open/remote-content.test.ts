import { ClientError, type FileVersion, type ReconnectingFile } from "@rangecast/client";
import { expect, it } from "vitest";
import type { LocalFile } from "../local-server/local-content.ts";
import { remoteContent } from "./remote-content.ts";

const VERSION: FileVersion = {
  id: "1",
  name: "../fi\u0000lm.mp4",
  size: 10,
  etag: 'a"\r\nSet-Cookie: x',
  mediaType: "video/mp4",
  features: new Set(),
};
const signal = new AbortController().signal;

function fakeFile(version: FileVersion | undefined, asked: unknown[] = []): ReconnectingFile {
  return {
    version,
    opened: () => Promise.reject(new ClientError("host-offline", "the host is not online")),
    stream: (options: unknown) => {
      asked.push(options);
      return new ReadableStream();
    },
  } as unknown as ReconnectingFile;
}

async function open(file: ReconnectingFile, first = VERSION): Promise<LocalFile> {
  const content = remoteContent(file, first);
  const entry = await content.find([Buffer.from(decodeURIComponent(content.path))], signal);
  if (entry.kind !== "file") throw new Error("not a file");
  return entry.file;
}

it("has a safe name in its address, and a tag that contains none of the host's text", async () => {
  expect(remoteContent(fakeFile(VERSION), VERSION).path).toBe("fi_lm.mp4");
  expect((await open(fakeFile(VERSION))).etag).toMatch(/^"[\w-]+-1"$/);
});

it("reads one version, ahead of downloads", async () => {
  const asked: unknown[] = [];
  const file = await open(fakeFile(VERSION, asked));
  file.read({ start: 2, end: 5 }, signal);
  file.read({ start: 0, end: Infinity }, signal);
  expect(asked).toEqual([
    { start: 2, end: 5, version: "1", priority: "interactive", signal },
    { start: 0, version: "1", priority: "interactive", signal },
  ]);
});

it("has another tag for another version, and none if the size is not known", async () => {
  const one = await open(fakeFile(VERSION));
  const other = await open(fakeFile({ ...VERSION, id: "2" }));
  expect(one.etag).not.toBe(other.etag);
  expect((await open(fakeFile({ ...VERSION, provisional: true }))).etag).toBeUndefined();
});

it("is unavailable while the host announces no version", async () => {
  await expect(open(fakeFile(undefined))).rejects.toMatchObject({
    name: "LocalError",
    reason: "unavailable",
    message: "the host is not online",
  });
});
