/*
 * An SCTP association (RFC 9260) for data channels (RFC 8831) and other carriers, as a state machine without I/O: see README.md.
 */
export { Association } from "./association/association.ts";
export type { AssociationState } from "./association/core.ts";
export type { AssociationEnd, AssociationEvents, AssociationOptions, AssociationStats, EndReason } from "./association/options.ts";
export type { Message } from "./receiving/reassembly.ts";
export type { Authenticate } from "./association/state-cookie.ts";
export type { AckSample, CongestionController } from "./congestion/controller.ts";
export { ModelBased, type ModelBasedOptions } from "./congestion/model-based.ts";
export { NewReno } from "./congestion/new-reno.ts";
export * from "./data-channel/dcep.ts";
