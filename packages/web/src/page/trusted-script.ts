/* The page's policy requires Trusted Types. Only the script URLs made here are accepted. */

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (text: string) => string }): { createScriptURL(text: string): string };
}

/** The name that the policy in index.html allows. */
const POLICY_NAME = "rangecast-worker";
/** In the page's own folder, because a service worker controls what is below its own URL. Browsers look for updates at that URL, so it has no hash. */
const SERVICE_WORKER = "sw.js";

/** Script URLs in the form that `register` and `Worker` accept when Trusted Types are enforced. */
export interface TrustedScripts {
  readonly serviceWorker: string;
  readonly engine: string;
}

/**
 * Call once: the policy allows each name only once.
 * @param base path of the page's folder, with a slash at the end
 * @param engine URL of the engine's script, as the build names it
 */
export function trustedScripts(scope: object, base: string, engine: string): TrustedScripts {
  const serviceWorker = base + SERVICE_WORKER;
  const types = "trustedTypes" in scope ? (scope.trustedTypes as TrustedTypes) : undefined;
  const known = new Set([serviceWorker, engine]);
  const createScriptURL = (text: string): string => {
    if (!known.has(text)) throw new TypeError(`not a script of this page: ${text}`);
    return text;
  };
  const policy = types?.createPolicy(POLICY_NAME, { createScriptURL }) ?? { createScriptURL };
  return { serviceWorker: policy.createScriptURL(serviceWorker), engine: policy.createScriptURL(engine) };
}
