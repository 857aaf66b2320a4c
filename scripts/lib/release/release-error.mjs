/** A failure that the person who releases can do something about: one or more sentences that say what. */
export class ReleaseError extends Error {
  name = "ReleaseError";
}
