import { toOwnCommand } from '../domain/own-command.ts';
import { showAside, showTime } from '../domain/wording.ts';
import type { StoryInput } from './story-input.ts';

/** A sentence about what keeps the whole Target from working, whoever the person is; empty when nothing does. */
export function describeObstacle(target: StoryInput['target'], now: Date): string {
  switch (target.state) {
    case 'draft':
      return target.liveWhenQuiet
        ? `${target.name} goes live by itself once Entra's first cycle is over; until then nothing is sent.`
        : `${target.name} is a draft: nothing is sent before ${toOwnCommand('apply', target.name)}.`;
    case 'paused':
      return `${target.name} was paused by ${target.by} on ${showTime(target.at)}${showAside(target.why)}: nothing is sent before ${toOwnCommand('resume', target.name)}.`;
    case 'refused':
      return `${target.name} does not take our credentials${showAside(target.trouble || target.why)}: everything waits and nothing is lost; it is tried every 15 minutes, and at once when its secret changes.`;
    case 'orphaned':
      return `The file of ${target.name} is gone: nothing is sent there and nobody is removed until it is back.`;
    case 'live':
      return isDown(target, now)
        ? `${target.name} is down${showAside(target.trouble)}: its queue waits, nothing is lost, and it is tried again at ${showTime(target.downUntil ?? now)}.`
        : '';
  }
}

/**
 * What everything that is open at a Target waits for, as a clause behind "until" or "once": `front-desk is resumed`. Empty when nothing keeps
 * the Target from working.
 */
export function waitsFor(target: StoryInput['target'], now: Date): string {
  const { name, state, liveWhenQuiet } = target;
  switch (state) {
    case 'draft':
      return liveWhenQuiet ? `${name} goes live` : `${name} is applied`;
    case 'paused':
      return `${name} is resumed`;
    case 'refused':
      return `${name} accepts our credentials`;
    case 'orphaned':
      return `the file of ${name} is back`;
    case 'live':
      return isDown(target, now) ? `${name} answers again` : '';
  }
}

function isDown(target: StoryInput['target'], now: Date): boolean {
  return target.downUntil !== undefined && target.downUntil.getTime() > now.getTime();
}
