// What the two halves of the daemon know of each other. Over messages when the outbound half has a thread of its own.
import type { TokenCommands } from '../auth/tokens.ts';
import type { InboundRequests } from '../engine/deps.ts';

/** What the outbound half asks of the inbound half. */
export interface InboundPort extends InboundRequests {
  readonly tokens: TokenCommands;
  /** What hinders callers now, in sentences. */
  troubles(): readonly string[];
  /** The mark that the staging store has in common with the outbound store; see `StorePair`. */
  pairMark(): Promise<string | undefined>;
  setPairMark(mark: string): Promise<void>;
}

/** What the inbound half tells about itself. */
export interface InboundReport {
  /** What keeps the staging store from being written, as a sentence. */
  readonly readOnly?: string;
  readonly troubles: readonly string[];
}

/** What the outbound half tells about itself, in sentences without personal data. */
export interface OutboundReport {
  /** Problems of the files, of the outbound store, and of the half itself. */
  readonly problems: readonly string[];
}

/** The outbound half as the rest of the daemon sees it. */
export interface OutboundPort {
  /** A Source wrote something. */
  changed(): void;
  /** What it said last. */
  report(): OutboundReport;
  /** The address of its TCP listener as HOST:PORT; missing when it has none. */
  readonly adminListens?: string | undefined;
  /** Ends what is in progress. Harmless when called twice. */
  close(): Promise<void>;
}
