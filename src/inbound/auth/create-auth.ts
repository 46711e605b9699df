// Creates and connects the objects that authenticate the requests of the SCIM listener.
import type { Clock } from '../../domain/clock.ts';
import type { SourceId } from '../../domain/ids.ts';
import type { Logger } from '../../domain/logger.ts';
import type { SourceTrust } from '../../domain/source.ts';
import type { StagingStore } from '../../store/staging.ts';
import { AccessTokens } from './access-tokens.ts';
import { ClientAssertions } from './client-assertions.ts';
import { BearerAuthentication } from './bearer-authentication.ts';
import { ContactRecorder } from './contact-recorder.ts';
import { EntraTokens } from './entra-tokens.ts';
import { ClientCredentialsGrant } from './client-credentials-grant.ts';
import { KnownSources } from './known-sources.ts';
import { TenantJwks } from './tenant-jwks.ts';
import { LoginThrottle } from './login-throttle.ts';
import { Tokens } from '../../identity/tokens.ts';

/** Dependencies of authentication. */
export interface AuthDeps {
  readonly store: Pick<StagingStore, 'tokens' | 'sources' | 'notes'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Unpredictable bytes: `randomBytes` of node:crypto. */
  readonly randomBytes: (size: number) => Buffer;
  /** Which Entra tokens and assertions each Source accepts besides its own tokens; missing for a Source that accepts none. */
  readonly trusts: Readonly<Record<SourceId, SourceTrust>>;
  /** The setting `silent` of a Source in milliseconds. */
  readonly silentMs: (source: SourceId) => number;
}

/** The objects that authenticate callers. */
export interface Auth {
  readonly tokens: Tokens;
  readonly callers: BearerAuthentication;
  readonly grants: ClientCredentialsGrant;
  readonly loginThrottle: LoginThrottle;
  readonly contact: ContactRecorder;
  /** One sentence per unreachable key server; each blocks clients with tokens from Entra. */
  troubles(): readonly string[];
}

/** Creates the objects of authentication. Does no I/O. */
export function createAuth({ store, clock, log, randomBytes, trusts, silentMs }: AuthDeps): Auth {
  const tokens = new Tokens({ store: store.tokens, clock, randomBytes });
  const accessTokens = new AccessTokens({ notes: store.notes, clock, randomBytes });
  const tenantJwks = new TenantJwks({ clock, log });
  const federations = pick(trusts, 'federation');
  const entraTokens = new EntraTokens({ trusts: pick(trusts, 'entra'), tenantJwks, clock });
  const knownSources = new KnownSources(Object.keys(trusts), store);
  const assertions = new ClientAssertions({ trusts: federations, knownSources, tenantJwks, clock });
  return {
    tokens,
    callers: new BearerAuthentication({ tokens, accessTokens, entraTokens, federations }),
    grants: new ClientCredentialsGrant({ tokens, accessTokens, assertions, knownSources, clock }),
    loginThrottle: new LoginThrottle({ clock }),
    contact: new ContactRecorder({ store, clock, log, silentMs }),
    troubles: () => tenantJwks.troubles(),
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
