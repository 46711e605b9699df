import type { Middleware } from 'koa';
import type { ContactBook } from '../../auth/contact.ts';
import type { Tokens, Verdict } from '../../auth/tokens.ts';
import { HttpRefusal } from '../refusal.ts';
import type { ScimState } from './state.ts';

/** Lets requests in that carry a valid bearer token (RFC 6750), and notes whose it is. Everything else is a 401. */
export function requireToken(tokens: Tokens, contact: ContactBook): Middleware<ScimState> {
  return async (context, next) => {
    const text = readBearer(context.req.headers.authorization);
    if (text === undefined) throw unauthorized('send a token: Authorization: Bearer …');
    const verdict = await tokens.verify(text);
    if (verdict.is !== 'valid') throw unauthorized(explain(verdict), 'invalid_token');
    context.state.source = verdict.source;
    contact.note(verdict.source, verdict.tokenId);
    return next();
  };
}

/** The token of an `Authorization` header, its scheme in any case; `undefined` for another scheme or none. */
function readBearer(header: string | undefined): string | undefined {
  if (header?.slice(0, 7).toLowerCase() !== 'bearer ') return undefined;
  return header.slice(7).trim() || undefined;
}

function explain(verdict: Exclude<Verdict, { is: 'valid' }>): string {
  switch (verdict.is) {
    case 'unknown':
      return 'the token is not known here; compare it with the one that vestibule token create printed';
    case 'expired':
      return `the token expired at ${verdict.since.toISOString()}; make a new one or extend it with vestibule token extend`;
    case 'revoked':
      return `the token was revoked at ${verdict.since.toISOString()}; make a new one with vestibule token create`;
  }
}

function unauthorized(detail: string, code?: 'invalid_token'): HttpRefusal {
  return new HttpRefusal(401, detail, { 'WWW-Authenticate': `Bearer realm="vestibule"${code ? `, error="${code}"` : ''}` });
}
