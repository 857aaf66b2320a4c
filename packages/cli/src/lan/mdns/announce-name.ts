import type { RemoteInfo } from "node:dgram";
import { createDeferred, within } from "@rangecast/base";
import makeMdns from "multicast-dns";
import type { Logger } from "../../output/logger.ts";
import { type ClaimState, type MdnsPacket, NameClaim, type NameClaimOptions } from "./name-claim.ts";

/** The port of mDNS; a query from another one comes from a simple resolver (RFC 6762, 6.7). */
const MDNS_PORT = 5353;
/** How long to wait for the result of the claim, milliseconds: it takes 0.75 s, or 1 s more if another machine claims the name at the same time. */
const CLAIM_MS = 2500;
/** How long to wait until the goodbye is sent, milliseconds. */
const GOODBYE_MS = 500;

export interface AnnouncedName {
  /** Whether the name leads to this machine. */
  readonly owned: boolean;
  /** Withdraws the name. */
  close(): Promise<void>;
}

/** The part of multicast-dns that is used: its types lack the event for packets, and the types of some records. */
interface Mdns {
  on(event: "packet", listener: (packet: MdnsPacket, from: RemoteInfo) => void): void;
  on(event: "warning" | "error", listener: (error: Error) => void): void;
  once(event: "ready", listener: () => void): void;
  query(packet: MdnsPacket): void;
  /** @param to null: everybody */
  respond(packet: MdnsPacket, to?: RemoteInfo | null, sent?: () => void): void;
  destroy(destroyed: () => void): void;
}

/** Announces a name for an address, in the network of that address. A network or a system that doesn't allow it is no failure: the name is not owned then. */
export async function announceName(options: NameClaimOptions, logger: Logger): Promise<AnnouncedName> {
  const { address } = options;
  const claim = new NameClaim(options, performance.now());
  const settled = createDeferred<void>();
  // Bound to all addresses, since a socket that is bound to one of them gets no multicast on Linux; it sends and joins the group only there.
  const mdns = makeMdns({ interface: address, bind: "0.0.0.0" }) as unknown as Mdns;
  let timer: NodeJS.Timeout | undefined;
  let reported: ClaimState = "probing";
  const step = (): void => {
    clearTimeout(timer);
    const packet = claim.poll(performance.now());
    if (packet?.type === "query") mdns.query(packet);
    else if (packet !== undefined) mdns.respond(packet);
    if (claim.state !== reported) {
      reported = claim.state;
      logger.debug("mDNS", { name: options.name, state: reported });
    }
    if (claim.state !== "probing") settled.resolve();
    const at = claim.deadline();
    if (at !== undefined) timer = setTimeout(step, Math.max(0, at - performance.now()));
  };
  mdns.on("packet", (packet, from) => {
    const legacy = from.port !== MDNS_PORT;
    const response = claim.receive(packet, legacy, performance.now());
    if (response !== undefined) mdns.respond(response, legacy ? from : null);
    step();
  });
  mdns.on("warning", (error) => logger.debug("an mDNS packet can't be used", { error }));
  mdns.on("error", (error) => {
    logger.debug("mDNS can't be used", { error });
    claim.goodbye();
    settled.resolve();
  });
  mdns.once("ready", step);
  await within(CLAIM_MS, settled.promise);
  return {
    get owned() {
      return claim.state === "owned";
    },
    close: async () => {
      clearTimeout(timer);
      const goodbye = claim.goodbye();
      if (goodbye !== undefined) await within(GOODBYE_MS, new Promise<void>((resolve) => mdns.respond(goodbye, null, () => resolve())));
      await new Promise<void>((resolve) => mdns.destroy(resolve));
    },
  };
}
