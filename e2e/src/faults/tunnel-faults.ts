/* Faults of a tunnel to the host. Only the page and the signalling come through it. */
import { answers } from "../lib/tunnel.ts";
import { lookUntil } from "../lib/wait.ts";
import { type Fault, SECOND_MS, type Strike } from "./fault.ts";

/** Longest that the host may take to start the program again, milliseconds: a pause of one second, and a busy machine. */
const RESTART_LIMIT_MS = 30 * SECOND_MS;

/** Resolves when the tunnel accepts connections again. */
async function untilBack({ scene, signal }: Strike): Promise<void> {
  const { address } = scene.tunnel();
  const look = async (): Promise<true | undefined> => ((await answers(address)) ? true : undefined);
  if ((await lookUntil(look, { limitMs: RESTART_LIMIT_MS, signal })) === undefined) throw new Error("the tunnel was not started again");
}

export const TUNNEL_FAULTS: readonly Fault[] = [
  {
    name: "tunnel-killed",
    what: "the tunnel's program killed; the host starts it again",
    wishes: { tunnel: true },
    strike: async (strike) => {
      await strike.scene.tunnel().kill();
      await strike.bite();
      await untilBack(strike);
    },
  },
  {
    name: "tunnel-and-host-killed",
    what: "the host killed, and its tunnel with it, and restarted",
    wishes: { tunnel: true },
    strike: async (strike) => {
      const { scene, bite } = strike;
      await scene.host.end("SIGKILL");
      await bite();
      const { address } = scene.tunnel();
      // Otherwise the new program could not have its port.
      await lookUntil(async () => ((await answers(address)) ? undefined : true), { limitMs: RESTART_LIMIT_MS, signal: strike.signal });
      await scene.host.start();
      await untilBack(strike);
    },
  },
];
