import type { Clock } from '../domain/clock.ts';
import type { SourceId } from '../domain/ids.ts';
import type { Logger } from '../domain/logger.ts';
import type { SourceTrust } from '../domain/source.ts';
import type { Store } from '../store/store.ts';
import { AccessTokens } from './access-tokens.ts';
import { Assertions } from './assertions.ts';
import { Callers } from './callers.ts';
import { ContactBook } from './contact.ts';
import { EntraTokens } from './entra-tokens.ts';
import { Grants } from './grants.ts';
import { KnownSources } from './known-sources.ts';
import { KeyRings } from './key-rings.ts';
import { LoginThrottle } from './login-throttle.ts';
import { Tokens } from './tokens.ts';

/** What authentication works with. */
export interface AuthDeps {
  readonly store: Pick<Store, 'tokens' | 'sources' | 'notes'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Unpredictable bytes: `randomBytes` of node:crypto. */
  readonly randomBytes: (size: number) => Buffer;
  /** Whom each Source trusts beside its own tokens; those that trust nobody else may be missing. */
  readonly trusts: Readonly<Record<SourceId, SourceTrust>>;
  /** The setting `silent` of a Source in milliseconds. */
  readonly silentMs: (source: SourceId) => number;
}

/** Everything that tells who is calling. */
export interface Auth {
  readonly tokens: Tokens;
  readonly callers: Callers;
  readonly grants: Grants;
  readonly loginThrottle: LoginThrottle;
  readonly contact: ContactBook;
  /** Sentences about what hinders callers that trust another than us: key servers that cannot be asked. */
  troubles(): readonly string[];
}

/** Puts authentication together. Reads, writes and fetches nothing yet. */
export function createAuth({ store, clock, log, randomBytes, trusts, silentMs }: AuthDeps): Auth {
  const tokens = new Tokens({ store: store.tokens, clock, randomBytes });
  const accessTokens = new AccessTokens({ notes: store.notes, clock, randomBytes });
  const keyRings = new KeyRings({ clock, log });
  const federations = pick(trusts, 'federation');
  const entraTokens = new EntraTokens({ trusts: pick(trusts, 'entra'), keyRings, clock });
  const knownSources = new KnownSources(Object.keys(trusts), store);
  const assertions = new Assertions({ trusts: federations, knownSources, keyRings, clock });
  return {
    tokens,
    callers: new Callers({ tokens, accessTokens, entraTokens, federations }),
    grants: new Grants({ tokens, accessTokens, assertions, knownSources, clock }),
    loginThrottle: new LoginThrottle({ clock }),
    contact: new ContactBook({ store, clock, log, silentMs }),
    troubles: () => keyRings.troubles(),
  };
}

function pick<K extends keyof SourceTrust>(
  trusts: Readonly<Record<SourceId, SourceTrust>>,
  key: K,
): ReadonlyMap<SourceId, NonNullable<SourceTrust[K]>> {
  return new Map(
    Object.entries(trusts).flatMap(([source, trust]) => {
      const found = trust[key];
      return found === undefined ? [] : [[source, found] as const];
    }),
  );
}
