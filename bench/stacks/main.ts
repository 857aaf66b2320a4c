/*
 * The comparison that decided between the WebRTC stacks (docs/decisions/0001): `node bench/dist/stacks/main.js [--quick]`. Not part of the benchmarks, because one
 * of the two is not a dependency.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

import { forkLink, wanLink, watchSocketDrops } from "../netlab/index.ts";
import type { LaneSignal, WindowResult, WindowRun } from "./messages.ts";
import { loadStack, STACK_NAMES, type StackName } from "./stack.ts";

const quick = process.argv.includes("--quick");
const KIB = 1024;
const MB = 1e6;
const WINDOW_BYTES = 1024 * KIB;
const PIECE_BYTES = 64 * KIB;
const RUN_MS = quick ? 3_000 : 10_000;
const LANES = quick ? [1, 8] : [1, 4, 8, 16];
const LOSSES = quick ? [0] : [0, 0.001, 0.01];
const PROCESSES = quick ? 1 : 8;
const ROUNDS_A_PROCESS = quick ? 40 : 120;

const program = (name: string, ...args: string[]): ChildProcess =>
  fork(new URL(`./${name}.js`, import.meta.url), args, { stdio: ["ignore", "ignore", "ignore", "ipc"] });

/** How many processes crashed when one side closed while the other was sending. */
async function midstreamDeaths(stack: StackName): Promise<number> {
  let deaths = 0;
  for (let count = 0; count < PROCESSES; count++) {
    const [code] = (await once(program("midstream", stack, String(ROUNDS_A_PROCESS)), "exit")) as [number | null];
    if (code !== 0) deaths++;
  }
  return deaths;
}

/** One run over the 100 Mbit/s, 50 ms link; the sender is the exposed peer, the receiver's candidates are withheld. */
async function windowed(stack: StackName, loss: number, lanes: number): Promise<string> {
  const drops = await watchSocketDrops();
  const link = await forkLink(wanLink({ loss }));
  const [sender, receiver] = [program("sender", stack), program("receiver", stack)];
  sender.on("message", (signal: LaneSignal) => {
    if (signal.kind === "description") return void receiver.send(signal);
    return void link.rewrite(signal.candidate.candidate ?? "").then((candidate) => {
      if (candidate !== undefined) receiver.send({ ...signal, candidate: { ...signal.candidate, candidate } });
    });
  });
  const result = new Promise<WindowResult>((resolve) => {
    receiver.on("message", (message: LaneSignal | WindowResult) => {
      if (message.kind === "result") resolve(message);
      else if (message.kind === "description") sender.send(message);
    });
  });
  const pieceBytes = Math.min(PIECE_BYTES, WINDOW_BYTES / lanes);
  receiver.send({ kind: "run", lanes, windowBytes: WINDOW_BYTES, pieceBytes, milliseconds: RUN_MS } satisfies WindowRun);
  const { bytesBySecond } = await result;
  const { ports, stalledMs } = await link.counters();
  const { own, others } = await drops.read(ports);
  drops.stop();
  for (const child of [sender, receiver]) child.kill("SIGKILL");
  await link.close();
  const rates = bytesBySecond.map((bytes) => (bytes / MB).toFixed(1)).join(" ");
  return `${stack}, loss ${loss}, ${lanes} lanes: MB/s by second ${rates} (socket drops ${own}/${others}, link stood ${Math.round(stalledMs)} ms)`;
}

for (const stack of STACK_NAMES) {
  if ((await loadStack(stack)) === undefined) {
    console.log(`${stack} is not installed, and is skipped`);
    continue;
  }
  console.log(
    `${stack}: ${await midstreamDeaths(stack)} of ${PROCESSES} processes crashed, with ${ROUNDS_A_PROCESS} closes in mid-stream each`,
  );
  for (const loss of LOSSES) for (const lanes of LANES) console.log(await windowed(stack, loss, lanes));
}
process.exit(0);
