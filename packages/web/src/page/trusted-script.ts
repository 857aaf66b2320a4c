/* The page's policy demands Trusted Types: no text becomes code, but for the one address made here. */

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (text: string) => string }): { createScriptURL(text: string): string };
}

/** Must be the name that the policy in index.html allows. */
const POLICY_NAME = "rangecast-worker";
/** At the root, since a worker controls what lies below its own address; so it has no hash in its name. */
const WORKER_SCRIPT = "/sw.js";

/** Address of the worker's script, in the form that `register` takes where Trusted Types are enforced. */
export function workerScript(scope: object): string {
  const types = "trustedTypes" in scope ? (scope.trustedTypes as TrustedTypes) : undefined;
  // The one address there is: whatever is asked for.
  return types ? types.createPolicy(POLICY_NAME, { createScriptURL: () => WORKER_SCRIPT }).createScriptURL("") : WORKER_SCRIPT;
}
