import { kinds } from './system-kinds.ts';
import { names, type Act, type History, type OnceFault, type Rules, type Step } from './steps.ts';

/** Describes a history in plain English, one line per step. */
export function describeHistory({ site, steps }: History): string {
  const targets = site.targets.map(
    ({ kind, rules }) => `${kind} (${kind === 'file' ? 'a full file' : kinds[kind].says}; ${describeRules(rules)})`,
  );
  const people = names.slice(0, site.people).join(', ') || 'No one';
  const begin = `0. ${people} ${site.people > 1 ? 'are' : 'is'} there and settled; ${targets.join('; ')}.${site.smallUnits ? ' The store takes small steps.' : ''}`;
  return [
    begin,
    ...steps.map(
      (step, index) =>
        `${index + 1}. ${describeStep(
          step,
          site.targets.map(({ kind }) => kind),
        )}`,
    ),
  ].join('\n');
}

function describeStep({ act, ms, turns }: Step, targets: readonly string[]): string {
  const wait = ms === 0 ? '' : ` ${describeTime(ms)} later:`;
  const then = turns === undefined ? '' : turns === 0 ? ' At once:' : ` After ${turns} turns:`;
  return `${describeAct(act, targets)}.${then}${wait}`;
}

function describeRules(rules: Partial<Rules>): string {
  const { scope, name, leavers, guard, onChange } = rules;
  return [
    ...(scope === undefined ? [] : [`scope: ${scope}`]),
    ...(name === undefined ? [] : [`names: ${name}`]),
    ...(leavers === undefined ? [] : [`leavers: ${leavers}`]),
    ...(guard === undefined ? [] : [`guard: ${guard}`]),
    ...(onChange === undefined ? [] : [onChange ? 'on change' : 'by schedule only']),
  ].join(', ');
}

function describeAct(act: Act, targets: readonly string[]): string {
  const who = (number: number | undefined) => names[number ?? -1] ?? 'everyone';
  const at = (target: number) => targets[target % targets.length] ?? '';
  switch (act.do) {
    case 'join':
      return `${who(act.who)} joins`;
    case 'rename':
      return `${who(act.who)}'s name changes`;
    case 'move':
      return `${who(act.who)} changes between Sales and External`;
    case 'enable':
      return `${who(act.who)} is enabled`;
    case 'disable':
      return `${who(act.who)} is disabled`;
    case 'remove':
      return `${who(act.who)} is deleted`;
    case 'recreate':
      return `${who(act.who)} is deleted and created again`;
    case 'enterGroup':
      return `${who(act.who)} joins the host group`;
    case 'leaveGroup':
      return `${who(act.who)} leaves the host group`;
    case 'email':
      return `${who(act.who)}'s e-mail becomes ${typeof act.to === 'number' ? `that of ${who(act.to)}` : { new: 'a new one', empty: 'empty', own: 'the usual one' }[act.to]}`;
    case 'swap':
      return `${who(act.who)} and ${who(act.other)} swap their e-mails`;
    case 'unwritable':
      return `${who(act.who)}'s name gets a character that no system takes`;
    case 'writable':
      return `${who(act.who)}'s name loses the character that no system takes`;
    case 'renameGroup':
      return 'The host group is renamed';
    case 'removeGroup':
      return 'The host group is deleted';
    case 'createGroup':
      return 'The host group is created, unless it is there';
    case 'edit':
      return `The technician edits the file of ${at(act.target)} (${describeRules(act.change)})`;
    case 'breakFile':
      return `The technician breaks the file of ${at(act.target)}`;
    case 'removeFile':
      return `The technician removes the file of ${at(act.target)}`;
    case 'mendFile':
      return `The technician puts the file of ${at(act.target)} right`;
    case 'retry':
      return `The technician retries ${who(act.who)} at ${at(act.target)}`;
    case 'acceptOne':
    case 'rejectOne':
      return `The technician ${act.do === 'acceptOne' ? 'accepts' : 'rejects'} one person (${act.place + 1}) of those on hold at ${at(act.target)}`;
    case 'reconcile':
      return `The schedule of ${at(act.target)} asks for a reconcile`;
    case 'apply':
    case 'plan':
    case 'pause':
    case 'resume':
    case 'draft':
    case 'accept':
    case 'reject':
    case 'look':
    case 'acceptShown':
      return `The technician says ${act.do} ${at(act.target)}`;
    case 'fault':
      return `${at(act.target)} ${faults[act.fault]}${act.times > 1 ? `, ${act.times} times` : ''}`;
    case 'condition':
      return `${at(act.target)} ${{ well: 'is well again', refuses: 'refuses our credentials', dead: 'is dead', slow: 'is slow', notFound: 'answers 404 to everything' }[act.is]}`;
    case 'hand':
      return `At ${at(act.target)} by hand: ${describeManualChange(act, who)}`;
    case 'crash':
      return `The daemon crashes ${act.when} ${act.at === 'answers' ? 'answer' : 'its call'} ${act.calls} from now${act.again === undefined ? '' : `, and at call ${act.again} of its recovery`}`;
    case 'nothing':
      return 'Nothing happens';
  }
}

const faults: Readonly<Record<OnceFault, string>> = {
  timeoutAfterCommit: 'times out after commit',
  lostAfterCommit: 'commits and loses the connection',
  cutBeforeCommit: 'cuts the connection before commit',
  slowDown: 'answers 429',
  slowDownUntil: 'answers 429 with Retry-After',
  partialBatch: 'breaks off in the middle of a batch',
  garbage: 'answers garbage',
  lookUpFails: 'fails at a look-up',
};

function describeManualChange(act: Extract<Act, { do: 'hand' }>, who: (number: number) => string): string {
  switch (act.edit) {
    case 'email':
      return `the e-mail of ${who(act.who)}'s record becomes that of ${who(act.other)}`;
    case 'delete':
      return `${who(act.who)}'s record is deleted`;
    case 'add':
      return `a record with ${who(act.who)}'s e-mail is added`;
    case 'disable':
      return `${who(act.who)}'s record is disabled`;
    case 'restore':
      return 'an older state is restored';
    case 'reuseKey':
      return `${who(act.who)}'s record is deleted and its key given to a stranger`;
  }
}

function describeTime(ms: number): string {
  if (ms >= 86_400_000) return `${ms / 86_400_000} d`;
  if (ms >= 3_600_000) return `${ms / 3_600_000} h`;
  return ms >= 60_000 ? `${ms / 60_000} min` : `${ms / 1_000} s`;
}
