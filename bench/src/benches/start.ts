import { wanLink } from "../../netlab/index.ts";
import { median } from "../report/percentile.ts";
import { type Figures, LINK_LIMIT, type Metric, type Report } from "../report/report.ts";
import { makeFilm } from "../rig/film.ts";
import { firstFrameMs } from "../rig/first-frame.ts";
import type { Contestant, Outcome, Rig } from "../rig/rig.ts";
import { standing, withDrops } from "../rig/standing.ts";
import { type BenchContext, MIB } from "./bench.ts";

const FILE_BYTES = 64 * MIB;
const ROUNDS = 9;
const QUICK_ROUNDS = 3;
const ROUND_TRIP_MS = 50;
const SEED = 60;
/** Round trips that can't be saved: ICE 1, DTLS 3, SCTP 2, the request 1. */
const FLOOR_RTTS = 7;

const METRICS: readonly Metric[] = [
  { field: "firstByteRtts", label: "answer to first byte", unit: "round trips", better: "lower", digits: 1, aim: "≤ 8" },
  { field: "frameMs", label: "link opened to first frame", unit: "ms", better: "lower", digits: 0 },
];

interface Trial {
  readonly field: "firstByteRtts" | "frameMs";
  readonly contestant: Contestant;
  readonly run: () => Promise<Outcome<number>>;
}

/** 100 Mbit/s, 50 ms: from the answer to the first byte, and from opening the real page to the first frame of a film. Medians. */
export async function start({ rig, measurer, quick }: BenchContext): Promise<Report> {
  const file = await rig.createFile(FILE_BYTES);
  const film = await makeFilm(rig.folder);
  if (film === undefined) console.error("ffmpeg isn't installed: the time to the first frame is skipped.");
  const trials = rig.contestants.flatMap((contestant): Trial[] => [
    { field: "firstByteRtts", contestant, run: () => firstByte(rig, contestant, file) },
    ...(film !== undefined && showsFrames(contestant)
      ? [{ field: "frameMs", contestant, run: () => firstFrame(rig, contestant, film) } as const]
      : []),
  ]);
  const samples = new Map<string, number[]>();
  const drops = new Map<string, number>();
  for (let round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round++) {
    for (const { field, contestant, run } of trials) {
      const outcome = await measurer.measure(`${field}, ${contestant.name}`, run, (value) => value.toFixed(1));
      if (outcome === undefined) continue;
      const key = `${contestant.name} ${field}`;
      samples.set(key, [...(samples.get(key) ?? []), outcome.value]);
      drops.set(contestant.name, (drops.get(contestant.name) ?? 0) + outcome.drops);
    }
  }
  const figures = rig.contestants.map(({ name }): [string, Figures] => {
    const of = (field: Trial["field"]): number | null => median(samples.get(`${name} ${field}`) ?? []);
    return [name, withDrops({ firstByteRtts: of("firstByteRtts"), frameMs: of("frameMs") }, drops.get(name) ?? 0)];
  });
  return {
    bench: "start",
    metrics: METRICS,
    ...standing(new Map(figures)),
    limits: { [LINK_LIMIT]: { firstByteRtts: FLOOR_RTTS, frameMs: null } },
    notes: ["A round trip is 50 ms. Page and signalling don't cross the link; they use loopback."],
  };
}

/** The real page has its own client, so here only the daemons differ. */
function showsFrames({ name, daemon }: Contestant): boolean {
  return name === daemon;
}

function firstByte(rig: Rig, contestant: Contestant, file: string): Promise<Outcome<number>> {
  return rig.run({ contestant, file, link: wanLink({ seed: SEED }) }, async ({ page, target, session }) => {
    await rig.loadBenchPage(page);
    const atMs = await page.evaluate(([way, to]) => window.bench.firstByteAt(way, to), [contestant.way, target] as const);
    await page.evaluate(() => window.bench.close());
    if (session.answeredAtMs === undefined) throw new Error("bytes came without an answer");
    return (atMs - session.answeredAtMs) / ROUND_TRIP_MS;
  });
}

function firstFrame(rig: Rig, contestant: Contestant, film: string): Promise<Outcome<number>> {
  return rig.run({ contestant, file: film, link: wanLink({ seed: SEED }) }, ({ page, target }) =>
    firstFrameMs(page, `${rig.url}/plain/${target.sessionId}#key=${target.key}`),
  );
}
