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
  /** Receives the names of attributes that a Source sends and that vestibule.yaml does not declare. */
  readonly undeclared?: Pick<UndeclaredAttributeLog, 'note'>;
  /** Receives the connections of requests with valid credentials; the listener does not close these to make room. */
  readonly authenticated?: AuthenticatedConnections;
  /** The settings of the listener. */
  readonly settings: ScimSettings;
  /** Called by `/readyz`; cheap. */
  ready(): Readiness;
}

/** Settings of the SCIM listener. */
export interface ScimSettings {
  /** As in `server.publicUrl`, without a trailing slash. Default: links contain the address at which the request was received. */
  readonly publicUrl?: string;
  /** Proxies whose `X-Forwarded-…` headers are trusted. Default: none. */
  readonly proxies?: TrustedProxies;
  /** Origins of web pages that can send requests from a browser, such as `https://scimvalidator.microsoft.com`. */
  readonly allowedOrigins: readonly string[];
  /** The path prefix of SCIM, such as `/scim`, with a leading and without a trailing slash. */
  readonly prefix: string;
  readonly pageSizes: PageSizes;
  /** Max size of a body, in bytes. */
  readonly maxBodyBytes: number;
  /** Limits of size and time for a token request, which any client can send. */
  readonly tokenBody: BodyLimits;
}

/** The default settings of a listener: 100 resources per page, max 1,000, and bodies of up to 1 MiB. */
export const defaultScimSettings: ScimSettings = {
  prefix: '/scim',
  allowedOrigins: [],
  pageSizes: { usual: 100, most: 1000 },
  maxBodyBytes: 1024 * 1024,
  tokenBody: { maxBytes: 16 * 1024, maxMs: 5_000 },
};
