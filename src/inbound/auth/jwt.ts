// Decodes a JWT and verifies its signature, times and claims.
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { showSecond } from '../../domain/wording.ts';
import { quote } from '../../scim/errors.ts';
import { refuseGuess, refuseHonest, type Refused, type Undecided } from './auth-result.ts';
import { KeyTooShort, KeyUnknown, KeysUnavailable, type JwksCache } from './jwks-cache.ts';

/** The unverified claims of a JWT. */
export interface Claims {
  readonly issuer: string;
  readonly tenant: string;
  readonly audiences: readonly string[];
  readonly subject: string;
  /** `appid` of version 1, `azp` of version 2. */
  readonly app: string;
  /** Expiry time; verified only in the result of `verifySignature`. */
  readonly expiresAt: Date;
}

/** Tolerated difference between the clocks of two machines, in seconds. */
const leewaySeconds = 120;

/** Max length of a JWT: longer than any from Entra (about 2 kB), and longer than the limit of headers. */
const maxCharacters = 16 * 1024;

/** True if a text has the form of a JWT. */
export function looksLikeJwt(text: string): boolean {
  return text.startsWith('eyJ') && text.includes('.');
}

/** Reads the claims of a JWT without verification, to select the keys for the verification. */
export function readClaims(text: string): Claims | Refused {
  if (text.length > maxCharacters) return refuseGuess('malformed', `The token is longer than ${maxCharacters} characters.`);
  try {
    decodeProtectedHeader(text);
    return toClaims(decodeJwt(text));
  } catch {
    return refuseGuess('malformed', 'The token is a malformed JWT.');
  }
}

/** True for a refusal, false for claims. */
export function isRefused(result: Claims | Refused | Undecided): result is Refused | Undecided {
  return 'is' in result;
}

/** Verifies signature (RS256 only) and time, and returns the verified claims. Does not check their values. */
export async function verifySignature(text: string, keys: JwksCache, now: Date): Promise<Claims | Refused | Undecided> {
  try {
    const { payload } = await jwtVerify(text, (header) => keys.find(header), {
      algorithms: ['RS256'],
      clockTolerance: leewaySeconds,
      currentDate: now,
      requiredClaims: ['exp'],
    });
    return toClaims(payload);
  } catch (error) {
    return toRefusal(error, text);
  }
}

function toRefusal(error: unknown, text: string): Refused | Undecided {
  if (error instanceof KeysUnavailable) {
    const detail = 'The token cannot be verified because Vestibule cannot read the signing keys of Entra. Try again later.';
    return { is: 'undecided', detail, retryAfterSeconds: error.retryAfterSeconds };
  }
  if (error instanceof KeyUnknown || error instanceof KeyTooShort)
    return refuseGuess('key', `${error.message}: ${quote(keyNameOf(text))}.`);
  if (error instanceof errors.JWTExpired) return refuseHonest('expired', `The token expired at ${timeOf(error.payload.exp)}.`);
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error);
  if (error instanceof errors.JOSEAlgNotAllowed) return refuseGuess('algorithm', 'The token is not signed with RS256.');
  if (error instanceof errors.JWSSignatureVerificationFailed) return refuseGuess('signature', 'The signature of the token is invalid.');
  if (error instanceof errors.JOSEError) return refuseGuess('malformed', 'The token is a malformed JWT.');
  throw error;
}

function claimRefusal(error: errors.JWTClaimValidationFailed): Refused {
  if (error.claim === 'nbf') {
    const from = timeOf(error.payload.nbf);
    return refuseHonest('notYetValid', `The token is not valid before ${from}. Check the clock of the server.`);
  }
  return refuseHonest('claims', `The claim ${error.claim} of the token is missing or invalid.`);
}

function toClaims(payload: JWTPayload): Claims {
  const audiences = Array.isArray(payload.aud) ? payload.aud : [payload.aud];
  return {
    issuer: toText(payload.iss),
    tenant: toText(payload['tid']).toLowerCase(),
    audiences: audiences.map(toText),
    subject: toText(payload.sub),
    app: toText(payload['appid'] ?? payload['azp']).toLowerCase(),
    expiresAt: new Date((typeof payload.exp === 'number' ? payload.exp : 0) * 1000),
  };
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function keyNameOf(text: string): string {
  return toText(decodeProtectedHeader(text).kid);
}

function timeOf(seconds: number | undefined): string {
  const at = new Date((seconds ?? 0) * 1000);
  return Number.isNaN(at.getTime()) ? 'an invalid time' : showSecond(at);
}
