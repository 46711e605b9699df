/**
 * One operation of a random Bulk request. Numbers are indexes of operations; the bulkId of a POST is its index. Some indexes do not exist.
 */
export type OperationSpec =
  | { readonly is: 'user'; readonly name: string; readonly manager: number | undefined }
  | { readonly is: 'group'; readonly name: string; readonly members: readonly number[] }
  | { readonly is: 'rename'; readonly user: number; readonly name: string; readonly manager: number | undefined }
  | { readonly is: 'join'; readonly group: number; readonly member: number }
  | { readonly is: 'leave'; readonly user: number };

/** The expected resources at the end, by index: created resources that still exist. */
export interface Staged {
  readonly users: ReadonlyMap<number, { name: string; manager: number | undefined }>;
  readonly groups: ReadonlyMap<number, { name: string; members: Set<number> }>;
}

/** The expected result of a Bulk request, computed operation by operation with maps, simply and slowly. */
export function predict(job: readonly OperationSpec[]): { readonly statuses: readonly number[]; readonly staged: Staged } {
  const users = new Map<number, { name: string; manager: number | undefined }>();
  const groups = new Map<number, { name: string; members: Set<number> }>();
  const statuses: number[] = [];
  const created = new Set<number>();
  const deleted = new Set<number>();
  const waiting = new Set(job.keys());

  while (waiting.size > 0) {
    const next = nextOf(job, waiting);
    if (next.length > 1) together(next);
    else alone(next[0] ?? 0);
    for (const one of next) waiting.delete(one);
  }
  return { statuses, staged: { users, groups } };

  function alone(place: number): void {
    const spec = job[place];
    if (spec === undefined) return;
    const lost = refersTo(spec).some((one) => !created.has(one) && !(one === place && isPost(spec)));
    statuses[place] = lost ? 409 : carryOut(place, spec);
  }

  function together(places: readonly number[]): void {
    const before = [new Map(users), new Map(groups)] as const;
    const outside = places.flatMap((place) => refersTo(job[place])).filter((one) => !places.includes(one));
    let good = outside.every((one) => created.has(one));
    for (const place of places) {
      const spec = job[place];
      good = good && spec !== undefined && carryOut(place, spec) === 201;
    }
    for (const place of places) statuses[place] = good ? 201 : 409;
    if (good) return;
    for (const place of places) created.delete(place);
    users.clear();
    groups.clear();
    before[0].forEach((user, place) => users.set(place, user));
    before[1].forEach((group, place) => groups.set(place, group));
  }

  function carryOut(place: number, spec: OperationSpec): number {
    switch (spec.is) {
      case 'user':
        if (isTaken(users, spec.name, place)) return 409;
        users.set(place, { name: spec.name, manager: spec.manager });
        created.add(place);
        return 201;
      case 'group':
        if (isTaken(groups, spec.name, place)) return 409;
        groups.set(place, { name: spec.name, members: new Set(spec.members.filter((one) => !deleted.has(one))) });
        created.add(place);
        return 201;
      case 'rename': {
        const user = users.get(spec.user);
        if (user === undefined) return 404;
        if (isTaken(users, spec.name, spec.user)) return 409;
        users.set(spec.user, { name: spec.name, manager: spec.manager ?? user.manager });
        return 204;
      }
      case 'join':
        if (!groups.has(spec.group)) return 404;
        // A deleted resource never gets the same id again.
        if (!deleted.has(spec.member)) groups.get(spec.group)?.members.add(spec.member);
        return 204;
      case 'leave':
        if (!users.delete(spec.user)) return 404;
        deleted.add(spec.user);
        for (const { members } of groups.values()) members.delete(spec.user);
        return 204;
    }
  }
}

function isTaken(all: ReadonlyMap<number, { readonly name: string }>, name: string, by: number): boolean {
  return [...all].some(([place, one]) => place !== by && one.name === name);
}

function isPost(spec: OperationSpec | undefined): boolean {
  return spec?.is === 'user' || spec?.is === 'group';
}

function refersTo(spec: OperationSpec | undefined): readonly number[] {
  switch (spec?.is) {
    case 'user':
      return spec.manager === undefined ? [] : [spec.manager];
    case 'group':
      return spec.members;
    case 'rename':
      return spec.manager === undefined ? [spec.user] : [spec.user, spec.manager];
    case 'join':
      return [spec.group, spec.member];
    case 'leave':
      return [spec.user];
    case undefined:
      return [];
  }
}

function resourceOf(spec: OperationSpec | undefined): string {
  if (spec === undefined || isPost(spec)) return '';
  return spec.is === 'join' ? `group ${spec.group}` : `user ${(spec as { user: number }).user}`;
}

/** The next step: of all ready steps, the one with the earliest last operation. */
function nextOf(job: readonly OperationSpec[], waiting: ReadonlySet<number>): readonly number[] {
  const needs = (place: number) => {
    const posts = refersTo(job[place]).filter((one) => waiting.has(one) && isPost(job[one]));
    const same = [...waiting].filter(
      (one) => one < place && resourceOf(job[one]) !== '' && resourceOf(job[one]) === resourceOf(job[place]),
    );
    return [...posts, ...same];
  };
  const allNeeded = (place: number) => {
    const needed = new Set<number>();
    const resolve = (one: number) => {
      for (const next of needs(one)) {
        if (needed.has(next)) continue;
        needed.add(next);
        resolve(next);
      }
    };
    resolve(place);
    return needed;
  };
  const groups = [...waiting].map((place) =>
    [...waiting].filter((one) => one === place || (allNeeded(place).has(one) && allNeeded(one).has(place))),
  );
  const ready = groups.filter((group) => group.every((place) => [...allNeeded(place)].every((one) => group.includes(one))));
  return ready.toSorted((a, b) => Math.max(...a) - Math.max(...b))[0] ?? [...waiting];
}
