/** A requirement that the browser, or the page's own address, doesn't meet. */
export type Unsupported = "insecure" | "no-webrtc" | "no-worker" | "old-browser";

/** The part of a window that is checked. */
export interface Surroundings {
  readonly isSecureContext: boolean;
  readonly RTCPeerConnection?: unknown;
  readonly navigator: { readonly serviceWorker?: unknown; readonly locks?: unknown };
  readonly crypto?: { readonly subtle?: unknown };
}

/** Undefined if nothing is missing. `insecure` comes first: it is the reason why an insecure page lacks nearly everything else. */
export function findMissingFeature(scope: Surroundings): Unsupported | undefined {
  if (!scope.isSecureContext) return "insecure";
  if (!scope.RTCPeerConnection) return "no-webrtc";
  if (!scope.navigator.serviceWorker) return "no-worker";
  if (!scope.navigator.locks || !scope.crypto?.subtle) return "old-browser";
  return undefined;
}
