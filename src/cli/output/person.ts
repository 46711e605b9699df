import type { PersonLabel } from '../../admin/api.ts';

/** How a person is named on screen: `Anna Berg (anna@contoso.com)`, whatever of it is known, else the id. */
export function showPerson({ id, displayName, userName }: PersonLabel): string {
  if (displayName !== '' && userName !== '') return `${displayName} (${userName})`;
  return displayName || userName || id;
}
