import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { openShare } from "@rangecast/client";
import { makeSmallFiles } from "@rangecast/e2e/lib/odd-tree";
import { createPeerConnection } from "@rangecast/rtc-node";
import { residentBytes } from "@rangecast/testkit/processes/process-tree";
import { startTextProcess } from "@rangecast/testkit/processes/text-process";

import { median } from "../../report/percentile.ts";
import { type Metric, OURS, type Report } from "../../report/report.ts";
import { Tally } from "../../report/tally.ts";
import { startBenchProgram } from "../../rig/daemons.ts";
import { onLoopback, type Outcome } from "../../rig/on-link.ts";
import type { Rig } from "../../rig/rig.ts";
import { type BenchContext } from "../bench.ts";
import { type FolderPeer, folderPeers } from "./peers.ts";

const SMALL_FILES = 1000;
const SMALL_FILE_BYTES = 4096;
/** Entries of the folder that is listed, and how many such folders lie in the tree whose memory is measured. */
const ENTRIES = 50_000;
const FOLDERS = 4;
const ROUNDS = 5;
const QUICK_ROUNDS = 1;
/** Of each direction, milliseconds: the link of folder-host.ts. */
const DELAY_MS = 25;
/** Longest that one `get` may take, milliseconds: it ends a hanging run. */
const LIMIT_MS = 120_000;
const BYTES_PER_MB = 1_000_000;

const HOST_PROGRAM = fileURLToPath(new URL("../../programs/folder-host.js", import.meta.url));

/* From bench/dist/src/benches/folder. */
const CLI = fileURLToPath(new URL("../../../../../packages/cli/bin/rangecast.js", import.meta.url));

const METRICS: readonly Metric[] = [
  { field: "smallFilesMs", label: "1,000 files of 4 KB", unit: "ms", better: "lower", digits: 0, aim: "≤ 5000" },
  { field: "listMs", label: "list of 50,000 entries", unit: "ms", better: "lower", digits: 0, aim: "≤ 2000" },
  { field: "memoryMB", label: "host's memory for 200,000 files", unit: "MB", better: "lower", digits: 0, aim: "≤ 50" },
  { field: "listMemoryMB", label: "the same after four lists", unit: "MB", better: "lower", digits: 0 },
];

/** 100 Mbit/s, 50 ms: a folder of small files with `get`, the list of a large one, and what the host holds of a tree. Medians. */
export async function folder({ rig, measurer, quick }: BenchContext): Promise<Report> {
  const small = join(rig.folder, "small");
  await makeSmallFiles(small, SMALL_FILES, SMALL_FILE_BYTES);
  const digest = await digestOf(small);
  const large = join(rig.folder, "large");
  for (let number = 0; number < FOLDERS; number += 1) await makeSmallFiles(join(large, `folder ${number}`), ENTRIES, 0);
  const work = join(rig.folder, "peers");
  await mkdir(work);
  const peers: readonly FolderPeer[] = [
    await ourPeer(rig, small),
    ...(await folderPeers(small, { delayMs: DELAY_MS, work, cleanup: rig.cleanup })),
  ];
  const tally = new Tally(peers.map(({ name }) => name));
  const into = join(rig.folder, "copy");
  for (let round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
    for (const peer of peers) {
      const run = async (): Promise<number> => {
        await rm(into, { recursive: true, force: true });
        await mkdir(into);
        const ms = await timeOf(() => peer.copy(into));
        if ((await digestOf(join(into, basename(small)))) !== digest) throw new Error("the copy differs");
        return ms;
      };
      const measured = await measurer.measure(`smallFilesMs, ${peer.name}`, () => onLoopback(rig.cleanup, run), text, "any");
      if (measured !== undefined) tally.add(peer.name, "smallFilesMs", measured.value);
    }
    const measured = await measurer.measure(
      "lists",
      () => listing(rig, large),
      ({ listMs, memoryMB }) => `${text(listMs)} ms, ${text(memoryMB)} MB`,
      "any",
    );
    for (const [field, value] of Object.entries(measured?.value ?? {})) tally.add(OURS, field, value);
  }
  return {
    bench: "folder",
    metrics: METRICS,
    ...tally.standing(METRICS),
    limits: {},
    notes: [
      "smallFilesMs of rangecast is the whole run of `rangecast get`, from the start of Node to its end, connecting included.",
      "The peers' TCP passes a proxy that only delays: their slow start costs nothing, and nothing is encrypted.",
      "memoryMB: resident memory beyond that of the same program with an empty folder.",
    ],
  };
}

/** Of the names and contents of a folder's files. */
async function digestOf(of: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(of)).toSorted()) hash.update(`${name}\n`).update(await readFile(join(of, name)));
  return hash.digest("hex");
}

async function timeOf(act: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

const text = (value: number): string => value.toFixed(0);

/** `rangecast get`, from a host that has been running. */
async function ourPeer(rig: Rig, shared: string): Promise<FolderPeer> {
  const host = await startBenchProgram(process.execPath, [HOST_PROGRAM, rig.url, shared]);
  rig.cleanup.add(() => host.stop());
  const [link = ""] = host.first["links"] as string[];
  return {
    name: OURS,
    async copy(into) {
      const { code, stderr } = await startTextProcess(process.execPath, [CLI, "get", link, "--out", into, "--json"], { limitMs: LIMIT_MS })
        .ended;
      if (code !== 0) throw new Error(`get ended with ${code}: ${stderr}`);
    },
  };
}

interface Listing {
  readonly listMs: number;
  readonly memoryMB: number;
  readonly listMemoryMB: number;
}

async function listing(rig: Rig, shared: string): Promise<Outcome<Listing>> {
  const empty = join(rig.folder, "empty");
  await mkdir(empty, { recursive: true });
  return onLoopback(rig.cleanup, async ({ cleanup }) => {
    const baseline = await startBenchProgram(process.execPath, [HOST_PROGRAM, rig.url, empty]);
    cleanup.add(() => baseline.stop());
    const host = await startBenchProgram(process.execPath, [HOST_PROGRAM, rig.url, shared]);
    cleanup.add(() => host.stop());
    const growth = async (): Promise<number> => ((await residentBytes(host.pid)) - (await residentBytes(baseline.pid))) / BYTES_PER_MB;
    const memoryMB = await growth();
    const [link = ""] = host.first["links"] as string[];
    const share = openShare(link, { createPeerConnection, firstFailure: "throw" });
    cleanup.add(() => Promise.resolve(share.close()));
    await share.opened();
    const times: number[] = [];
    for (let number = 0; number < FOLDERS; number += 1) {
      times.push(
        await timeOf(async () => {
          const { entries } = await share.readFolder(Buffer.from(`folder ${number}`));
          if (entries.length !== ENTRIES) throw new Error(`${entries.length} entries were listed`);
        }),
      );
    }
    return { listMs: median(times) ?? Number.NaN, memoryMB, listMemoryMB: await growth() };
  });
}
