// The dependencies of the outbound half.
import type { DaemonConfig } from '../config/daemon-config.ts';
import type { Clock } from '../domain/clock.ts';
import type { TargetName } from '../domain/ids.ts';
import type { Logger } from '../domain/logger.ts';
import type { OutboundStore } from '../store/outbound.ts';
import type { StagingReader } from '../store/staging.ts';
import type { SiteFolders } from './folders.ts';
import type { InboundPort } from './ports.ts';

/** The dependencies of an `Outbound`. */
export interface OutboundParts {
  readonly folders: SiteFolders;
  /** The daemon's configuration in force. */
  readonly config: DaemonConfig;
  readonly store: OutboundStore;
  readonly reader: StagingReader;
  readonly inbound: InboundPort;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes the secrets that are resolved, so that the log hides them. */
  readonly secrets: Set<string>;
  /** Called with the Target before each piece of work. Optional. */
  readonly atWork?: (target: TargetName) => void;
}
