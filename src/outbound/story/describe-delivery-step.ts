// Describes the next step of a person with an open Delivery.
import { mayBeThere, type Delivery } from '../../domain/delivery.ts';
import { toOwnCommand } from '../../domain/own-command.ts';
import { showAside, showCount, showTime, toSentence } from '../../domain/wording.ts';
import { nameAction } from '../../domain/sentences.ts';
import { waitsFor } from './describe-obstacle.ts';
import type { StoryInput } from './story-input.ts';

/**
 * The next step of a Person with an open Delivery. Also handles completed states, because the Delivery may be completed while it is read.
 */
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
      return toSentence(`${action} is finished; Vestibule checks the person again within seconds`);
  }
}

function describeHeld(open: Delivery, { target, person, hold }: StoryInput): string {
  const number = hold?.number ?? open.hold;
  const which = number === undefined ? [] : [String(number)];
  const answer = (command: 'accept' | 'reject') => toOwnCommand(command, target.name, ...which, '--person', person);
  return [
    toSentence(
      `${nameAction(open.action)} is held by the Guard${which.map((one) => ` in hold ${one}`).join('')}${showAside(hold?.why ?? '')}`,
    ),
    `Release it for this person: ${answer('accept')}. Keep the record: ${answer('reject')}.`,
  ].join(' ');
}

function describeQueued(open: Delivery, { target, now, running }: StoryInput): string {
  const action = nameAction(open.action);
  const until = waitsFor(target, { now, running });
  if (until !== '') return toSentence(`${action} is queued${showAside(open.answer)} and waits until ${until}`);
  if (open.notBefore.getTime() <= now.getTime()) return toSentence(`${action} is queued and is sent next`);
  const when = showTime(open.notBefore);
  return open.attempts === 0
    ? toSentence(`${action} is queued and waits until ${when}${showAside(open.answer)}`)
    : toSentence(`${action} is retried at ${when}, after ${showCount(open.attempts, 'attempt', 'attempts')}${showAside(open.answer)}`);
}

function describeUnclear(open: Delivery, { target, now, running }: StoryInput): string {
  const until = waitsFor(target, { now, running });
  const when = until === '' ? `at ${showTime(open.notBefore)}` : `once ${until}`;
  const then = open.obsolete ? 'looks up its record and does not send it again' : 'looks up the record before it sends again';
  return toSentence(
    `it is unknown whether ${nameAction(open.action)} was carried out${showAside(open.answer)}: ${when}, Vestibule ${then}`,
  );
}

function describeAccepted(open: Delivery, { target, now, running }: StoryInput): string {
  const until = waitsFor(target, { now, running });
  const when = until === '' ? `at ${showTime(open.notBefore)}` : `once ${until}`;
  return toSentence(
    `${nameAction(open.action)} was accepted by ${target.name}, which is processing it; Vestibule asks for the result ${when}`,
  );
}

function describeParked(open: Delivery, { target, person, blockedBy, takesFiles = false }: StoryInput): string {
  const action = nameAction(open.action);
  const retry = toOwnCommand('retry', target.name, person);
  if (open.blocked || blockedBy.length > 0) {
    const reason = open.answer === '' ? 'another person matches the same record' : open.answer;
    return [
      toSentence(`${action} is parked: ${reason}${showAside(blockedBy.join(', '))}`),
      'Correct the data of one of the two people in the directory; Vestibule retries when either of them changes.',
      ...(takesFiles ? [] : [`If you corrected the record at ${target.name}: ${retry}.`]),
    ].join(' ');
  }
  const said = open.answer === '' ? 'it needs attention' : open.answer;
  if (mayBeThere(open)) {
    const then = open.obsolete
      ? 'The create is no longer needed; if its record does not exist, cancel the create'
      : 'If the record does not exist, send it again';
    return `${toSentence(`${action} is parked: ${said}`)} Its record may exist: check ${target.name}. ${then}: ${retry}.`;
  }
  return `${toSentence(`${action} is parked: ${said}`)} Correct the value in the directory, or correct the field in the mapping of ${target.name} and apply it; the record is then sent automatically. If you corrected the product instead: ${retry}.`;
}
