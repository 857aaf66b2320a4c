import { networkInterfaces } from "node:os";

/** This computer's addresses beyond loopback, IPv4 first: it is the one that people can read out, and that every network has. */
export function localAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const outward = all.filter(({ internal, address }) => !internal && !address.toLowerCase().startsWith("fe80:"));
  return [...outward.filter(({ family }) => family === "IPv4"), ...outward.filter(({ family }) => family === "IPv6")].map(
    ({ address }) => address,
  );
}
