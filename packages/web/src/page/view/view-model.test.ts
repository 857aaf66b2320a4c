import { type CandidateSummary, summarizeCandidates } from "@rangecast/rtc";
import { describe, expect, test } from "vitest";
import * as problems from "../messages/problems.ts";
import type { Connection } from "../state/connection.ts";
import { INITIAL_STATE, type PageState, type ShownFile } from "../state/page-state.ts";
import { viewModel } from "./view-model.ts";

const film: ShownFile = { name: "film.mp4", size: 1.4e9, contentType: "video/mp4", kind: "video", playable: "likely", version: "2" };
const connected: Connection = { phase: "connected", path: { kind: "direct", rttMs: 23 } };
const base: PageState = {
  ...INITIAL_STATE,
  connection: connected,
  worker: { phase: "ready", clientId: "c", share: "s", base: "/" },
  file: film,
};
const view = (changes: Partial<PageState>) => viewModel({ ...base, ...changes }, problems);
const before = (connection: Connection) => viewModel({ ...INITIAL_STATE, connection }, problems);

test("without a share: the home screen", () => {
  expect(before({ phase: "no-share" })).toMatchObject({ screen: "home", documentTitle: "rangecast" });
});

describe("without the texts about problems", () => {
  const model = (state: PageState, texts: "loading" | "unavailable") => viewModel(state, texts);

  test("the usual states are shown completely", () => {
    expect(model({ ...INITIAL_STATE, connection: { phase: "connecting", slow: false } }, "loading").status.title).toMatch(/^Connecting/u);
    expect(model(base, "unavailable")).toEqual(view({}));
  });

  test("a problem is shown as such, and a reload is offered if they can't be loaded", () => {
    const offline: PageState = { ...INITIAL_STATE, connection: { phase: "waiting", reason: "host-offline" } };
    expect(model(offline, "loading").status).toMatchObject({ tone: "busy" });
    expect(model(offline, "unavailable").status).toMatchObject({ title: "Something went wrong", action: "reload" });
    const failed: PageState = { ...base, media: { phase: "failed", reason: "network" } };
    expect(model(failed, "unavailable").stage).toMatchObject({ kind: "message", title: "Something went wrong" });
  });
});

test("a key that was sent to the page's server is reported, before the file is known and beside another notice", () => {
  const text = "The key of this link was sent to the server that this page comes from";
  expect(viewModel({ ...INITIAL_STATE, secretSent: true }, problems).notice).toContain(text);
  const { notice } = view({ secretSent: true, fileChanged: true });
  expect(notice).toContain(text);
  expect(notice).toContain("The file changed");
});

test("a page under a path asks for its files there", () => {
  const { stage } = view({ media: { phase: "open" }, worker: { phase: "ready", clientId: "c", share: "s", base: "/cast/" } });
  expect(stage).toMatchObject({ src: "/cast/_rangecast/c/s/0@2/film.mp4" });
});

describe("before the file is known", () => {
  test("the page shows that it is connecting", () => {
    const model = before({ phase: "connecting", slow: false });
    expect(model).toMatchObject({ heading: "Opening a shared file", status: { tone: "busy", title: "Connecting to the sender…" } });
    expect(model.download).toBeUndefined();
    expect(model.status.hints).toBeUndefined();
  });

  test("after three seconds it shows likely causes", () => {
    const { status } = before({ phase: "connecting", slow: true });
    expect(status.title).toBe("Still connecting…");
    expect(status.hints).toHaveLength(3);
  });

  test.each<[Connection, string]>([
    [{ phase: "waiting", reason: "host-offline" }, "The sender is offline"],
    [{ phase: "waiting", reason: "relay-unreachable" }, "Can't reach the server"],
    [{ phase: "waiting", reason: "no-connection" }, "Can't connect to the sender"],
    [{ phase: "waiting", reason: "busy" }, "The sender is busy"],
    [{ phase: "waiting", reason: "host-stopped" }, "The sender stopped sharing"],
    [{ phase: "waiting", reason: "lost" }, "Connection lost"],
    [{ phase: "waiting", reason: "file-gone" }, "The file is gone from the sender's computer"],
    [{ phase: "waiting", reason: "unreadable" }, "The sender's computer can't read the file"],
    [{ phase: "ended", reason: "not-found" }, "Nothing is shared under this link"],
    [{ phase: "ended", reason: "wrong-host" }, "This is not the sender's computer"],
    [{ phase: "ended", reason: "host-revoked" }, "The sender withdrew this link"],
    [{ phase: "ended", reason: "link-expired" }, "This link has expired"],
    [{ phase: "ended", reason: "used-up" }, "This link is used up"],
    [{ phase: "ended", reason: "dropped" }, "The sender disconnected you"],
    [{ phase: "ended", reason: "unsupported" }, "This page and the sender's rangecast don't work together"],
    [{ phase: "bad-link", reason: "incomplete" }, "This link is incomplete"],
    [{ phase: "bad-link", reason: "invalid" }, "This link is damaged"],
    [{ phase: "unsupported", reason: "insecure" }, "This address is not secure"],
    [{ phase: "unsupported", reason: "no-webrtc" }, "This browser can't connect directly"],
    [{ phase: "unsupported", reason: "no-worker" }, "This browser can't play or save files here"],
  ])("%o has a title, and a text or hints", (connection, title) => {
    const { status } = before(connection);
    expect(status.title).toBe(title);
    expect((status.text ?? "") + (status.hints ?? []).join("")).not.toBe("");
  });
});

