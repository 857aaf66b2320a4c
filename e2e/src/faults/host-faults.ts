/* Faults of the host's program. Its keys are kept, so it has the same link after a restart. */
import { type Fault, SECOND_MS } from "./fault.ts";

/** Like a computer that is very busy. */
const SHORT_FREEZE_MS = 8 * SECOND_MS;
/** Like a computer that slept: longer than ICE keeps a silent path (RFC 7675: 30 s). */
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
  { name: "host-killed", what: "host killed and restarted", strike: restarted("SIGKILL") },
  { name: "host-interrupted", what: "host stopped by Ctrl-C, which sends GOODBYE, and restarted", strike: restarted("SIGINT") },
  {
    name: "host-and-relay-killed",
    what: "host and relay killed and restarted",
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
