import type { Delivery } from '../../src/domain/delivery.ts';
import { personSubject } from '../../src/domain/ids.ts';
import type { HandlerDeps } from '../../src/outbound/admin/handlers/handler-deps.ts';
import { explainPerson } from '../../src/outbound/admin/handlers/why.ts';
import { textOf } from '../outbound/engine/fake-target.ts';
import { Failure } from './failure.ts';
import type { Row, Someone, Wanted } from './oracle.ts';
import type { Play } from './play-history.ts';
import { RecordSystem, type Kept } from './record-system.ts';
import { unwritable } from './rules.ts';
import type { KindName } from './steps.ts';
import { describe, type Watched } from './watched-systems.ts';
import { EveryName, siteFiles } from '../support/site-files.ts';

/**
 * The checks at the end of a history, after the engine has become idle.
 *
 * The exceptions in the code below: a person without a valid row keeps the record, and so does a person who is parked for a valid reason;
 * rejected removals leave the record; a manual change of a record stays until the next write; a system without look-ups may have an unclear
 * create.
 */
export async function checkAll(play: Play, retried: boolean): Promise<void> {
  for (const name of play.names) {
    const target = play.watch.target(name);
    await checkOutbox(play, target);
    await checkParked(play, target, retried);
    await checkHeld(play, target);
    await checkCounts(play, target);
  }
  await checkWhy(play, true);
}

/** No Delivery waits forever. */
async function checkOutbox(play: Play, { name }: Watched): Promise<void> {
  const counts = await play.store.outbox.counts(name);
  for (const state of ['queued', 'sending', 'unclear', 'accepted', 'held'] as const) {
    if (counts[state] > 0) throw new Failure('forever', `${name}: expected nothing ${state}, found ${counts[state]}`);
  }
  const [target, head] = [await play.store.targets.get(name), await play.store.changes.head()];
  if (target?.state !== 'live') throw new Failure('state', `${name}: expected it to be live, found ${target?.state} (${target?.why})`);
  if (target.definition?.schedule.onChange === true && target.cursor !== head) {
    throw new Failure('cursor', `${name}: expected all changes to be planned, found cursor ${target.cursor} of ${head}`);
  }
  if (target.publication !== undefined) throw new Failure('forever', `${name}: expected no open publication, found ${target.publication}`);
}

/** Every parked Delivery has a valid reason; with `retried`, also after a person retried. */
async function checkParked(play: Play, target: Watched, retried: boolean): Promise<void> {
  for (const parked of await play.store.outbox.list(target.name, ['parked'], 100)) {
    // A fault parked this Delivery, or the one for which it waits, and no person has retried yet.
    if (!retried && (!parked.blocked || (await waitsForFault(play, parked)))) continue;
    // A restored product may assign keys again that the engine has stored for another person: `apply --resend` corrects this.
    if (target.touched && /belongs to another person/.test(parked.answer)) continue;
    const person = play.directory.picture.people.get(parked.subject.id);
    if (person !== undefined && isParkedTruly(play, target, person, parked.wasUnclear)) continue;
    throw new Failure(
      'parked',
      `${target.name}: expected no one parked without a reason, found the ${parked.action}${play.watch.of(parked.subject.id)} (${parked.answer})`,
    );
  }
}

async function waitsForFault(play: Play, { target, subject }: Delivery): Promise<boolean> {
  const [waits] = await play.store.outbox.blockers(target, [subject]);
  const blockers = waits === undefined ? [] : await play.store.outbox.open(target, waits.by);
  return blockers.some((one) => one.state === 'parked' && !one.blocked);
}

function isParkedTruly(play: Play, target: Watched, person: Someone, wasUnclear: boolean): boolean {
  const system = play.systems.get(target.name);
  const email = person.email.toLowerCase();
  // A person without a valid row also keeps the old row.
  if (!(system instanceof RecordSystem))
    return sharesEmail(play, target, person) || (system?.rows.some((row) => row.Email === email) ?? false);
  if (person.name.includes(unwritable)) return true;
  // A create with this e-mail is unclear, for this or another person: a technician has to check it.
  if ((wasUnclear || play.watch.doubted.has(`${target.name} ${email}`)) && !system.kind.find && !system.kind.repeatable) return true;
  if (sharesEmail(play, target, person)) return true;
  // A rejected removal keeps the Shadow, even if the record was manually removed from the product.
  const kept = [...play.directory.picture.people.values()].filter((one) => target.known.get(one.id)?.rejected !== undefined);
  if (target.touched && kept.some((one) => one.id !== person.id && one.emails.has(email))) return true;
  const records = system.with(email);
  return records.length > 1 || records.some((one) => one.owner !== person.id);
}

/** Whether two people have the same e-mail: only one of them can have the record. */
function sharesEmail(play: Play, target: Watched, person: Someone): boolean {
  return othersWith(play, target, person).length > 0;
}

