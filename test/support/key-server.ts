import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import type { EntraTrust, FederationTrust } from '../../src/domain/source.ts';

/** Ids in Entra's format. */
export const tenantId = '11111111-2222-3333-4444-555555555555';
export const audienceId = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621';
export const appId = '00000014-0000-0000-c000-000000000000';
export const principalId = '99999999-8888-7777-6666-555555555555';

/** The claims of a token; the value `undefined` omits a claim. */
export type ClaimsToSign = Readonly<Record<string, unknown>>;

/** A key with its id. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Creates an RSA key. This is slow, so create one per test file. */
export function makeKey(kid: string, modulusLength = 2048): SigningKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength }) };
}

/** The behaviour of the key server: correct, with errors, without a response, with garbage, or with a redirect. */
export type KeyServerMood = 'well' | 'down' | 'silent' | 'huge' | 'garbage' | 'moved';

/** A simulated login.microsoftonline.com: discovery documents and keys of any tenant, over real HTTP. */
export interface KeyServer {
  readonly authority: string;
  /** The requested paths, in order. */
  readonly asked: readonly string[];
  publish(...keys: readonly SigningKey[]): void;
  behave(mood: KeyServerMood): void;
}

/** Starts a key server, which stops at the end of the test. */
export async function startKeyServer(...first: readonly SigningKey[]): Promise<KeyServer> {
  let keys = first;
  let mood: KeyServerMood = 'well';
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const { url = '' } = request;
    asked.push(url);
    if (mood === 'silent') return;
    if (mood === 'down') response.writeHead(503).end();
    else if (mood === 'moved' && !url.endsWith('/moved')) response.writeHead(302, { location: `${url}/moved` }).end();
    else if (mood === 'garbage') response.end('<html>');
    else {
      const filling = mood === 'huge' ? { filling: 'x'.repeat(300_000) } : {};
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...answer(url, authority, keys), ...filling }));
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    authority,
    asked,
    publish: (...next) => void (keys = next),
    behave: (next) => void (mood = next),
  };
}

function answer(asked: string, authority: string, keys: readonly SigningKey[]): object {
  const url = asked.replace(/\/moved$/, '');
  const [, tenant = ''] = url.split('/');
  if (url.endsWith('/v2.0/.well-known/openid-configuration')) {
    return { issuer: `${authority}/${tenant}/v2.0`, jwks_uri: `${authority}/${tenant}/discovery/v2.0/keys` };
  }
  if (url.endsWith('/.well-known/openid-configuration')) {
    return { issuer: `https://sts.windows.net/${tenant}/`, jwks_uri: `${authority}/${tenant}/discovery/keys` };
  }
  return { keys: keys.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' })) };
}

/** A Source's trust in this server's tenant. */
export function entraTrust({ authority }: KeyServer): EntraTrust {
  return { tenant: tenantId, audiences: [audienceId], apps: [appId], authority };
}

/** A Source's trust in an application of this server's tenant. */
export function federationTrust({ authority }: KeyServer): FederationTrust {
  return { tenant: tenantId, subject: principalId, audience: 'api://vestibule', authority };
}

/** The claims of Entra in a token for an empty Secret Token (docs/entra-facts.md#tokens-issued-by-entra), valid from `now` for an hour. */
export function entraClaims(now: Date): ClaimsToSign {
  const seconds = now.getTime() / 1000;
  return {
    iss: `https://sts.windows.net/${tenantId}/`,
    aud: audienceId,
    tid: tenantId,
    appid: appId,
    nbf: seconds - 300,
    exp: seconds + 3600,
  };
}

/** The claims of Entra in an assertion of workload identity federation (docs/entra-facts.md#workload-identity-federation). */
export function assertionClaims(now: Date, { authority }: KeyServer): ClaimsToSign {
  const seconds = now.getTime() / 1000;
  return {
    iss: `${authority}/${tenantId}/v2.0`,
    aud: 'api://vestibule',
    sub: principalId,
    oid: principalId,
    tid: tenantId,
    ver: '2.0',
    nbf: seconds - 300,
    exp: seconds + 3900,
  };
}

/** Signs a token like Entra. */
export function signJwt(key: SigningKey, claims: ClaimsToSign, kid = key.kid): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(key.privateKey);
}
