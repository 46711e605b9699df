// The interfaces between the two halves of the daemon; between two processes they are implemented by messages.
import type { TokenCommands } from '../identity/tokens.ts';
import type { InboundRequests } from '../outbound/engine/deps.ts';

/** The inbound half as the outbound half sees it. */
export interface InboundPort extends InboundRequests {
  readonly tokens: TokenCommands;
  /** What hinders callers now, in sentences. */
  troubles(): readonly string[];
  /** The mark that the staging store has in common with the outbound store; see `StorePair`. */
  pairMark(): Promise<string | undefined>;
  setPairMark(mark: string): Promise<void>;
}

/** Status of the inbound half. */
export interface InboundReport {
  /** What keeps the staging store from being written, as a sentence. */
  readonly readOnly?: string;
  readonly troubles: readonly string[];
}

/** Status of the outbound half, in sentences without personal data. */
export interface OutboundReport {
  /** Problems of the files, of the outbound store, and of the half itself. */
  readonly problems: readonly string[];
}

/** The outbound half as the rest of the daemon sees it. */
export interface OutboundPort {
  /** A Source wrote something. */
  changed(): void;
  /** Its last status. */
  report(): OutboundReport;
  /** The address of its TCP listener as HOST:PORT; missing when it has none. */
  readonly adminListens?: string | undefined;
  /** Stops the work in progress. Can be called twice. */
  close(): Promise<void>;
}
