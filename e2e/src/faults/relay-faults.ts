/* Faults of the relay. File bytes don't go through it, so a film must not be affected. */
import { type Fault, SECOND_MS, type Strike } from "./fault.ts";
import { whyNoNetwork } from "../lib/network.ts";

const GONE_MS = 60 * SECOND_MS;
const BAD_MS = 10 * SECOND_MS;
const CUT_MS = SECOND_MS;
/** Longer than a dead path can count as a slow one. */
const LINK_DOWN_MS = 20 * SECOND_MS;

/** @param ms how long the relay is gone, milliseconds */
async function relayAway({ scene, bite, wait }: Strike, ms: number): Promise<void> {
  await scene.relay.end("SIGKILL");
  await bite();
  await wait(ms);
  await scene.relay.start(scene.relayArgs);
}

const badAnswers = (mode: "refuse" | "hang"): Fault["strike"] => {
  return async ({ scene, bite, wait }) => {
    scene.proxy().setMode(mode);
    await bite();
    await wait(BAD_MS);
    scene.proxy().setMode("pass");
  };
};

export const RELAY_FAULTS: readonly Fault[] = [
  { name: "relay-restarted", what: "relay killed and restarted", strike: (strike) => relayAway(strike, 0) },
  { name: "relay-gone", what: `relay gone for ${GONE_MS / SECOND_MS} s`, strike: (strike) => relayAway(strike, GONE_MS) },
  {
    name: "relay-and-link-gone",
    what: "viewer's link down for 20 s, relay gone for 30 s",
    wishes: { network: "routed" },
    impossible: whyNoNetwork,
    strike: async ({ scene, bite, wait }) => {
      await scene.relay.end("SIGKILL");
      await scene.network().setLink("viewer", false);
      await bite();
      await wait(LINK_DOWN_MS);
      await scene.network().setLink("viewer", true);
      await wait(BAD_MS);
      await scene.relay.start(scene.relayArgs);
    },
  },
  { name: "relay-answers-500", what: "relay answers 500 for 10 s", wishes: { proxy: true }, strike: badAnswers("refuse") },
  { name: "relay-hangs", what: "relay doesn't answer for 10 s", wishes: { proxy: true }, strike: badAnswers("hang") },
  {
    name: "event-streams-cut",
    what: "every event stream cut each second, and the host restarted",
    wishes: { proxy: true },
    strike: async ({ scene, bite, wait }) => {
      scene.proxy().cutAfter(CUT_MS);
      await scene.host.end("SIGKILL");
      await bite();
      await scene.host.start();
      await wait(BAD_MS);
      // The proxy keeps cutting streams: recovery must work with such a relay.
    },
  },
  {
    name: "event-streams-held",
    what: "event streams held back until they end, and the host restarted",
    wishes: { proxy: true },
    strike: async ({ scene, bite, wait }) => {
      scene.proxy().holdAfter(0);
      await scene.host.end("SIGKILL");
      await bite();
      await scene.host.start();
      await wait(BAD_MS);
      // The proxy keeps holding them back: recovery must work by polls.
    },
  },
];
