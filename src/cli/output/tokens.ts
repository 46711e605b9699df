// Renders the list of tokens.
import { toOwnCommand } from '../../domain/own-command.ts';
import type { Token } from '../../domain/source.ts';
import { renderTable } from './table.ts';
import { showAge, showTime } from '../../domain/wording.ts';

/** The tokens as a table, with their current state. */
export function showTokens(tokens: readonly Token[], now: Date): string {
  if (tokens.length === 0) return `No tokens yet. Create one: ${toOwnCommand('token', 'create', '--label', 'TEXT')}`;
  const columns = [
    { heading: 'ID', right: true },
    ...['LABEL', 'SOURCE', 'KIND', 'STATE', 'EXPIRES', 'LAST USED', 'CREATED'].map((heading) => ({ heading })),
  ];
  const rows = tokens.map((token) => [
    String(token.id),
    token.label,
    token.source,
    token.use === 'client' ? 'client secret' : 'secret token',
    stateOf(token, tokens, now),
    showTime(token.expiresAt),
    showAge(token.lastUsedAt, now),
    showTime(token.createdAt),
  ]);
  return renderTable(columns, rows).join('\n');
}

function stateOf(token: Token, tokens: readonly Token[], now: Date): string {
  if (token.revokedAt !== undefined) return 'revoked';
  if (!isValid(token, now)) return 'expired';
  return isInUse(token, tokens, now) ? 'in use' : 'valid';
}

/** True for the most recently used valid token of a Source: after a rotation in Entra, it shows when the old token can be revoked. */
function isInUse(token: Token, tokens: readonly Token[], now: Date): boolean {
  const usedAt = ({ lastUsedAt }: Token) => lastUsedAt?.getTime() ?? 0;
  const rivals = tokens.filter((other) => other.source === token.source && isValid(other, now));
  return token.lastUsedAt !== undefined && rivals.every((other) => usedAt(other) <= usedAt(token));
}

function isValid({ revokedAt, expiresAt }: Token, now: Date): boolean {
  return revokedAt === undefined && (expiresAt === undefined || expiresAt.getTime() > now.getTime());
}
