import { expect, it } from "vitest";
import type { ListEntry } from "@rangecast/client";
import type { Logger } from "../output/logger.ts";
import { folderContent, type FolderSource } from "./folder-content.ts";
import { createLocalHandler } from "./handler.ts";
import { LocalError } from "./local-content.ts";

const SECRET = "s3cret-s3cret-s3cret-s";
const noLog = (): void => undefined;
const silent: Logger = { debug: noLog, info: noLog, warn: noLog, error: noLog };

const entry = (name: string, kind: ListEntry["kind"] = "file", size = 3): ListEntry => ({
  name: Buffer.from(name, "latin1"),
  kind,
  size: kind === "folder" ? 0 : size,
  modifiedMs: 0,
});
const LISTS: Readonly<Record<string, readonly ListEntry[]>> = {
  "": [entry("part 10.mp4"), entry("part 2.mp4"), entry("<b>.txt"), entry("caf\xe9.mp3"), entry("Season 1", "folder")],
  "Season 1": [entry("a&b.mp4")],
};

const source: FolderSource = {
  name: "Films <1>",
  list: async (path) => {
    const entries = LISTS[path.toString("latin1")];
    if (entries === undefined) throw new LocalError("not-found", "there is no such folder");
    return { entries, skipped: path.byteLength === 0 ? 2 : 0 };
  },
  open: async (path) => {
    const [folder = "", name = ""] = path.includes("/") ? path.toString("latin1").split("/") : ["", path.toString("latin1")];
    const found = LISTS[folder]?.find((candidate) => candidate.kind === "file" && Buffer.from(candidate.name).toString("latin1") === name);
    if (found === undefined) throw new LocalError("not-found", "there is no such file");
    return {
      name,
      size: 3,
      async *read() {
        yield Buffer.from("abc");
      },
      close: async () => undefined,
    };
  },
};

const ROOT = { path: Buffer.alloc(0), kind: "folder" } as const;

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const handler = createLocalHandler({
    secret: SECRET,
    content: folderContent(source, ROOT),
    isOwnHost: () => true,
    cast: false,
    logger: silent,
  });
  const request = new Request(`http://localhost/${SECRET}${path}`, { headers: { host: "127.0.0.1:8000" }, ...init });
  return handler(request, new AbortController().signal);
}

it("shows a folder: folders first, files in natural order, names escaped, and how much is left out", async () => {
  const response = await ask("/");
  const html = await response.text();
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect([...html.matchAll(/<li><a href="([^"]*)"/gu)].map(([, href]) => href)).toEqual([
    "Season%201/",
    "%3Cb%3E.txt",
    "caf%E9.mp3",
    "part%202.mp4",
    "part%2010.mp4",
  ]);
  expect(html).toContain("Films &lt;1&gt;");
  expect(html).toContain("1 folder, 4 files, 12 B, 2 not shown");
  expect(html).not.toContain("<b>.txt");
});

it("shows folders below it with a link back, and redirects to the address with a slash", async () => {
  const html = await (await ask("/Season%201/")).text();
  expect([...html.matchAll(/<li><a href="([^"]*)"/gu)].map(([, href]) => href)).toEqual(["../", "a%26b.mp4"]);
  const redirect = await ask("/Season%201");
  expect([redirect.status, redirect.headers.get("location")]).toEqual([308, `/${SECRET}/Season%201/`]);
});

it("serves files under their paths, also those whose names are no UTF-8", async () => {
  for (const path of ["/Season%201/a%26b.mp4", "/caf%E9.mp3"]) {
    const response = await ask(path, { headers: { host: "x", range: "bytes=0-2" } });
    expect([response.status, await response.text()]).toEqual([206, "abc"]);
  }
});

it("makes a playlist of the films and the music of a folder, with whole addresses", async () => {
  const response = await ask("/?playlist.m3u8");
  expect(response.headers.get("content-type")).toBe("audio/x-mpegurl; charset=utf-8");
  const base = `http://127.0.0.1:8000/${SECRET}/`;
  expect((await response.text()).split("\n")).toEqual([
    "#EXTM3U",
    "#EXTINF:-1,caf\uFFFD.mp3",
    `${base}caf%E9.mp3`,
    "#EXTINF:-1,part 2.mp4",
    `${base}part%202.mp4`,
    "#EXTINF:-1,part 10.mp4",
    `${base}part%2010.mp4`,
    "",
  ]);
});

it.each(["/missing", "/..%2F", "/Season%201%2Fa%26b.mp4", "/a//b", "/%00", "/.%2E/x"])("finds nothing at %s", async (path) => {
  expect((await ask(path)).status).toBe(404);
});

it("leads to the folder, to one below, or to a file of it; players are given a playlist of a folder", () => {
  expect(folderContent(source, ROOT)).toMatchObject({ path: "", playerPath: "?playlist.m3u8" });
  const below = folderContent(source, { path: Buffer.from("Season 1"), kind: "folder" });
  expect(below).toMatchObject({ path: "Season%201/", playerPath: "Season%201/?playlist.m3u8" });
  const file = folderContent(source, { path: Buffer.from("Season 1/a&b.mp4"), kind: "file" });
  expect([file.path, file.playerPath]).toEqual(["Season%201/a%26b.mp4", undefined]);
});
