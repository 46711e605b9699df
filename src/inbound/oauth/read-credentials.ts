// Reads client credentials from a token request.
import type { Credentials } from '../auth/client-credentials-grant.ts';
import { invalidClient, invalidRequest, OauthError } from './oauth-error.ts';

/** The only supported `client_assertion_type` (RFC 7523 §2.2). */
const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const parameters = ['grant_type', 'client_id', 'client_secret', 'client_assertion_type', 'client_assertion'] as const;

type Form = Readonly<Partial<Record<(typeof parameters)[number], string>>>;

/**
 * The credentials of a client at the token endpoint: in the form, in a Basic header, or in both if they are equal (RFC 6749 §2.3.1; Entra
 * has been observed using either, docs/entra-facts.md#client-credentials). `body` is parsed as a form, regardless of its Content-Type.
 * @throws {OauthError} invalid_request, unsupported_grant_type, or invalid_client if there are no credentials.
 */
export function readCredentials(authorization: string | undefined, body: string): Credentials {
  const form = readForm(body);
  if (form.grant_type === undefined) {
    throw invalidRequest(
      'grant_type is missing. Send the parameters as application/x-www-form-urlencoded, with grant_type=client_credentials.',
    );
  }
  if (form.grant_type !== 'client_credentials') {
    throw new OauthError(400, 'unsupported_grant_type', 'Unsupported grant_type. Use client_credentials.');
  }
  if (form.client_assertion !== undefined) return readAssertion(form, form.client_assertion);
  const basic = readBasic(authorization);
  if (basic === undefined) return readSecret(form);
  const differs = (one: string | undefined, other: string) => one !== undefined && one !== other;
  if (differs(form.client_id, basic.clientId) || differs(form.client_secret, basic.secret)) {
    throw invalidRequest('The Authorization header and the body name different clients.');
  }
  return basic;
}

/** The known parameters. Empty parameters count as missing (RFC 6749 §3.2), and others, such as `scope`, are ignored. */
function readForm(body: string): Form {
  const form = new URLSearchParams(body);
  return Object.fromEntries(
    parameters.flatMap((name) => {
      const values = form.getAll(name).filter((value) => value !== '');
      if (values.length > 1) throw invalidRequest(`Duplicate parameter ${name}.`);
      return values.map((value) => [name, value] as const);
    }),
  );
}

function readAssertion(form: Form, assertion: string): Credentials {
  if (form.client_assertion_type !== jwtBearer) throw invalidRequest(`Unsupported client_assertion_type. Use ${jwtBearer}.`);
  return { clientId: form.client_id ?? '', assertion };
}

function readSecret({ client_id: clientId, client_secret: secret }: Form): Credentials {
  if (clientId !== undefined && secret !== undefined) return { clientId, secret };
  const missing = [...(clientId === undefined ? ['client_id'] : []), ...(secret === undefined ? ['client_secret'] : [])];
  throw invalidClient(`Missing ${missing.join(' and ')}. Send the credentials in the body or as a Basic header.`);
}

/** Identifier and secret of a Basic header, each form-encoded (RFC 6749 §2.3.1); `undefined` for another scheme or without a header. */
function readBasic(header: string | undefined): { readonly clientId: string; readonly secret: string } | undefined {
  if (header?.slice(0, 6).toLowerCase() !== 'basic ') return undefined;
  const text = Buffer.from(header.slice(6).trim(), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw invalidClient('The Basic header does not contain client_id:client_secret.');
  return { clientId: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidClient('The Basic header is not percent-encoded (RFC 6749 §2.3.1).');
  }
}
