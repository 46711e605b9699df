// Renders the name of a person.
import type { PersonLabel } from '../../admin/reports/person-label.ts';

/** How a person is named on screen: `Anna Berg (anna@contoso.com)`, whatever of it is known, else the id; `[deleted]` when the directory has deleted it. */
export function showPerson({ id, displayName, userName, deleted }: PersonLabel): string {
  const name = displayName !== '' && userName !== '' ? `${displayName} (${userName})` : displayName || userName || id;
  return deleted === true ? `${name} [deleted]` : name;
}
