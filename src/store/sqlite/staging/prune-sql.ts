/**
 * Statements that delete the Changes up to a number, and the rows that were kept for them. The parameters of each are the number and the
 * max number of rows. Members of a deleted Group are deleted before the Group. The ids of deleted people are kept, because only they show
 * that a person was deleted and not lost.
 */
export const pruneSql: readonly string[] = [
  'delete from changes where seq in (select seq from changes where seq <= +? order by seq limit +?)',
  `delete from memberships where (group_id, member) in
     (select group_id, member from memberships indexed by memberships_ended where ended_seq <= +? limit +?)`,
  `delete from memberships where (group_id, member) in
     (select memberships.group_id, memberships.member from groups join memberships on memberships.group_id = groups.id
      where groups.deleted_seq <= +? limit +?)`,
  `delete from groups where n in
     (select n from groups where deleted_seq <= +?
        and not exists (select 1 from memberships where memberships.group_id = groups.id) limit +?)`,
];
