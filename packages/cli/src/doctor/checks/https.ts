import { isLoopbackHost } from "../../serve/listen-host.ts";
import { type Check, pass, skip, warn } from "../check.ts";

/** Checks that browsers accept the relay: a page needs https, or http on the same computer. */
export const httpsCheck: Check = {
  name: "https",
  run: async ({ relay }) => {
    if (relay === undefined) return skip("the relay's address is not known");
    const { protocol, hostname } = new URL(relay);
    if (protocol === "https:") return pass("the relay uses https");
    if (isLoopbackHost(hostname)) return pass("the relay uses http, which browsers allow only on the same computer");
    return warn(
      `${relay} uses plain http: browsers on other computers refuse to play or save from it`,
      "Start the relay with --tls-cert and --tls-key, or with --origin behind a proxy that uses https.",
    );
  },
};