describe("no connection could be made", () => {
  const candidates = (...addresses: string[]) => summarizeCandidates(addresses.map((address) => `candidate:1 1 udp 1 ${address}`));
  const PRIVATE = candidates("192.168.1.2 9 typ host");
  const OUTER = candidates("203.0.113.7 9 typ srflx");
  const HIDDEN = candidates("aaaa.local 9 typ host");
  const status = (local: CandidateSummary, remote: CandidateSummary, stun = 0) =>
    before({ phase: "waiting", reason: "no-connection", diagnosis: { local, remote, iceServers: { stun, turn: 0 } } }).status;

  test("shows what is missing, and what the sender can set up, if it is known what both offered", () => {
    expect(status(HIDDEN, PRIVATE)).toMatchObject({
      title: "Can't connect to the sender",
      text: expect.stringContaining("own network"),
      action: "retry",
    });
    expect(status(HIDDEN, PRIVATE).hints?.[0]).toContain("--stun");
    expect(status(HIDDEN, PRIVATE).hints?.at(-1)).toContain("hides its local addresses");
    expect(status(HIDDEN, OUTER, 1).text).toContain("firewall on your side");
    expect(status(OUTER, OUTER, 1).hints?.[0]).toContain("TURN server");
  });

  test("shows the usual hints if it is not known; none for other reasons", () => {
    const usual = before({ phase: "waiting", reason: "no-connection" }).status;
    expect(usual.hints).toHaveLength(3);
    const diagnosis = { local: PRIVATE, remote: PRIVATE, iceServers: { stun: 0, turn: 0 } };
    expect(before({ phase: "waiting", reason: "busy", diagnosis }).status.hints).toBeUndefined();
  });
});

describe("a proxy in front of the relay", () => {
  const stuck: Connection[] = [
    { phase: "connecting", slow: true },
    { phase: "waiting", reason: "no-connection" },
    { phase: "waiting", reason: "relay-unreachable" },
  ];
  test.each(stuck)("that delays events or cuts them off is named: %o", (connection) => {
    const status = (relayVerdict: "held-back" | "cut" | "prompt" | "unknown") =>
      viewModel({ ...INITIAL_STATE, connection, relayVerdict }, problems).status.title;
    expect(status("held-back")).toBe("A proxy delays the server's messages");
    expect(status("cut")).toBe("A proxy cuts off the server's messages");
    expect(status("prompt")).toBe(before(connection).status.title);
    expect(status("unknown")).toBe(before(connection).status.title);
  });

  test("is not mentioned when connected, or if the sender is known to be offline", () => {
    expect(view({ relayVerdict: "held-back" }).status.title).toBe("Connected directly");
    const connection: Connection = { phase: "waiting", reason: "host-offline" };
    expect(viewModel({ ...INITIAL_STATE, connection, relayVerdict: "held-back" }, problems).status.title).toBe("The sender is offline");
  });
});

