// Compares the confirmations that an apply needs with those given.
import { showCount } from './wording.ts';
import { toOwnCommand } from './own-command.ts';

/** What a person must confirm, in addition to yes, before a Target's files are applied. */
export interface NeededAgreement {
  /** The address or the drop changes, and it is unknown whether the system is the same. */
  readonly otherSystem: boolean;
  /** What the product does with people who are not in its first file (`Sine removes everyone …`); missing: no agreement needed. */
  readonly replaces?: string;
  /** People in Scope without a valid row, whom the first file would drop; missing: no agreement needed. */
  readonly without?: number;
}

/** What the person has confirmed. */
export interface GivenAgreement {
  readonly replaceAll: boolean;
  /** 0: not given. */
  readonly without: number;
  readonly system: 'same' | 'new' | undefined;
}

/** Why nothing is applied, and what to do. */
export interface MissingAgreement {
  readonly message: string;
  readonly hint: string;
}

/** The first confirmation that is missing, with the whole command that gives all of them; `undefined` if none is missing. */
export function findMissingAgreement(target: string, needed: NeededAgreement, given: GivenAgreement): MissingAgreement | undefined {
  const { otherSystem, replaces, without } = needed;
  if (otherSystem && given.system === undefined) {
    return {
      message: `the address or drop folder of ${target} has changed`,
      hint:
        `If it is still the same system: ${toApplyCommand(target, needed, 'same')}. ` +
        `If it is a new, empty system: ${toApplyCommand(target, needed, 'new')}.`,
    };
  }
  const command = toApplyCommand(target, needed, given.system);
  if (replaces !== undefined && !given.replaceAll) return { message: describeReplacing(replaces, without), hint: `To agree: ${command}.` };
  if (without === undefined || without === given.without) return undefined;
  if (without === 0) return { message: 'everyone in scope has a valid row, so --without is not needed', hint: `Use: ${command}.` };
  return {
    message: `${showWithout(without)} no valid row and would be dropped there`,
    hint: `See them: ${toOwnCommand('plan', target)}. To continue without them: ${command}.`,
  };
}

/** What the first file does, and to how many people without a valid row. Without a full stop. */
export function describeReplacing(replaces: string, without = 0): string {
  return without === 0 ? replaces : `${replaces}, and ${showWithout(without)} no valid row`;
}

/** The command line that applies a Target's files and agrees to everything that is needed. */
export function toApplyCommand(target: string, { replaces, without }: NeededAgreement, system?: 'same' | 'new'): string {
  return toOwnCommand(
    'apply',
    target,
    ...(system === undefined ? [] : [`--${system}-system`]),
    ...(replaces === undefined && without === undefined ? [] : ['--replace-all']),
    ...(without === undefined || without === 0 ? [] : ['--without', String(without)]),
  );
}

function showWithout(number: number): string {
  return `${showCount(number, 'person', 'people')} in scope ${number === 1 ? 'has' : 'have'}`;
}
