import { LinkError, type LinkErrorReason, parseLink } from "@rangecast/signal";
import { type Check, type CheckResult, fail, pass } from "../check.ts";

const AGAIN = "Copy the whole link again, including everything after #, and put it in quotes.";

const ADVICE: Readonly<Record<LinkErrorReason, string>> = {
  "not-a-link": "Give the link as rangecast share printed it: https://…/s/…#v1.…",
  incomplete: `${AGAIN} Some apps cut off links at #: ask the host to send it another way.`,
  "wrong-version": "Update rangecast on both sides.",
  "bad-secret": AGAIN,
  "bad-share-id": AGAIN,
  "bad-relay": AGAIN,
  "bad-path": AGAIN,
};

/** Parses the link, without using the network. The result does not contain the secret. */
export function linkCheck(text: string): Check {
  return { name: "link", run: async () => readLink(text) };
}

function readLink(text: string): CheckResult {
  try {
    const link = parseLink(text);
    const encoded =
      link.secretInPath === true ? "; its # is encoded as %23, so a browser that opened it sent its key to the server of the page" : "";
    return pass(`complete; its relay is ${link.relay}${encoded}`, { link, relay: link.relay });
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return fail(error.message, ADVICE[error.reason]);
  }
}