describe("a film", () => {
  test("has its name in the title and as the heading, its size, and a button to play it", () => {
    expect(view({})).toMatchObject({
      documentTitle: "film.mp4 – rangecast",
      heading: "film.mp4",
      facts: "1.4\u00a0GB · MP4 video",
      stage: { kind: "poster", enabled: true },
      download: { label: "Download", primary: false, enabled: true },
      status: { tone: "good", title: "Connected directly", detail: "23\u00a0ms away" },
    });
  });

  test("plays from the worker's address of this page, file and version", () => {
    const { stage } = view({ media: { phase: "open" } });
    expect(stage).toMatchObject({ kind: "video", src: "/_rangecast/c/s/0@2/film.mp4", title: "film.mp4", way: "as-is" });
    expect(stage).toMatchObject({ madeUrl: "/_rangecast/c/s/0@2///" });
  });

  test("can't be played or saved before the worker is ready", () => {
    const model = view({ worker: { phase: "starting" }, media: { phase: "open" } });
    expect(model).toMatchObject({ stage: { kind: "poster", enabled: false }, download: { enabled: false } });
  });

  test("that the browser can't play offers the download first", () => {
    const model = view({ media: { phase: "failed", reason: "format" } });
    expect(model).toMatchObject({
      stage: { kind: "message", title: "This browser can't play this file" },
      open: { label: "Try again", primary: false },
      download: { primary: true },
    });
  });

  test("whose bytes stopped arriving offers to try again first", () => {
    expect(view({ media: { phase: "failed", reason: "network" } })).toMatchObject({
      open: { primary: true },
      download: { primary: false },
    });
  });

  test("of a format that the browser reports it can't play has no poster", () => {
    const model = view({ file: { ...film, name: "a.avi", contentType: "video/x-msvideo", playable: "no" } });
    expect(model).toMatchObject({ stage: { kind: "none" }, open: { label: "Play anyway", primary: false }, download: { primary: true } });
    expect(model.notice).not.toBe("");
  });

  test("continues to play while the connection is lost", () => {
    const model = view({ media: { phase: "open" }, connection: { phase: "waiting", reason: "lost" } });
    expect(model).toMatchObject({ stage: { kind: "video" }, status: { title: "Connection lost" }, download: { enabled: true } });
  });
});

