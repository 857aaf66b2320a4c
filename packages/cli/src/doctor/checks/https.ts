import { isLoopbackHost } from "../../serve/listen-host.ts";
import { type Check, pass, skip, warn } from "../check.ts";

/** Browsers give a page what it needs by https alone, or on this very computer. */
export const httpsCheck: Check = {
  name: "https",
  deadlineMs: 1000,
  lateAdvice: "Give the relay a certificate.",
  run: async ({ relay }) => {
    if (relay === undefined) return skip("the relay's address is not known");
    const { protocol, hostname } = new URL(relay);
    if (protocol === "https:") return pass("the relay is reached by https");
    if (isLoopbackHost(hostname)) return pass("http, which browsers allow on this very computer, and nowhere else");
    return warn(
      `${relay} is plain http: browsers on other computers refuse to play or save from it`,
      "Give the relay --tls-cert and --tls-key, or put a proxy with https in front and name it by --origin.",
    );
  },
};
