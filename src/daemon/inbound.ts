// The inbound half of the daemon: the staging store, who is calling, and the SCIM listener.
import { randomBytes } from 'node:crypto';
import { createAuth, type Auth } from '../inbound/auth/create-auth.ts';
import { showListen } from '../config/address.ts';
import { sourceConfig, type DaemonConfig } from '../config/daemon-config.ts';
import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../domain/logger.ts';
import type { StagingStore } from '../store/staging.ts';
import type { InboundPort, InboundReport } from './ports.ts';

/** The note with the mark of the pair of stores. */
const pairNote = 'pair';

/** What an {@link Inbound} is made of. */
export interface InboundParts {
  readonly staging: StagingStore;
  readonly config: DaemonConfig;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Everything that Entra reaches, but the listener itself. Imports nothing that reaches Targets. */
export class Inbound {
  readonly staging: StagingStore;
  readonly config: DaemonConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly auth: Auth;

  constructor({ staging, config, clock, log }: InboundParts) {
    this.staging = staging;
    this.config = config;
    this.clock = clock;
    this.log = log;
    this.auth = createAuth({
      store: staging,
      clock,
      log,
      randomBytes,
      trusts: config.sources,
      silentMs: (source) => sourceConfig(config, source).silentMs,
    });
  }

  /** The requests that the outbound half can send. */
  get port(): InboundPort {
    const { staging, auth } = this;
    return {
      tokens: auth.tokens,
      troubles: () => auth.troubles(),
      readOnly: () => staging.readOnly(),
      pruneChanges: (upTo, limit) => staging.pruneChanges(upTo, limit),
      pairMark: () => staging.notes.get(pairNote),
      setPairMark: (mark) => staging.notes.set(pairNote, mark),
    };
  }

  report(): InboundReport {
    const readOnly = this.staging.readOnly();
    return { troubles: this.auth.troubles(), ...(readOnly !== undefined && { readOnly }) };
  }

  /** Releases requests that wait, so that the listener can close. */
  letGo(): void {
    this.auth.loginThrottle.releaseAll();
  }

  /** The tenant URL for the Entra portal. Without `publicUrl` it is the address of the listener. */
  tenantUrl(port = this.config.scim.listen.port): string {
    const { publicUrl, scim } = this.config;
    return `${publicUrl ?? `${scim.tls === undefined ? 'http' : 'https'}://${showListen({ ...scim.listen, port })}`}/scim`;
  }
}
