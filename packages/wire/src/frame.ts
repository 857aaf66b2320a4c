import {
  type Cancel,
  decodeCancel,
  decodePing,
  decodePong,
  encodeCancel,
  encodePing,
  encodePong,
  type Ping,
  type Pong,
} from "./control.ts";
import { FrameType } from "./frame-type.ts";
import {
  type Close,
  decodeClose,
  decodeOpen,
  decodeOpened,
  encodeClose,
  encodeOpen,
  encodeOpened,
  type Open,
  type Opened,
} from "./handles.ts";
import { decodeGoodbye, encodeGoodbye, type Goodbye } from "./goodbye.ts";
import { decodeHeader } from "./header.ts";
import { decodeHello, encodeHello, type Hello } from "./hello.ts";
import { decodeRangeData, encodeRangeData, type RangeData } from "./range-data.ts";
import { decodeRangeEnd, encodeRangeEnd, type RangeEnd } from "./range-end.ts";
import { decodeRangeReq, encodeRangeReq, type RangeReq } from "./range-req.ts";
import { decodeSeekHint, encodeSeekHint, type SeekHint } from "./seek-hint.ts";
import { WireError } from "./wire-error.ts";

/** One data-channel message. */
export type Frame = Hello | RangeReq | RangeData | RangeEnd | Cancel | Ping | Pong | SeekHint | Goodbye | Open | Opened | Close;

/**
 * Decodes one data-channel message (W-2). The data of RANGE_DATA is a view into `bytes`, not a copy.
 * @throws {WireError} with the reason why the bytes are not a frame
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  const header = decodeHeader(bytes);
  switch (header.type) {
    case FrameType.HELLO:
      return decodeHello(header, bytes);
    case FrameType.RANGE_REQ:
      return decodeRangeReq(header, bytes);
    case FrameType.RANGE_DATA:
      return decodeRangeData(header, bytes);
    case FrameType.RANGE_END:
      return decodeRangeEnd(header, bytes);
    case FrameType.CANCEL:
      return decodeCancel(header);
    case FrameType.PING:
      return decodePing(header);
    case FrameType.PONG:
      return decodePong(header);
    case FrameType.SEEK_HINT:
      return decodeSeekHint(header, bytes);
    case FrameType.GOODBYE:
      return decodeGoodbye(header, bytes);
    case FrameType.OPEN:
      return decodeOpen(header, bytes);
    case FrameType.OPENED:
      return decodeOpened(header, bytes);
    case FrameType.CLOSE:
      return decodeClose(header);
    default:
      throw new WireError("unknown-type", `unknown type 0x${header.type.toString(16).padStart(2, "0")}`);
  }
}

/** Encodes a frame as one data-channel message. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  switch (frame.type) {
    case "hello":
      return encodeHello(frame);
    case "range-req":
      return encodeRangeReq(frame);
    case "range-data":
      return encodeRangeData(frame);
    case "range-end":
      return encodeRangeEnd(frame);
    case "cancel":
      return encodeCancel(frame);
    case "ping":
      return encodePing(frame);
    case "pong":
      return encodePong(frame);
    case "seek-hint":
      return encodeSeekHint(frame);
    case "goodbye":
      return encodeGoodbye(frame);
    case "open":
      return encodeOpen(frame);
    case "opened":
      return encodeOpened(frame);
    case "close":
      return encodeClose(frame);
  }
}
