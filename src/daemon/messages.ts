// The messages between the inbound half in the main thread and the outbound half in a worker thread.
import type { ErrorBody } from '../admin/error-body.ts';
import type { ListenAddress } from '../config/address.ts';
import type { DaemonConfig } from '../config/daemon-config.ts';
import type { TargetName } from '../domain/ids.ts';
import type { SiteFolders } from './folders.ts';
import type { InboundReport, OutboundReport } from './ports.ts';

/** The start parameters of a worker. */
export interface WorkerOptions {
  readonly folders: SiteFolders;
  readonly config: DaemonConfig;
  readonly adminListen?: ListenAddress;
  readonly tenantUrl: string;
  /** Targets that are paused before anything is done for them: they brought the half down several times. */
  readonly paused: readonly PausedTarget[];
  /** Memory of a `Heartbeat`. */
  readonly heartbeat: SharedArrayBuffer;
  readonly inbound: InboundReport;
}

/** A Target that is to be paused, and why: a sentence. */
export interface PausedTarget {
  readonly target: TargetName;
  readonly why: string;
}

/** The requests of the outbound half by name. */
export type RequestName = 'pruneChanges' | 'pairMark' | 'setPairMark' | 'createToken' | 'listTokens' | 'extendToken' | 'revokeToken';

/** From the main thread. `changed` says nothing about who: losing one costs time. */
export type ToOutbound =
  | { readonly is: 'changed' }
  | { readonly is: 'inbound'; readonly report: InboundReport }
  | { readonly is: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly is: 'refusal'; readonly id: number; readonly error: ErrorBody }
  | { readonly is: 'stop' };

/** From the worker. */
export type ToInbound =
  | { readonly is: 'ready'; readonly adminListens?: string }
  | { readonly is: 'report'; readonly report: OutboundReport }
  | { readonly is: 'request'; readonly id: number; readonly name: RequestName; readonly args: readonly unknown[] };
