/*
 * Whether picture and sound come out of what plays. A media element reports no error for a track that it can't decode as long as it can decode another one.
 */
import type { Decoded, Decoding } from "./track.ts";

/** Time between two looks, milliseconds. */
const LOOK_MS = 250;
/** How much must have played before nothing decoded means anything, seconds. With a look's delay that is well within two seconds. */
const JUDGED_AFTER_S = 1;

/** What is used of a media element. The properties without a standard are what browsers tell of sound by. */
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
  if (media.videoWidth === undefined) return "unknown"; // An <audio> shows none.
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

/** Adds up how long something played while the page could be seen: browsers decode no picture for a hidden page. */
export class PlayedTime {
  #seconds = 0;
  #last: number | undefined;

  /** To be called at each look. @returns whether enough has played to judge */
  look(currentTime: number, visible: boolean): boolean {
    const step = this.#last === undefined ? 0 : currentTime - this.#last;
    this.#last = currentTime;
    // A seek is no playing.
    if (visible && step > 0) this.#seconds += Math.min(step, (2 * LOOK_MS) / 1000);
    return visible && this.#seconds >= JUDGED_AFTER_S;
  }
}

/** Tells what is decoded of the element's media once enough has played, and each time that it changes; ends with the element. */
export function watchDecoding(media: HTMLMediaElement, onChange: (decoding: Decoding) => void): void {
  const played = new PlayedTime();
  let told: Decoding | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const look = (): void => {
    if (!media.isConnected) return clearInterval(timer);
    if (!played.look(media.currentTime, document.visibilityState === "visible")) return;
    const now = decodingOf(media);
    if (told?.picture === now.picture && told.sound === now.sound) return;
    told = now;
    onChange(now);
  };
  media.addEventListener("playing", () => (timer ??= setInterval(look, LOOK_MS)));
}
