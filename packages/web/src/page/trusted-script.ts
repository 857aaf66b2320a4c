/* The page's policy demands Trusted Types: no text becomes code, but for the addresses made here. */

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (text: string) => string }): { createScriptURL(text: string): string };
}

/** Must be the name that the policy in index.html allows. */
const POLICY_NAME = "rangecast-worker";
/** In the page's own folder, since a worker controls what lies below its own address; so it has no hash in its name. */
const SERVICE_WORKER = "sw.js";

/** Addresses of scripts, in the form that `register` and `Worker` take where Trusted Types are enforced. */
export interface TrustedScripts {
  readonly serviceWorker: string;
  readonly engine: string;
}

/**
 * To be called once a page.
 * @param base path of the page's folder, with a slash at the end
 * @param engine address of the engine's script, as the build names it
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
