// The dependencies and settings of the SCIM app.
import type { Auth } from '../auth/create-auth.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Logger } from '../../domain/logger.ts';
import type { Schemas } from '../../scim/schema/compile-schemas.ts';
import type { PageSizes } from '../staging/search.ts';
import type { UndeclaredAttributeLog } from '../staging/undeclared-attribute-log.ts';
import type { StagingStore } from '../../store/staging.ts';
import type { Readiness } from '../../http/health-endpoints.ts';
import type { BodyLimits } from '../../http/read-body.ts';
import type { AuthenticatedConnections } from '../../http/limits/connection-limiter.ts';
import type { TrustedProxies } from '../../http/trusted-proxies.ts';

/** Dependencies of the SCIM listener; `daemon/` builds them. */
export interface ScimDeps {
  readonly store: Pick<StagingStore, 'of'>;
  readonly schemas: Schemas;
  readonly auth: Pick<Auth, 'callers' | 'grants' | 'loginThrottle' | 'contact'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called with attributes that a Source sends and vestibule.yaml does not declare. */
  readonly undeclared?: Pick<UndeclaredAttributeLog, 'note'>;
  /** Where connections are noted whose requests showed valid credentials; the listener keeps these when it closes others. */
  readonly authenticated?: AuthenticatedConnections;
  /** The settings that matter here. */
  readonly settings: ScimSettings;
  /** Called by `/readyz`; cheap. */
  ready(): Readiness;
}

/** Settings of the SCIM listener. */
export interface ScimSettings {
  /** As in `server.publicUrl`, without a slash at its end. Missing: links name the address that the request came in at. */
  readonly publicUrl?: string;
  /** Proxies whose `X-Forwarded-…` headers are trusted. Missing: none. */
  readonly proxies?: TrustedProxies;
  /** Origins of web pages that may call from a browser, such as `https://scimvalidator.microsoft.com`. */
  readonly allowedOrigins: readonly string[];
  /** Where SCIM begins; `/scim`. Begins with a slash, none at its end. */
  readonly prefix: string;
  readonly pageSizes: PageSizes;
  /** Largest body, in bytes. */
  readonly maxBodyBytes: number;
  /** The same for a request for an access token, which any client can send, and how long it may take to arrive in milliseconds. */
  readonly tokenBody: BodyLimits;
}

/** The default settings of a listener: 100 resources in a page, 1,000 at most, bodies of up to 1 MiB. */
export const defaultScimSettings: ScimSettings = {
  prefix: '/scim',
  allowedOrigins: [],
  pageSizes: { usual: 100, most: 1000 },
  maxBodyBytes: 1024 * 1024,
  tokenBody: { maxBytes: 16 * 1024, maxMs: 5_000 },
};
