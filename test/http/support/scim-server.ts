import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import * as http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createAuth } from '../../../src/inbound/auth/create-auth.ts';
import type { LoginThrottle } from '../../../src/inbound/auth/login-throttle.ts';
import type { Tokens } from '../../../src/identity/tokens.ts';
import { silentLogger, type LogFields, type Logger } from '../../../src/domain/logger.ts';
import { createScimApp } from '../../../src/inbound/scim/scim-app.ts';
import { defaultScimSettings, type ScimDeps, type ScimSettings } from '../../../src/inbound/scim/scim-deps.ts';
import type { Readiness } from '../../../src/http/health-endpoints.ts';
import type { SourceTrust } from '../../../src/domain/source.ts';
import type { AuthenticatedConnections } from '../../../src/http/limits/connection-limiter.ts';
import { listen, type ListenOptions } from '../../../src/http/server.ts';
import { compileSchemas } from '../../../src/scim/schema/compile-schemas.ts';
import { defineAttribute, type AttributeDefinition } from '../../../src/scim/schema/definition.ts';
import type { SourceStore } from '../../../src/store/staging.ts';
import { openJoined, type Store } from '../../support/stores.ts';
import { TestClock } from '../../support/test-clock.ts';
import { exchange, type Answer, type Sent } from './exchange.ts';

/** A real SCIM listener with a real store in a temporary file; everything is removed at the end of the test. */
export interface ScimServer {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly tokens: Tokens;
  readonly loginThrottle: LoginThrottle;
  readonly store: Store;
  readonly clock: TestClock;
  readonly logged: readonly { readonly level: string; readonly fields: LogFields; readonly message: string }[];
  /** `path` is appended to `/scim`. The token is sent unless `authorization` is given; an empty header is not sent. */
  request(method: string, path: string, sent?: Sent): Promise<Answer>;
}

/** Options of `openServer`. */
export interface ScimServerOptions {
  readonly settings?: Partial<ScimSettings>;
  /** The limits of the listener, and the proxies that it trusts. */
  readonly listen?: Pick<ListenOptions, 'limits' | 'trustedProxies'>;
  readonly ready?: () => Readiness;
  /** The issuers that Sources trust in addition to their own tokens. */
  readonly trusts?: Readonly<Record<string, SourceTrust>>;
  /** Attributes of the extension in addition to its badge number. */
  readonly attributes?: readonly AttributeDefinition[];
  /** Wraps the store for the handlers. */
  readonly wrapStore?: (store: Store) => ScimDeps['store'];
  /**
   * Receives the function that stops the server, for a server that several tests share. Without it, the server stops at the end of the
   * test.
   */
  readonly onEnd?: (end: () => Promise<void>) => void;
}

/** An extension, as declared by `attributes` in `vestibule.yaml`. */
export const contosoUrn = 'urn:ietf:params:scim:schemas:extension:contoso:2.0:User';

/** Starts a server with one token. */
export async function startScimServer(options: ScimServerOptions = {}): Promise<ScimServer> {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-scim-'));
  const clock = new TestClock();
  const attributes = [defineAttribute('badgeNumber', 'Badge.'), ...(options.attributes ?? [])];
  const schemas = compileSchemas([
    { resourceType: 'User', schema: { id: contosoUrn, name: 'Contoso', description: 'Contoso', attributes } },
  ]);
  const store = await openJoined({ folder: folder, clock, log: silentLogger, schemas });
  const logged: { level: string; fields: LogFields; message: string }[] = [];
  const log = recordingLogger(logged);
  const auth = createAuth({ store, clock, log, randomBytes, trusts: options.trusts ?? {}, silentMs: () => 259_200_000 });
  const { tokens } = auth;
  const authenticated: AuthenticatedConnections = new WeakSet();
  const app = createScimApp({
    authenticated,
    store: options.wrapStore?.(store) ?? store,
    schemas,
    auth,
    clock,
    log,
    settings: { ...defaultScimSettings, ...options.settings },
    ready: options.ready ?? (() => ({ ok: true, problems: [] })),
  });
  const listening = await listen(app, { address: '127.0.0.1', port: 0, authenticated, ...options.listen });
  const { text: token } = await tokens.create({ label: 'test' });
  const agent = new http.Agent({ keepAlive: true });
  const end = async () => {
    agent.destroy();
    await listening.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  };
  if (options.onEnd) options.onEnd(end);
  else onTestFinished(end);
  const url = `http://127.0.0.1:${listening.port}`;
  return {
    url,
    port: listening.port,
    token,
    tokens,
    loginThrottle: auth.loginThrottle,
    store,
    clock,
    logged,
    request: (method, path, sent = {}) => exchange(agent, method, `${url}/scim${path}`, withToken(sent, token)),
  };
}

/** A SourceStore with some methods for users or groups replaced. */
export function withParts(source: SourceStore, parts: Partial<Pick<SourceStore, 'users' | 'groups'>>): SourceStore {
  const { users, groups } = source;
  return {
    users,
    groups,
    reserveId: () => source.reserveId(),
    createTogether: (...write) => source.createTogether(...write),
    ...parts,
  };
}

function withToken(sent: Sent, token: string): Sent {
  const type = sent.body === undefined ? {} : { 'content-type': 'application/scim+json; charset=utf-8' };
  const entries = Object.entries({ authorization: `Bearer ${token}`, ...type, ...sent.headers });
  return { ...sent, headers: Object.fromEntries(entries.filter(([, value]) => value !== '')) };
}

function recordingLogger(lines: { level: string; fields: LogFields; message: string }[]): Logger {
  const at = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message });
  const log: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log };
  return log;
}
