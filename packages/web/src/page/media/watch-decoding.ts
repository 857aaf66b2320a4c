/* Checks whether picture and sound are decoded. A media element reports no error for a track that it can't decode as long as it can decode another one. */
import type { Decoded, Decoding } from "./track.ts";

/** Interval between two checks, milliseconds. */
const CHECK_INTERVAL_MS = 250;
/** Seconds that must have played before the result counts. With the interval above, the viewer is told within two seconds. */
const JUDGED_AFTER_S = 1;

/** The part of a media element that is used. For sound, browsers have only non-standard properties. */
export interface WatchedMedia {
  readonly currentTime: number;
  readonly isConnected: boolean;
  readonly videoWidth?: number;
  readonly webkitAudioDecodedByteCount?: number;
  readonly mozHasAudio?: boolean;
  readonly audioTracks?: { readonly length: number };
  getVideoPlaybackQuality?(): { readonly totalVideoFrames: number };
}

/** What the element has decoded so far. */
export function decodingOf(media: WatchedMedia): Decoding {
  return { picture: pictureOf(media), sound: soundOf(media) };
}

function pictureOf(media: WatchedMedia): Decoded {
  if (media.videoWidth === undefined) return "unknown"; // An <audio> element has no picture.
  const frames = media.getVideoPlaybackQuality?.().totalVideoFrames;
  if (frames === undefined) return media.videoWidth > 0 ? "some" : "none";
  return frames > 0 ? "some" : "none";
}

function soundOf({ webkitAudioDecodedByteCount, mozHasAudio, audioTracks }: WatchedMedia): Decoded {
  if (webkitAudioDecodedByteCount !== undefined) return webkitAudioDecodedByteCount > 0 ? "some" : "none";
  if (mozHasAudio !== undefined) return mozHasAudio ? "some" : "none";
  if (audioTracks !== undefined) return audioTracks.length > 0 ? "some" : "none";
  return "unknown";
}

/** Adds up the time that a media element played while the page was visible: browsers decode no picture for a hidden page. */
export class PlayedTime {
  #seconds = 0;
  #last: number | undefined;

  /** Call at each check. @returns whether enough has played to judge */
  add(currentTime: number, visible: boolean): boolean {
    const step = this.#last === undefined ? 0 : currentTime - this.#last;
    this.#last = currentTime;
    // A seek doesn't count as playing.
    if (visible && step > 0) this.#seconds += Math.min(step, (2 * CHECK_INTERVAL_MS) / 1000);
    return visible && this.#seconds >= JUDGED_AFTER_S;
  }
}

/** Reports what is decoded of each source once enough has played, and again when it changes. Stops when the element is removed from the page. */
export function watchDecoding(media: HTMLMediaElement, onChange: (decoding: Decoding) => void): void {
  let played = new PlayedTime();
  let reported: Decoding | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const check = (): void => {
    if (!media.isConnected) return clearInterval(timer);
    if (!played.add(media.currentTime, document.visibilityState === "visible")) return;
    const now = decodingOf(media);
    if (reported?.picture === now.picture && reported.sound === now.sound) return;
    reported = now;
    onChange(now);
  };
  media.addEventListener("emptied", () => {
    played = new PlayedTime();
    reported = undefined;
  });
  media.addEventListener("playing", () => (timer ??= setInterval(check, CHECK_INTERVAL_MS)));
}
