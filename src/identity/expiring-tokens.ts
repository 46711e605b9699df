// Finds tokens that expire soon, and logs a warning about them once a day.
import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../domain/logger.ts';
import type { Token } from '../domain/source.ts';
import type { Tokens } from './tokens.ts';

const dayMs = 86_400_000;

/** How long before its expiry a token is reported; `behindMs`: how long after it. Entra cannot renew a token automatically. */
const aheadMs = 30 * dayMs;
const behindMs = 7 * dayMs;

/** The tokens that expire within 30 days or expired within the last 7, the earliest expiry first. Omits revoked tokens. */
export function findExpiring(tokens: readonly Token[], now: Date): readonly Token[] {
  const leftMs = ({ expiresAt }: Token) => (expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - now.getTime();
  return tokens
    .filter((token) => token.revokedAt === undefined && leftMs(token) <= aheadMs && leftMs(token) > -behindMs)
    .sort((one, other) => leftMs(one) - leftMs(other));
}

/** Dependencies of {@link watchExpiry}. */
export interface ExpiryWatchDeps {
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Logs a warning about tokens that expire soon, now and once a day. Returns a function that stops this. */
export function watchExpiry({ tokens, clock, log }: ExpiryWatchDeps): () => void {
  let cancel: () => void;
  const warn = async () => {
    const now = clock.now();
    for (const { id, source, expiresAt, lastUsedAt } of findExpiring(await tokens.list(), now)) {
      const over = expiresAt !== undefined && expiresAt <= now;
      log.warn({ token: id, source, expiresAt, lastUsedAt }, over ? 'token has expired' : 'token expires soon');
    }
  };
  const look = () => {
    warn().catch((error: unknown) => log.warn({ error }, 'cannot check the expiry of tokens'));
    cancel = clock.wakeAt(new Date(clock.now().getTime() + dayMs), look);
  };
  look();
  return () => cancel();
}
