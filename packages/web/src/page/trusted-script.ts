/* The page's policy demands Trusted Types: no text becomes code, but for the addresses made here. */

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (text: string) => string }): { createScriptURL(text: string): string };
}

/** Must be the name that the policy in index.html allows. */
const POLICY_NAME = "rangecast-worker";
/** At the root, since a worker controls what lies below its own address; so it has no hash in its name. */
const SERVICE_WORKER = "/sw.js";

/** Addresses of scripts, in the form that `register` and `Worker` take where Trusted Types are enforced. */
export interface TrustedScripts {
  readonly serviceWorker: string;
  readonly engine: string;
}

/** To be called once a page. @param engine address of the engine's script, as the build names it */
export function trustedScripts(scope: object, engine: string): TrustedScripts {
  const types = "trustedTypes" in scope ? (scope.trustedTypes as TrustedTypes) : undefined;
  const known = new Set([SERVICE_WORKER, engine]);
  const createScriptURL = (text: string): string => {
    if (!known.has(text)) throw new TypeError(`not a script of this page: ${text}`);
    return text;
  };
  const policy = types?.createPolicy(POLICY_NAME, { createScriptURL }) ?? { createScriptURL };
  return { serviceWorker: policy.createScriptURL(SERVICE_WORKER), engine: policy.createScriptURL(engine) };
}
