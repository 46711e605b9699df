import type { Migration } from '../migrate.ts';

/**
 * Makes the keys of what is staged comparable as `fold` does since names are mapped in width and composed too (RFC 7644 §5); before they
 * were in lower case only. `folded` is registered by `migrate`. Where two names have become equal, the second keeps its old key: nobody
 * may lose a userName by an update of the software, and the Source settles it with its next change of either.
 */
export const foldKeys: Migration = {
  number: 4,
  name: 'fold keys',
  sql: `
update or ignore persons set user_key = folded(user_key) where user_key is not folded(user_key);
update persons set display_key = folded(display_key) where display_key is not folded(display_key);
update or ignore groups set display_key = folded(display_key) where display_key is not folded(display_key);

insert into emails (source, email_key, person, work)
  select source, folded(email_key), person, work from emails where email_key is not folded(email_key)
  on conflict do update set work = max(work, excluded.work);
delete from emails where email_key is not folded(email_key);
`,
};
