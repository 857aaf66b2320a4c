/* From what was found to what stands in the row. */
import type { Row } from "./row.ts";
import type { Aftermath } from "./watch.ts";

export interface Findings {
  readonly film: Aftermath;
  readonly get: Aftermath;
  /** What was shown in place of the right frames, when it went on. */
  readonly wrongFrames: readonly string[];
  /** Bytes of the page's answers that are not the film's. */
  readonly servedWrong: number;
  /** What the film did when it was looked at in the end. */
  readonly filmFault: string | undefined;
  /** Bytes that came and are not the film's. */
  readonly getWrong: number;
  /** Bytes that didn't come. */
  readonly getMissing: number;
  /** How `get` ended though it had gone on. */
  readonly getFault: string | undefined;
}

export function judge(found: Findings): Pick<Row, "survived" | "secondsToRecover" | "bytesWrong" | "word"> {
  const { film, get, wrongFrames, servedWrong, filmFault, getWrong, getMissing, getFault } = found;
  // Who was told that the bytes are gone can't miss them.
  const bytesWrong = servedWrong + getWrong + (get.state === "told" ? 0 : getMissing);
  const faults = [
    ...(film.state === "lost" ? [film.word] : []),
    ...(filmFault === undefined ? [] : [filmFault]),
    ...wrongFrames,
    ...(get.state === "lost" ? [get.word] : []),
    ...(getFault === undefined ? [] : [getFault]),
  ];
  const survived = faults.length === 0 && bytesWrong === 0;
  const secondsToRecover = film.state === "on" && get.state === "on" && survived ? round(Math.max(film.seconds, get.seconds)) : null;
  const told = [...(film.state === "told" ? ["the page"] : []), ...(get.state === "told" ? ["get"] : [])];
  const word = faults.length > 0 ? faults.join("; ") : told.length > 0 ? `told by ${told.join(" and ")}` : undefined;
  return { survived, secondsToRecover, bytesWrong, ...(word === undefined ? {} : { word }) };
}

/** Hundredths: it is looked at ten times a second. */
function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
