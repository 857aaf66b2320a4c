/* What can become of the host's program. Its keys are kept, so it comes back under the same link. */
import { type Fault, SECOND_MS } from "./fault.ts";

/** As a computer that is busy to the brim. */
const SHORT_FREEZE_MS = 8 * SECOND_MS;
/** As one that slept: longer than ICE keeps up a path that is silent (RFC 7675: 30 s). */
const LONG_FREEZE_MS = 40 * SECOND_MS;

const frozen = (ms: number): Fault["strike"] => {
  return async ({ scene, bite, wait }) => {
    scene.host.freeze();
    await bite();
    await wait(ms);
    scene.host.thaw();
  };
};

const restarted = (signal: "SIGKILL" | "SIGINT"): Fault["strike"] => {
  return async ({ scene, bite }) => {
    const ending = scene.host.end(signal);
    await bite();
    await ending;
    await scene.host.start();
  };
};

export const HOST_FAULTS: readonly Fault[] = [
  { name: "host-killed", what: "host killed and started again", strike: restarted("SIGKILL") },
  { name: "host-interrupted", what: "host ended by Ctrl-C, which says goodbye, and started again", strike: restarted("SIGINT") },
  {
    name: "host-and-relay-killed",
    what: "host and relay killed and started again",
    strike: async ({ scene, bite }) => {
      await Promise.all([scene.relay.end("SIGKILL"), scene.host.end("SIGKILL")]);
      await bite();
      await scene.relay.start(scene.relayArgs);
      await scene.host.start();
    },
  },
  { name: "host-frozen", what: "host frozen for 8 s (SIGSTOP)", strike: frozen(SHORT_FREEZE_MS) },
  { name: "host-asleep", what: "host frozen for 40 s (SIGSTOP)", strike: frozen(LONG_FREEZE_MS) },
];
