import type { Token } from '../../domain/source.ts';
import { renderTable } from './table.ts';
import { showAge, showTime } from './words.ts';

/** The tokens as a table, with what each is good for now. */
export function showTokens(tokens: readonly Token[], now: Date): string {
  if (tokens.length === 0) return 'No tokens yet: vestibule token create --label TEXT';
  const columns = [
    { heading: 'ID', right: true },
    ...['LABEL', 'SOURCE', 'STATE', 'EXPIRES', 'LAST USED', 'CREATED'].map((heading) => ({ heading })),
  ];
  const rows = tokens.map((token) => [
    String(token.id),
    token.label,
    token.source,
    stateOf(token, now),
    showTime(token.expiresAt),
    showAge(token.lastUsedAt, now),
    showTime(token.createdAt),
  ]);
  return renderTable(columns, rows).join('\n');
}

function stateOf(token: Token, now: Date): string {
  if (token.revokedAt !== undefined) return 'revoked';
  return token.expiresAt !== undefined && token.expiresAt.getTime() <= now.getTime() ? 'expired' : 'valid';
}
