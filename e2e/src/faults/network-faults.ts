/* Faults of the networks between viewer and host. */
import { type Fault, SECOND_MS } from "./fault.ts";
import { type Side, whyNoNetwork } from "../lib/network.ts";

const SHORT_MS = 5 * SECOND_MS;
const LONG_MS = 20 * SECOND_MS;
const UDP_LOST_MS = 3 * SECOND_MS;

const network = (fault: Pick<Fault, "name" | "what" | "strike">): Fault => ({
  ...fault,
  wishes: { network: "routed" },
  impossible: whyNoNetwork,
});

const linkDown = (ms: number): Fault =>
  network({
    name: `link-down-${ms / SECOND_MS}s`,
    what: `the viewer's link down for ${ms / SECOND_MS} s`,
    strike: async ({ scene, bite, wait }) => {
      await scene.network().setLink("viewer", false);
      await bite();
      await wait(ms);
      await scene.network().setLink("viewer", true);
    },
  });

const addressChanged = (side: Side): Fault =>
  network({
    name: `${side}-address-changed`,
    what: `the ${side}'s address changed`,
    strike: async ({ scene, bite }) => {
      await scene.network().changeAddress(side);
      await bite();
    },
  });

export const NETWORK_FAULTS: readonly Fault[] = [
  network({
    name: "udp-lost",
    what: "UDP between viewer and host lost for 3 s",
    strike: async ({ scene, bite, wait }) => {
      await scene.network().loseUdp(true);
      await bite();
      await wait(UDP_LOST_MS);
      await scene.network().loseUdp(false);
    },
  }),
  linkDown(SHORT_MS),
  linkDown(LONG_MS),
  addressChanged("viewer"),
  addressChanged("host"),
  {
    name: "turn-restarted",
    what: "the TURN server, which is the only path, killed and restarted",
    wishes: { network: "turn" },
    impossible: whyNoNetwork,
    strike: async ({ scene, bite }) => {
      await scene.turn().kill();
      await bite();
      await scene.turn().start();
    },
  },
];