describe("a film of which this browser can't decode a part", () => {
  const HEVC = { kind: "picture", codec: "HEVC", decodable: "no" } as const;
  const AAC = { kind: "sound", codec: "AAC", decodable: "yes" } as const;
  const AC3 = { kind: "sound", codec: "AC-3", decodable: "no" } as const;

  test("has a notice with the part, what still plays and what to do; it can still be played", () => {
    const model = view({ tracks: [HEVC, AAC] });
    expect(model.notice).toBe(
      "This browser can't decode the picture (HEVC), so at most the sound plays. " +
        "Download the file and open it in a player such as VLC or mpv. Another browser may be able to play all of it.",
    );
    expect(model).toMatchObject({ stage: { kind: "poster", enabled: true }, download: { primary: true } });
  });

  test("has the notice beside the player too, after the one that the file changed", () => {
    const { notice, stage } = view({ tracks: [HEVC, AAC], media: { phase: "open" }, fileChanged: true });
    expect(stage.kind).toBe("video");
    expect(notice).toMatch(/new version\. This browser can't decode the picture \(HEVC\)/u);
  });

  test("has no notice once the part is decoded after all", () => {
    const decoding = { picture: "some", sound: "some" } as const;
    expect(view({ tracks: [HEVC, AAC], media: { phase: "open" }, decoding }).notice).toBe("");
  });

  test("has no Play button if no part can be played", () => {
    const model = view({ tracks: [HEVC, AC3] });
    expect(model).toMatchObject({
      notice: "",
      stage: {
        kind: "message",
        title: "This browser can't play this file (HEVC, AC-3)",
        text: expect.stringContaining("its picture (HEVC) and its sound (AC-3)"),
      },
      download: { primary: true, enabled: true },
    });
    expect(model.open).toBeUndefined();
  });

  test("without readable headers: a missing picture may mean that the film has none", () => {
    const { notice } = view({ media: { phase: "open" }, decoding: { picture: "none", sound: "some" } });
    expect(notice).toContain("the film has none, or this browser can't decode it");
  });
});

describe("an empty file", () => {
  const empty = (changes: Partial<ShownFile> = {}) => view({ file: { ...film, size: 0, ...changes } });
  test.each<Partial<ShownFile>>([
    {},
    { kind: "audio", contentType: "audio/mpeg", name: "a.mp3" },
    { kind: "image", contentType: "image/png", name: "a.png" },
    { kind: "pdf", contentType: "application/pdf", name: "a.pdf" },
    { kind: "video", contentType: "video/x-msvideo", name: "a.avi", playable: "no" },
    { kind: "other", contentType: "application/octet-stream", name: "a.txt", playable: "no" },
  ])("%o is reported as empty, and there is nothing to play or show", (changes) => {
    const model = empty(changes);
    expect(model.notice).toMatch(/^This file is empty: it has 0 bytes/u);
    expect(model).toMatchObject({ facts: expect.stringContaining("0\u00a0bytes"), stage: { kind: "none" }, download: { enabled: true } });
    expect(model.open).toBeUndefined();
  });

  test("shows no failure if it became empty while it played", () => {
    const model = view({ file: { ...film, size: 0 }, media: { phase: "failed", reason: "format" } });
    expect(model.stage).toEqual({ kind: "none" });
  });
});

test.each([
  ["an estimate", 1.4e9, "about 1.4\u00a0GB · MP4 video"],
  ["unknown", 0, "MP4 video"],
])("a size that is %s is not shown as the file's size", (_name, size, facts) => {
  expect(view({ file: { ...film, size, provisional: true } })).toMatchObject({ facts, stage: { kind: "poster", enabled: true } });
});

test("a file of an unknown kind can be saved", () => {
  const model = view({ file: { ...film, name: "a.zip", contentType: "application/octet-stream", kind: "other", playable: "no" } });
  expect(model).toMatchObject({ facts: "1.4\u00a0GB · ZIP file", stage: { kind: "none" }, download: { primary: true }, notice: "" });
  expect(model.open).toBeUndefined();
});

test("after the end nothing can be started", () => {
  const model = view({ connection: { phase: "ended", reason: "host-revoked" } });
  expect(model).toMatchObject({ heading: "film.mp4", stage: { enabled: false }, download: { enabled: false } });
});

test("a relayed connection is shown as such", () => {
  const { status } = view({ connection: { phase: "connected", path: { kind: "relayed", rttMs: 80 } } });
  expect(status.title).toBe("Connected through a relay");
  expect(status.detail).toContain("80\u00a0ms");
});

describe("the worker", () => {
  test.each([
    [{ phase: "blocked" }, "This browser can't play or save files here"],
    [{ phase: "outdated" }, "This page was updated"],
    [{ phase: "busy" }, "Waiting for another tab"],
    [{ phase: "silent" }, "This page's service worker doesn't respond"],
  ] as const)("%o has a title", (worker, title) => {
    expect(view({ worker }).status.title).toBe(title);
  });
});

test("connected, but without a worker yet, the page shows what it waits for", () => {
  const { status, download } = view({ worker: { phase: "starting" } });
  expect(status).toMatchObject({ tone: "busy", title: "Connected", text: expect.stringContaining("Preparing") });
  expect(download?.enabled).toBe(false);
});

describe("a download", () => {
  const download = { id: 1, phase: "running", taken: 700e6, total: 1.4e9, bytesPerSecond: 24e6 } as const;
  test("shows how many bytes arrived, how fast, and how long it will take", () => {
    const [row] = view({ downloads: [download] }).downloads;
    expect(row).toMatchObject({ label: "Downloading", share: 0.5 });
    expect(row?.detail.replaceAll("\u00a0", " ")).toBe("700 MB of 1.4 GB · 24 MB/s · 30 s left");
  });

  test("of unknown size shows how many bytes arrived, and no progress bar", () => {
    const [row] = view({ downloads: [{ ...download, total: undefined }] }).downloads;
    expect(row?.detail.replaceAll("\u00a0", " ")).toBe("700 MB · 24 MB/s");
    expect(row).not.toHaveProperty("share");
  });

  test.each([
    ["done", "Downloaded"],
    ["cancelled", "Download cancelled"],
    ["failed", "Download failed"],
  ] as const)("that is %s is shown as such", (phase, label) => {
    const [row] = view({ downloads: [{ ...download, phase }] }).downloads;
    expect(row?.label).toBe(label);
    expect(row?.share).toBeUndefined();
  });
});

test("a file that changed, and one that can't be read, have a notice", () => {
  expect(view({ fileChanged: true }).notice).toContain("new version");
  expect(view({ unreadable: true }).notice).toContain("couldn't read");
});

describe("a shared folder", () => {
  const { file: _file, ...noFile } = base;
  const folder = { name: "Photos", facts: "3 files", version: "1" };

  test("shows its pictures itself, and the stage only says why it can't", () => {
    const picture: ShownFile = {
      ...film,
      name: "a.png",
      contentType: "image/png",
      kind: "image",
      place: { path: "a.png", etag: "1", text: false, picture: true },
    };
    expect(view({ file: picture, media: { phase: "open" } }).stage).toEqual({ kind: "none" });
    expect(view({ file: picture, media: { phase: "failed", reason: "format" } }).stage.kind).toBe("message");
  });

  test("has its name and facts, and a button for its zip only if the host makes one", () => {
    const model = viewModel({ ...noFile, folder: { ...folder, download: { path: "//zip", label: "Download as zip" } } }, problems);
    expect(model).toMatchObject({ documentTitle: "Photos – rangecast", heading: "Photos", facts: "3 files", stage: { kind: "none" } });
    expect(model.download).toEqual({ label: "Download as zip", primary: false, enabled: true });
    expect(viewModel({ ...noFile, folder }, problems).download).toBeUndefined();
  });

  test("shows a file of it as a share of one file is shown", () => {
    expect(view({ folder })).toMatchObject({ heading: "film.mp4", stage: { kind: "poster" }, download: { label: "Download" } });
  });
});
