import { expect, it } from "vitest";
import type { OpenTunnel } from "../tunnel/open-tunnel.ts";
import { createTunnelEvents } from "./tunnel-events.ts";

const REST = `/s/${"A".repeat(22)}#v1.${"A".repeat(43)}`;

it("names the link at the tunnel's address, and whether it is another one", () => {
  const back = (address: string) => ({ type: "back", tunnel: { address } as OpenTunnel }) as const;
  const eventOf = createTunnelEvents(`http://127.0.0.1:7264${REST}`, "https://a.example");
  expect(eventOf({ type: "gone", why: "it ended" })).toEqual({ event: "tunnel-offline", message: "it ended" });
  const [same, other, otherAgain] = [
    eventOf(back("https://a.example")),
    eventOf(back("https://b.example")),
    eventOf(back("https://b.example")),
  ];
  expect(same).toEqual({ event: "tunnel-online", address: "https://a.example", link: `https://a.example${REST}`, changed: false });
  expect(other).toMatchObject({ link: `https://b.example${REST}`, changed: true });
  expect(otherAgain).toMatchObject({ changed: false });
});
