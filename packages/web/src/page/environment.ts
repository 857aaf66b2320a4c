/** What a browser, or the address that the page came from, lacks. */
export type Unsupported = "insecure" | "no-webrtc" | "no-worker" | "old-browser";

/** The part of a window that tells. */
export interface Surroundings {
  readonly isSecureContext: boolean;
  readonly RTCPeerConnection?: unknown;
  readonly navigator: { readonly serviceWorker?: unknown; readonly locks?: unknown };
  readonly crypto?: { readonly subtle?: unknown };
}

/** Undefined where all is there. The most telling lack comes first: an insecure page lacks nearly everything, for that one reason. */
export function findMissingFeature(scope: Surroundings): Unsupported | undefined {
  if (!scope.isSecureContext) return "insecure";
  if (!scope.RTCPeerConnection) return "no-webrtc";
  if (!scope.navigator.serviceWorker) return "no-worker";
  if (!scope.navigator.locks || !scope.crypto?.subtle) return "old-browser";
  return undefined;
}
