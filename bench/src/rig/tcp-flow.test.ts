import { readFile } from "node:fs/promises";

import { Cleanup } from "@rangecast/testkit/processes/cleanup";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createLink, type Link, type LinkOptions, parseSocketTable } from "../../netlab/index.ts";
import { type Congestion, startTcpFlow, whyNoTcpFlow } from "./tcp-flow.ts";

/** Why the tests are skipped; part of their name. */
const impossible = await whyNoTcpFlow("reno");

/** Longest wait for the first full second of a flow, milliseconds: ten times as much, for a busy machine. */
const COUNT_LIMIT_MS = 10_000;
/** Largest packet on the link: the tunnel's MTU, and the headers of the datagram around it. */
const LARGEST_PACKET = 1_428;

function createCleanLink(options: LinkOptions): { readonly link: Link; readonly cleanup: Cleanup } {
  const link = createLink(options);
  const cleanup = new Cleanup();
  onTestFinished(() => cleanup.run());
  cleanup.add(() => link.close());
  return { link, cleanup };
}

const udpPorts = async (): Promise<number[]> => parseSocketTable(await readFile("/proc/net/udp", "utf8")).map(({ port }) => port);
/** Ids of the processes that this one has started, from proc(5). */
const childProcesses = async (): Promise<string[]> =>
  (await readFile(`/proc/${process.pid}/task/${process.pid}/children`, "utf8")).split(" ").filter((pid) => pid !== "");

describe.skipIf(impossible !== undefined)(`a TCP flow${impossible === undefined ? "" : ` (skipped: ${impossible})`}`, () => {
  test("crosses the link's down direction in packets that fit the tunnel, and leaves nothing behind", async () => {
    const { link, cleanup } = createCleanLink({
      down: { rateBitsPerSecond: 8_000_000, delayMs: 5, queueBytes: 32_768 },
      up: { delayMs: 5 },
    });
    const flow = await startTcpFlow(link, { congestion: "reno", cleanup });
    await vi.waitFor(() => expect(flow?.bytesBySecond[0]).toBeGreaterThan(0), { timeout: COUNT_LIMIT_MS, interval: 50 });
    expect(await udpPorts()).toEqual(expect.arrayContaining([...flow!.ports]));
    const { down, up } = await link.counters();
    expect(down.deliveredBytes).toBeGreaterThan(flow!.bytesBySecond[0]!);
    expect(down.peakQueueBytes).toBeGreaterThan(0);
    expect(down.deliveredBytes).toBeLessThanOrEqual(down.deliveredPackets * LARGEST_PACKET);
    expect(up.deliveredPackets).toBeGreaterThan(0);
    expect(await flow!.stop()).toBe(0);
    const left = await udpPorts();
    expect(flow!.ports.filter((port) => left.includes(port))).toEqual([]);
  });

  test("isn't left running if the link is closed", async () => {
    const { link, cleanup } = createCleanLink({});
    await link.close();
    const before = new Set(await childProcesses());
    await expect(startTcpFlow(link, { congestion: "reno", cleanup })).rejects.toThrow("the link is closed");
    expect((await childProcesses()).filter((pid) => !before.has(pid))).toEqual([]);
  });

  test("with a congestion control that the kernel doesn't have is refused with a reason", async () => {
    expect(await whyNoTcpFlow("none" as Congestion)).toMatch(/the kernel has no congestion control none/u);
  });
});
