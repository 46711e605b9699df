// The messages between the inbound half in the main process and the outbound half in its child process.
import type { ErrorBody } from '../admin/error-body.ts';
import type { ListenAddress } from '../config/address.ts';
import type { DaemonConfig } from '../config/daemon-config.ts';
import type { TargetName } from '../domain/ids.ts';
import type { SiteFolders } from './folders.ts';
import type { InboundReport, OutboundReport } from './ports.ts';

/** The start parameters of the outbound process. */
export interface OutboundOptions {
  readonly folders: SiteFolders;
  readonly config: DaemonConfig;
  readonly adminListen?: ListenAddress;
  readonly tenantUrl: string;
  /** Targets to pause before any work for them, because the process ended several times in a row during work for them. */
  readonly paused: readonly PausedTarget[];
  readonly inbound: InboundReport;
}

/** A Target that must be paused, and the reason as a sentence. */
export interface PausedTarget {
  readonly target: TargetName;
  readonly why: string;
}

/** The requests of the outbound half by name. */
export type RequestName = 'pruneChanges' | 'pairMark' | 'setPairMark' | 'createToken' | 'listTokens' | 'extendToken' | 'revokeToken';

/** From the main process. `start` is the first one. `changed` names no person: a lost one delays planning, and loses nothing. */
export type ToOutbound =
  | { readonly is: 'start'; readonly options: OutboundOptions }
  | { readonly is: 'changed' }
  | { readonly is: 'inbound'; readonly report: InboundReport }
  | { readonly is: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly is: 'refusal'; readonly id: number; readonly error: ErrorBody }
  | { readonly is: 'stop' };

/** State of the outbound process: its heartbeat, the Target in progress, and why it is about to end. */
export type StateMessage =
  { readonly is: 'alive' } | { readonly is: 'works'; readonly target: TargetName } | { readonly is: 'failed'; readonly why: string };

/** From the outbound half. */
export type HalfMessage =
  | { readonly is: 'ready'; readonly adminListens?: string }
  | { readonly is: 'report'; readonly report: OutboundReport }
  | { readonly is: 'request'; readonly id: number; readonly name: RequestName; readonly args: readonly unknown[] };

/** From the outbound process. */
export type ToInbound = StateMessage | HalfMessage;
