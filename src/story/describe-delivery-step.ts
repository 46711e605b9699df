import { mayBeThere, type Delivery } from '../domain/delivery.ts';
import { toOwnCommand } from '../domain/own-command.ts';
import { showAside, showCount, showTime, toSentence } from '../domain/wording.ts';
import { nameAction } from './sentences.ts';
import { waitsFor } from './describe-obstacle.ts';
import type { StoryInput } from './story-input.ts';

/** The next step of a Person that has an open Delivery. Settled states give a sentence too: they may be read in between. */
export function describeDeliveryStep(open: Delivery, input: StoryInput): string {
  const action = nameAction(open.action);
  switch (open.state) {
    case 'held':
      return describeHeld(open, input);
    case 'queued':
      return describeQueued(open, input);
    case 'sending':
      return toSentence(`${action} is being sent right now`);
    case 'accepted':
      return describeAccepted(open, input);
    case 'unclear':
      return describeUnclear(open, input);
    case 'parked':
      return describeParked(open, input);
    case 'done':
    case 'superseded':
      return toSentence(`${action} is settled; the person is looked at again within seconds`);
  }
}

function describeHeld(open: Delivery, { target, person, hold }: StoryInput): string {
  const number = hold?.number ?? open.hold;
  const which = number === undefined ? [] : [String(number)];
  const answer = (command: 'accept' | 'reject') => toOwnCommand(command, target.name, ...which, '--person', person);
  return [
    toSentence(
      `${nameAction(open.action)} is held by the Guard${which.map((one) => `, hold ${one}`).join('')}${showAside(hold?.why ?? '')}`,
    ),
    `Release it for this person: ${answer('accept')}. Keep the record: ${answer('reject')}.`,
  ].join(' ');
}

function describeQueued(open: Delivery, { target, now }: StoryInput): string {
  const action = nameAction(open.action);
  const until = waitsFor(target, now);
  if (until !== '') return toSentence(`${action} is in the queue${showAside(open.answer)}; it waits until ${until}`);
  if (open.notBefore.getTime() <= now.getTime()) return toSentence(`${action} is in the queue and goes next`);
  const when = showTime(open.notBefore);
  return open.attempts === 0
    ? toSentence(`${action} waits in the queue until ${when}${showAside(open.answer)}`)
    : toSentence(`${action} is tried again at ${when}, after ${showCount(open.attempts, 'attempt', 'attempts')}${showAside(open.answer)}`);
}

function describeUnclear(open: Delivery, { target, now }: StoryInput): string {
  const until = waitsFor(target, now);
  const when = until === '' ? `at ${showTime(open.notBefore)}` : `once ${until},`;
  const then = open.obsolete ? 'looks for its record and does not send it again' : 'looks before it writes again';
  return toSentence(`it is not known whether ${nameAction(open.action)} arrived${showAside(open.answer)}: ${when} Vestibule ${then}`);
}

function describeAccepted(open: Delivery, { target, now }: StoryInput): string {
  const until = waitsFor(target, now);
  const when = until === '' ? `at ${showTime(open.notBefore)}` : `once ${until}`;
  return toSentence(`${nameAction(open.action)} was taken by ${target.name}, which works on it and is asked again ${when}`);
}

function describeParked(open: Delivery, { target, person, blockedBy }: StoryInput): string {
  const action = nameAction(open.action);
  const retry = toOwnCommand('retry', target.name, person);
  if (open.blocked || blockedBy.length > 0) {
    const reason = open.answer === '' ? 'another person matches the same record' : open.answer;
    return [
      toSentence(`${action} is parked: ${reason}${showAside(blockedBy.join(', '))}`),
      `Vestibule tries again when either person changes: correct one of the two in the directory. After a correction at ${target.name}: ${retry}.`,
    ].join(' ');
  }
  const said = open.answer === '' ? 'it needs a person' : open.answer;
  if (mayBeThere(open)) {
    const then = open.obsolete
      ? 'The create is no longer wanted; drop it when its record is gone'
      : 'Send it again when its record is missing';
    return `${toSentence(`${action} is parked: ${said}`)} Its record may exist: check ${target.name}. ${then}: ${retry}.`;
  }
  return `${toSentence(`${action} is parked: ${said}`)} Correct the value in the directory, or the rule for the field in the mapping of ${target.name} and apply it: the record is then sent automatically. If the product was corrected instead: ${retry}.`;
}
