import { NO_CANDIDATES } from "@rangecast/rtc";
import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import { createHumanReporter } from "./human-reporter.ts";
import type { ShareEvent } from "./share-event.ts";
import type { Terminal } from "../../output/terminal.ts";

const READY: ShareEvent = {
  event: "ready",
  link: "http://127.0.0.1:7264/s/AAAAAAAAAAAAAAAAAAAAAA#v1.BBBB",
  name: "film.mp4",
  size: 1_000_000,
  reach: "this-computer",
  page: "http://127.0.0.1:7264",
  relay: "http://127.0.0.1:7264",
  notices: ["This link works on this computer only."],
};
const progress = (percent: number, path: "direct" | "relayed" | "unknown" = "direct"): ShareEvent => ({
  event: "progress",
  viewer: 1,
  bytes: percent * 10_000,
  percent,
  rate: 3_140_000,
  path,
});

interface FakeTerminal extends Terminal {
  readonly printed: string[];
  block: string;
}

function fakeTerminal(interactive: boolean, columns = 80, rows = 30): FakeTerminal {
  const printed: string[] = [];
  return {
    printed,
    block: "",
    interactive,
    columns,
    rows,
    print: (text) => void printed.push(text),
    warn: () => {},
    diverted: false,
    divert: () => {},
    live(text) {
      this.block = text;
    },
    end: () => {},
  };
}

function reportAll(terminal: FakeTerminal, events: readonly ShareEvent[], qr = true): FakeTerminal {
  const report = createHumanReporter(terminal, { qr, colors: createColors(false) });
  for (const event of events) report(event);
  return terminal;
}

