/*
 * An SCTP association (RFC 9260) for data channels (RFC 8831) and other carriers, as a state machine without I/O: see README.md.
 */
export { Association, type SendOptions } from "./association/association.ts";
export type { AssociationState } from "./association/core.ts";
export type { AssociationEnd, AssociationEvents, AssociationOptions, AssociationStats, EndReason } from "./association/options.ts";
export type { Message } from "./receiving/assembly.ts";
export type { QueueMeter } from "./sending/out-chunk.ts";
export type { Authenticate } from "./association/state-cookie.ts";
export type { AckSample, CongestionController } from "./congestion/controller.ts";
export { ModelBased, type ModelBasedOptions } from "./congestion/model-based.ts";
export { NewReno } from "./congestion/new-reno.ts";
export * from "./data-channel/dcep.ts";
export type { ChannelCloseReason, ChannelState } from "./data-channel/channel-core.ts";
export { DataChannelError, type DataChannelErrorReason } from "./data-channel/channel-error.ts";
export type { ChannelOptions } from "./data-channel/channel-options.ts";
export type { ChannelRole } from "./data-channel/channel-table.ts";
export type { DataChannelsEvents, DataChannelsOptions } from "./data-channel/channels-options.ts";
export type { DataChannel } from "./data-channel/data-channel.ts";
export { DataChannels } from "./data-channel/data-channels.ts";
export type { ChannelData } from "./data-channel/user-message.ts";