function othersWith(play: Play, target: Watched, person: Someone): readonly Someone[] {
  return [...play.directory.picture.people.values()].filter(
    (other) =>
      other.id !== person.id &&
      other.email.toLowerCase() === person.email.toLowerCase() &&
      target.known.get(other.id)?.wanted.is === 'there',
  );
}

/** Every Target has exactly the records that the rules predict. */
async function checkHeld(play: Play, target: Watched): Promise<void> {
  const system = play.systems.get(target.name);
  const open = await play.store.outbox.list(target.name, ['parked'], 100);
  const parked = new Set(open.map((one) => one.subject.id));
  const inDoubt = new Set(open.filter((one) => one.wasUnclear).map((one) => textOf(one.rows[0]?.['Email'])));
  const records = system instanceof RecordSystem ? [...system.kept.values()] : (system?.rows ?? []).map(asKept);
  const explained = new Set<Kept>();
  for (const person of play.directory.picture.people.values()) {
    const { wanted } = play.watch.known(target, person.id);
    // A person who was created again waits until a technician has checked the unclear create of the same record.
    if (wanted.is === 'there' && !parked.has(person.id) && !inDoubt.has(wanted.row.Email)) {
      const mine = records.filter((one) => isSameRow(one.row, wanted.row));
      if (mine.every((one) => !one.active)) {
        const found = records.filter((one) => one.row.Email === wanted.row.Email || one.owner === person.id);
        throw new Failure(
          'missing',
          `${target.name}: expected ${show(wanted.row)}${play.watch.of(person.id)}, found ${found.map(showKept).join(' and ') || 'nothing'}`,
        );
      }
      for (const one of mine) explained.add(one);
    }
    const stays = target.known.get(person.id)?.rejected !== undefined || parked.has(person.id);
    for (const one of records) {
      if (!isOf(one, person)) continue;
      if (wanted.is === 'noRow' || stays) explained.add(one);
      if (wanted.is === 'leaver' && !wanted.steps.some((step) => step.do === 'delete')) {
        explained.add(one);
        if (
          one.active &&
          !target.touched &&
          !isDoubted(play, target, one.row) &&
          wanted.steps.length > 0 &&
          !stays &&
          one.owner === person.id &&
          !isWanted(play, target, one)
        ) {
          throw new Failure(
            'active',
            `${target.name}: expected the record${play.watch.of(person.id)} to be deactivated (${describe(wanted)}), found it active`,
          );
        }
      }
    }
  }
  for (const one of records) {
    if (explained.has(one) || one.byHand) continue;
    if (isDoubted(play, target, one.row)) continue;
    throw new Failure(
      'left',
      `${target.name}: expected no record with ${one.row.Email}, found ${showKept(one)}${play.watch.of(one.owner)}`,
    );
  }
  checkTwice(play, target, records, parkedByProduct(open));
}

/** The person with an update that the product rejected because of its content. */
function parkedByProduct(open: readonly Delivery[]): ReadonlySet<string> {
  return new Set(open.filter((one) => one.action === 'update' && !one.blocked).map((one) => one.subject.id));
}

/** At most one record per e-mail, except after manual changes. Records of two people may share an e-mail that an update wrote. */
function checkTwice(play: Play, target: Watched, records: readonly Kept[], refused: ReadonlySet<string>): void {
  for (const one of records) {
    const same = records.filter((other) => other.row.Email === one.row.Email && !other.byHand);
    if (same.length < 2 || play.watch.doubted.has(`${target.name} ${one.row.Email}`)) continue;
    const owners = new Set(same.map((other) => other.owner));
    // If two people swap their e-mails and the product refuses one update, the record of the other already has the new e-mail.
    if ([...owners].some((owner) => refused.has(owner ?? ''))) continue;
    const check = one.owner === undefined || owners.size === same.length ? 'shared' : 'twice';
    throw new Failure(check, `${target.name}: expected one record with ${one.row.Email}, found ${same.map(showKept).join(' and ')}`);
  }
}

/** True if a create with this e-mail was unclear and the system has no look-ups. */
function isDoubted(play: Play, target: Watched, { Email }: Row): boolean {
  const system = play.systems.get(target.name);
  return (
    system instanceof RecordSystem && !system.kind.find && !system.kind.repeatable && play.watch.doubted.has(`${target.name} ${Email}`)
  );
}

function isWanted(play: Play, target: Watched, one: Kept): boolean {
  return (
    [...target.known.values()].some(({ wanted }) => wanted.is === 'there' && wanted.row.Email === one.row.Email) ||
    play.watch.of(one.owner) === ''
  );
}

/** Rows of a file have no owner: a row may be of any person who ever had the e-mail. */
function isOf(one: Kept, person: Someone): boolean {
  return one.owner === undefined ? person.emails.has(one.row.Email) : one.owner === person.id || person.emails.has(one.row.Email);
}

function asKept(row: Row): Kept {
  return { key: '', row, active: true, owner: undefined, byHand: false, createdAs: row.Email, since: 0, visibleAt: 0 };
}

