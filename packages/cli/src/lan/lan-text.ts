/** What the user is told about an address in the local network. */
import { isLocalNetworkHost, isLoopbackHost } from "../serve/listen-host.ts";

/** What is protected and what isn't, one or two sentences each. */
export function lanNotices(address: string): string[] {
  const outside =
    isLocalNetworkHost(address) || isLoopbackHost(address)
      ? []
      : [`${address} is not a private address: if no firewall prevents it, the file can also be fetched from the internet.`];
  return [
    "In this network the file is not encrypted: anyone who can listen in, as in an open Wi-Fi, can see it and its address, and anyone who has the address can open it.",
    "The address can't be guessed, tells nothing about the link, and stops working with this command.",
    ...outside,
  ];
}
