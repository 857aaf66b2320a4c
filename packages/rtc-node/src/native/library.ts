import { createRequire } from "node:module";

import type * as NodeDatachannel from "node-datachannel";

import { RtcNodeError } from "../rtc-node-error.ts";

const load = createRequire(import.meta.url);
let library: typeof NodeDatachannel | undefined;

/**
 * libdatachannel, loaded with the first native connection: an optional dependency, native code that not every platform has.
 * @throws {RtcNodeError} `native-missing`
 */
export function nativeLibrary(): typeof NodeDatachannel {
  try {
    library ??= load("node-datachannel") as typeof NodeDatachannel;
    return library;
  } catch (error) {
    const text = "the native transport can't be loaded: install node-datachannel, or unset RANGECAST_TRANSPORT to use the own transport";
    throw new RtcNodeError("native-missing", text, { cause: error });
  }
}
