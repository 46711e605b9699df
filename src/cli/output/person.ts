// Renders the name of a person.
import type { PersonLabel } from '../../admin/reports/person-label.ts';

/**
 * The displayed name of a person: `Anna Berg (anna@contoso.com)` or its known part, otherwise the id; with `[deleted]` if the directory has
 * deleted the person.
 */
export function showPerson({ id, displayName, userName, deleted }: PersonLabel): string {
  const name = displayName !== '' && userName !== '' ? `${displayName} (${userName})` : displayName || userName || id;
  return deleted === true ? `${name} [deleted]` : name;
}
