import { startChromiumBrowser } from "@rangecast/testkit/browsers/chromium";
import type { Browser } from "playwright-core";

import { wanLink } from "../../netlab/index.ts";
import { LINK_LIMIT, type Metric, OURS, type Report } from "../report/report.ts";
import { Tally } from "../report/tally.ts";
import { type Contestant, OURS_FIREHOSE } from "../rig/contestants.ts";
import { makeFilm } from "../rig/film.ts";
import { firstFrameMs } from "../rig/first-frame.ts";
import type { WatchedSession } from "../rig/linked-relay.ts";
import type { Outcome } from "../rig/on-link.ts";
import { type Rig, SHOW_ADDRESSES } from "../rig/rig.ts";
import { type BenchContext, MIB } from "./bench.ts";

const FILE_BYTES = 64 * MIB;
const ROUNDS = 9;
const QUICK_ROUNDS = 3;
const ROUND_TRIP_MS = 50;
const SEED = 60;
/** Round trips that can't be saved: ICE 1, DTLS 3, SCTP 2, the request 1. */
const FLOOR_RTTS = 7;
/** With SNAP the SDP carries the INIT chunks, so SCTP needs none. */
const SNAP_FLOOR_RTTS = 5;

/** Chromium's switch for SNAP: the SCTP INIT chunk in the SDP, while it is an experiment. */
const SNAP_FLAG = "--force-fieldtrials=WebRTC-Sctp-Snap/Enabled/";
/** The line of an offer or answer that has SNAP. */
const SNAP_LINE = "a=sctp-init:";

const METRICS: readonly Metric[] = [
  { field: "firstByteRtts", label: "answer to first byte", unit: "round trips", better: "lower", digits: 1, aim: "≤ 7" },
  { field: "snapFirstByteRtts", label: "the same with SNAP", unit: "round trips", better: "lower", digits: 1, aim: "≤ 5" },
  { field: "frameMs", label: "link opened to first frame", unit: "ms", better: "lower", digits: 0 },
];

interface Trial {
  readonly field: "firstByteRtts" | "snapFirstByteRtts" | "frameMs";
  readonly name: string;
  readonly run: () => Promise<Outcome<number>>;
}

/** 100 Mbit/s, 50 ms: from the answer to the first byte, and from opening the real page to the first frame of a film. Medians. */
export async function start({ rig, measurer, quick }: BenchContext): Promise<Report> {
  const file = await rig.createFile(FILE_BYTES);
  const film = await makeFilm(rig.folder);
  if (film === undefined) console.error("ffmpeg isn't installed: the time to the first frame is skipped.");
  const snap = await snapTrial(rig, file);
  if (typeof snap === "string") console.error(snap);
  const trials = rig.contestants.flatMap((contestant): Trial[] => [
    { field: "firstByteRtts", name: contestant.name, run: () => firstByte(rig, { contestant, file }) },
    ...(contestant.name === OURS && typeof snap !== "string" ? [snap] : []),
    ...(film !== undefined && showsFrames(contestant)
      ? [{ field: "frameMs", name: contestant.name, run: () => firstFrame(rig, contestant, film) } as const]
      : []),
  ]);
  const tally = new Tally(rig.contestants.map(({ name }) => name));
  for (let round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round++) {
    for (const { field, name, run } of trials) {
      const measured = await measurer.measure(`${field}, ${name}`, run, (value) => value.toFixed(1));
      if (measured === undefined) continue;
      tally.add(name, field, measured.value);
      tally.addDrops(name, measured);
    }
  }
  return {
    bench: "start",
    metrics: METRICS,
    ...tally.standing(METRICS),
    limits: { [LINK_LIMIT]: { firstByteRtts: FLOOR_RTTS, snapFirstByteRtts: SNAP_FLOOR_RTTS, frameMs: null } },
    notes: [
      "A round trip is 50 ms. Page and signalling don't cross the link; they use loopback.",
      typeof snap === "string" ? snap : "The peers have no SNAP.",
    ],
  };
}

/** The real page has its own client, so here only the daemons differ. */
function showsFrames({ name }: Contestant): boolean {
  return name !== OURS_FIREHOSE;
}

interface FirstByteSetup {
  readonly contestant: Contestant;
  readonly file: string;
  /** @default the rig's own */
  readonly browser?: Browser;
  /** Called when the byte has arrived. */
  readonly onDone?: (session: WatchedSession) => void;
}

function firstByte(rig: Rig, { onDone, ...setup }: FirstByteSetup): Promise<Outcome<number>> {
  return rig.run({ ...setup, link: wanLink({ seed: SEED }) }, async ({ page, target, session }) => {
    await rig.loadBenchPage(page);
    const atMs = await page.evaluate(([way, to]) => window.bench.firstByteAt(way, to), [setup.contestant.way, target] as const);
    await page.evaluate(() => window.bench.close());
    if (session.answeredAtMs === undefined) throw new Error("bytes came without an answer");
    onDone?.(session);
    return (atMs - session.answeredAtMs) / ROUND_TRIP_MS;
  });
}

/**
 * Ours into a Chromium that offers SNAP, after one session that shows whether both sides do it.
 * @returns why it can't be measured, if it can't: without SNAP it would be the same figure again
 */
async function snapTrial(rig: Rig, file: string): Promise<Trial | string> {
  const contestant = rig.contestants.find(({ name }) => name === OURS);
  if (contestant === undefined) throw new Error("ours doesn't take part");
  const browser = await startChromiumBrowser([SHOW_ADDRESSES, SNAP_FLAG], { signalsAreOurs: true });
  rig.cleanup.add(() => browser.close());
  const has = new Map<string, boolean>();
  const onDone = ({ descriptions }: WatchedSession): void => {
    for (const [type, payload] of descriptions) has.set(type, payload.includes(SNAP_LINE));
  };
  const page = await rig.openBenchPage(browser);
  const offered = await page.evaluate(() => window.bench.receiverOffer());
  await page.close();
  if (!offered.includes(SNAP_LINE)) return "snapFirstByteRtts was not measured: this Chromium offers no SNAP.";
  await firstByte(rig, { contestant, file, browser, onDone });
  if (!has.get("offer")) return "snapFirstByteRtts was not measured: our client sends no SNAP in its offer.";
  if (!has.get("answer")) return "snapFirstByteRtts was not measured: our daemon's answer has no SNAP.";
  return { field: "snapFirstByteRtts", name: OURS, run: () => firstByte(rig, { contestant, file, browser }) };
}

function firstFrame(rig: Rig, contestant: Contestant, film: string): Promise<Outcome<number>> {
  return rig.run({ contestant, file: film, link: wanLink({ seed: SEED }) }, ({ page, target }) =>
    firstFrameMs(page, `${rig.url}/plain/${target.sessionId}#key=${target.key}`),
  );
}