/** The counters of the store are equal to the counts of its rows. */
async function checkCounts(play: Play, target: Watched): Promise<void> {
  const { name } = target;
  const { store } = play;
  const counts = await store.shadows.count(name);
  let [active, deactivated] = [0, 0];
  for await (const page of store.shadows.each(name)) {
    for (const shadow of page) {
      const known = target.known.get(shadow.subject.id);
      if (shadow.leaving !== undefined && known?.wanted.is !== 'leaver' && known?.leftBefore !== true) {
        throw new Failure(
          'leaving',
          `${name}: expected no leaver clock${play.watch.of(shadow.subject.id)}, found one since ${shadow.leaving.since.toISOString()}`,
        );
      }
      if (shadow.active) active += 1;
      else deactivated += 1;
    }
  }
  if (counts.active !== active || counts.deactivated !== deactivated) {
    throw new Failure(
      'counts',
      `${name}: expected ${active} active and ${deactivated} deactivated, found ${counts.active} and ${counts.deactivated}`,
    );
  }
  const open = (await store.outbox.holds(name)).reduce((sum, hold) => sum + hold.open, 0);
  const { held } = await store.outbox.counts(name);
  if (open !== held) throw new Failure('counts', `${name}: expected ${held} on hold, found ${open} in the holds`);
}

/** `why` names the applied rule; with `calm`, also that nothing is left to do. */
export async function checkWhy(play: Play, calm: boolean): Promise<void> {
  const deps = toHandlerDeps(play);
  for (const person of play.directory.picture.people.values()) {
    // Each call compiles the definitions again, so each history checks only some of the people, and four histories check all.
    if (person.who % 4 !== play.history.seed % 4) continue;
    const known = play.names.some((name) => play.watch.target(name).inForce !== undefined);
    if (!known) continue;
    const openBefore = await Promise.all(play.names.map((name) => play.store.outbox.open(name, [personSubject(person.id)])));
    const report = await explainPerson(deps, person.id);
    for (const story of report.stories) {
      // Deliveries that were open then may be settled when the result is checked.
      if (!calm && (openBefore[play.names.indexOf(story.target as KindName)] ?? []).length > 0) continue;
      const target = play.watch.target(story.target);
      const { wanted } = play.watch.known(target, person.id);
      const said = `${story.next} ${story.heldBack ?? ''}`;
      const expected = await expectWhy(play, target, person, wanted, calm);
      if (expected !== undefined && !expected.test(said)) {
        throw new Failure(
          'why',
          `${target.name}: expected why${play.watch.of(person.id)} to say ${String(expected)} (${describe(wanted)}), found “${said}”`,
        );
      }
    }
  }
}

async function expectWhy(play: Play, target: Watched, person: Someone, wanted: Wanted, calm: boolean): Promise<RegExp | undefined> {
  const [open] = await play.store.outbox.open(target.name, [personSubject(person.id)]);
  if (open?.state === 'parked') return /parked/i;
  if (open?.state === 'held') return /held|hold/i;
  if (open !== undefined) return undefined;
  // The Delivery waits until a technician has checked the unclear create of the same record.
  const parked = await play.store.outbox.list(target.name, ['parked'], 100);
  const inDoubt = new Set(parked.filter((one) => one.wasUnclear).map((one) => textOf(one.rows[0]?.['Email'])));
  if ([...person.emails].some((email) => inDoubt.has(email) || play.watch.doubted.has(`${target.name} ${email}`))) return undefined;
  const rejected = target.known.get(person.id)?.rejected !== undefined;
  const [shadow] = await play.store.shadows.get(target.name, [personSubject(person.id)]);
  switch (wanted.is) {
    case 'there':
      return calm ? /up to date/i : /up to date|planned|rejected|an earlier delivery .* must finish first/i;
    case 'noRow':
      if (wanted.unknown) return /group/i;
      return person.email === '' ? /email/i : person.name.includes(unwritable) && target.name === 'file' ? /cannot be written/i : undefined;
    case 'leaver':
      if (rejected && shadow !== undefined) return /rejected/i;
      if (shadow === undefined && wanted.reason === 'gone') return /deleted|nothing/i;
      if (shadow !== undefined && !shadow.active) return undefined;
      return { gone: /deleted/i, inactive: /not active/i, outOfScope: new RegExp(wanted.condition ?? 'scope', 'i') }[wanted.reason];
  }
}

/** The dependencies of `why`; the other dependencies of handlers are not used. */
function toHandlerDeps(play: Play): HandlerDeps {
  const { engine, commands } = play.atWork;
  return { engineDeps: play.reading, engine, commands, readFiles: () => siteFiles([], [], new EveryName()) } as unknown as HandlerDeps;
}

function isSameRow(one: Row, other: Row): boolean {
  return one.Email === other.Email && one.Name === other.Name && one.Department === other.Department;
}

function show(row: Row): string {
  return `${row.Email} (${row.Name}, ${row.Department})`;
}

function showKept(one: Kept): string {
  return `${show(one.row)}${one.active ? '' : ', deactivated'}${one.key === '' ? '' : `, key ${one.key}`}`;
}