describe("on a terminal", () => {
  it("prints what is shared, its size, the link, the notice and a QR code", () => {
    const [text = ""] = reportAll(fakeTerminal(true), [READY]).printed;
    expect(text).toContain("Sharing film.mp4 (1 MB)");
    expect(text).toContain("  http://127.0.0.1:7264/s/AAAAAAAAAAAAAAAAAAAAAA#v1.BBBB\n");
    expect(text).toContain("This link works on this computer only.");
    expect(text).toContain("█▀▀▀");
  });

  it("omits the QR code with --no-qr", () => {
    expect(reportAll(fakeTerminal(true), [READY], false).printed[0]).not.toMatch(/[█▀▄]/);
  });

  it("says so if there is no room for the code", () => {
    expect(reportAll(fakeTerminal(true, 30), [READY]).printed[0]).toContain("too narrow");
  });

  it("shows each viewer's per cent, bytes, rate and path in place", () => {
    const { block, printed } = reportAll(fakeTerminal(true), [READY, { event: "viewer-joined", viewer: 1, path: "direct" }, progress(42)]);
    expect(block).toMatch(/^1 viewer/);
    expect(block).toMatch(/#1 +█{4}░{6} +42 % +420 kB +3\.1 MB\/s +direct/);
    expect(printed).toHaveLength(1);
  });

  it("shows a viewer that receives nothing as idle", () => {
    const { block } = reportAll(fakeTerminal(true), [READY, { event: "viewer-joined", viewer: 1, path: "direct" }]);
    expect(block).toMatch(/#1 .*0 B +idle/);
  });

  it("prints a line for a viewer that left, with the reason, and waits again", () => {
    const left: ShareEvent = { event: "viewer-left", viewer: 1, reason: "bye", message: "the viewer closed the page", bytes: 420_000 };
    const { block, printed } = reportAll(fakeTerminal(true), [READY, { event: "viewer-joined", viewer: 1, path: "direct" }, left]);
    expect(printed[1]).toBe("Viewer 1 left after 420 kB: the viewer closed the page");
    expect(block).toMatch(/^Waiting for viewers/);
  });

  it("shows as many viewers as fit, and the number of the others", () => {
    const joined = Array.from({ length: 20 }, (_, index): ShareEvent => ({ event: "viewer-joined", viewer: index + 1, path: "direct" }));
    const lines = reportAll(fakeTerminal(true, 80, 12), [READY, ...joined]).block.split("\n");
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe("  … and 12 more");
  });

  it("shows that the relay is offline until it is back", () => {
    const away: ShareEvent = { event: "relay-offline", relay: "https://relay.example" };
    expect(reportAll(fakeTerminal(true), [READY, away]).block).toContain("relay can't be reached");
    expect(reportAll(fakeTerminal(true), [READY, away, { event: "relay-online", relay: "https://relay.example" }]).block).not.toContain(
      "relay",
    );
  });

  it("shows how many viewers it notifies while it stops, and removes the block at the end", () => {
    const stopping: ShareEvent = { event: "stopping", viewers: 1 };
    expect(reportAll(fakeTerminal(true), [READY, { event: "viewer-joined", viewer: 1, path: "direct" }, stopping]).block).toMatch(
      /^Stopping, and notifying 1 viewer\./,
    );
    const stopped: ShareEvent = { event: "stopped", reason: "interrupted" };
    const { block, printed } = reportAll(fakeTerminal(true), [READY, stopping, stopped]);
    expect([block, printed.at(-1)]).toEqual(["", "Stopped."]);
  });
});

describe("without a terminal", () => {
  it("prints a line per change, at each tenth of the file, and no QR code", () => {
    const events = [1, 2, 9, 10, 11, 19, 20].map((percent) => progress(percent));
    const { printed, block } = reportAll(fakeTerminal(false), [READY, { event: "viewer-joined", viewer: 1, path: "direct" }, ...events]);
    expect(printed[0]).not.toMatch(/[█▀▄]/);
    expect(printed.slice(1)).toEqual([
      "Viewer 1 joined.",
      "Viewer 1: 1 %, 10 kB, direct.",
      "Viewer 1: 10 %, 100 kB, direct.",
      "Viewer 1: 20 %, 200 kB, direct.",
    ]);
    expect(block).not.toContain("\u001B");
  });

  it("prints a line when the path changes", () => {
    const { printed } = reportAll(fakeTerminal(false), [READY, progress(1), progress(1, "relayed")]);
    expect(printed.at(-1)).toContain("relayed");
  });

  it("prints only changes of the relay's state", () => {
    const online: ShareEvent = { event: "relay-online", relay: "https://relay.example" };
    const offline: ShareEvent = { event: "relay-offline", relay: "https://relay.example" };
    const { printed } = reportAll(fakeTerminal(false), [READY, online, offline, offline, online]);
    expect(printed.slice(1)).toEqual([expect.stringMatching(/can't be reached/), expect.stringMatching(/again/)]);
  });

  it("prints a line for a viewer that could not connect: what was offered, why, what to do, and how many others failed", () => {
    const diagnosis = { here: NO_CANDIDATES, there: NO_CANDIDATES, words: "this computer offered nothing, the viewer nothing" };
    const failed: ShareEvent = { event: "viewer-failed", reason: "no-channel", message: "no data channel opened in time", others: 0 };
    const explained: ShareEvent = {
      ...failed,
      offered: diagnosis,
      cause: "nothing-here",
      why: "No address.",
      todo: ["Look.", "Or not."],
      others: 2,
    };
    const refused: ShareEvent = { ...failed, reason: "refused", message: "the share has 128 viewers already" };
    const left: ShareEvent = { ...explained, reason: "bye", message: "the browser said bye", others: 0 };
    for (const interactive of [true, false])
      expect(reportAll(fakeTerminal(interactive), [READY, failed, explained, refused, left]).printed.slice(1)).toEqual([
        "A viewer could not connect: no data channel opened in time.",
        "A viewer could not connect: no data channel opened in time. This computer offered nothing, the viewer nothing. No address. Look. (2 more failed since the last such message.)",
        "A viewer was refused: the share has 128 viewers already.",
        "A viewer left before it was connected: the browser said bye. This computer offered nothing, the viewer nothing.",
      ]);
  });

  it("prints what keeps viewers away, but no message of the WebRTC stack", () => {
    const trouble: ShareEvent = { event: "trouble", check: "events", found: "a proxy holds event streams back", advice: "Switch it off." };
    const refused: ShareEvent = { event: "error", reason: "relay-failed", message: "The relay refuses the share: the relay is full" };
    expect(reportAll(fakeTerminal(false), [READY, refused]).printed.at(-1)).toBe("The relay refuses the share: the relay is full.");
    const failed: ShareEvent = { event: "viewer-failed", reason: "bad-offer", message: "the offer can't be used: rtcSet -1", others: 0 };
    expect(reportAll(fakeTerminal(false), [READY, trouble, failed]).printed.slice(1)).toEqual([
      "Viewers may be unable to connect: a proxy holds event streams back. Switch it off.",
      "A viewer's program offered an unusable connection.",
    ]);
  });

  it("removes control characters from a viewer's message", () => {
    const left: ShareEvent = { event: "viewer-left", viewer: 1, reason: "bye", message: "\u001B[2J", bytes: 0 };
    expect(reportAll(fakeTerminal(false), [READY, left]).printed.at(-1)).not.toContain("\u001B");
  });
});

it("says that the tunnel is gone, that it works again, and its new link", () => {
  const back = { event: "tunnel-online", address: "https://a.example", link: "https://a.example/s/A#v1.B" } as const;
  const events: ShareEvent[] = [
    READY,
    { event: "tunnel-offline", message: "it ended with code 1" },
    { ...back, changed: false },
    { ...back, changed: true },
  ];
  const [, gone, same, other] = reportAll(fakeTerminal(false), events).printed;
  expect(gone).toMatch(/^The tunnel is gone: it ended with code 1\. Current viewers stay connected/);
  expect(same).toBe("The tunnel works again.");
  expect(other).toMatch(/another address.*\n\n {2}https:\/\/a\.example\/s\/A#v1\.B\n$/);
});
