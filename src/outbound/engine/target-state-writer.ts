// Stores state changes of a Target: live, paused, refused, down.
import type { TargetName } from '../../domain/ids.ts';
import type { Target } from '../../domain/target.ts';
import type { EngineDeps } from './deps.ts';
import type { TargetHealth } from './contact/target-health.ts';

/** Min interval between two stored successes: once a minute. */
const successEveryMs = 60_000;

/**
 * Stores the states, failures and successes of one Target, with journal entries. A state is changed only if it is still the expected one: a
 * command in between takes precedence.
 */
export class TargetStateWriter {
  readonly #deps: EngineDeps;
  readonly #name: TargetName;

  constructor(deps: EngineDeps, name: TargetName) {
    this.#deps = deps;
    this.#name = name;
  }

  /** Stores that the Target rejects the credentials. */
  async refused(why: string): Promise<void> {
    await this.#become('refused', why, (now, at) =>
      now.state === 'live' ? { ...now, state: 'refused', before: 'live', by: 'daemon', at, why, trouble: why } : now,
    );
  }

  /** Stores that the Target accepts the credentials again, which makes it live again. */
  async credentialsAccepted(): Promise<void> {
    const why = 'credentials accepted again';
    await this.#become('live', why, (now, at) =>
      now.state === 'refused' ? { ...now, state: 'live', by: 'daemon', at, why, trouble: '' } : now,
    );
  }

  /** Pauses the Target: nothing is sent until an operator has checked it and resumes it. */
  async paused(why: string): Promise<void> {
    await this.#become('paused', why, (now, at) =>
      now.state === 'live' ? { ...now, state: 'paused', by: 'daemon', at, why, trouble: why } : now,
    );
  }

  /** Stores why the Target could not go live automatically. */
  async stayedDraft(why: string): Promise<void> {
    await this.#become('draft', why, (now, at) => ({ ...now, liveWhenQuiet: false, by: 'daemon', at, why }));
  }

  /** Stores that the Target is live. `detail` describes the Plan that was accepted with this. */
  async live(detail: string): Promise<void> {
    await this.#become('live', detail, (now, at) =>
      now.state === 'draft' && now.liveWhenQuiet
        ? { ...withoutResend(now), state: 'live', liveWhenQuiet: false, at, by: now.appliedBy ?? 'daemon', why: '' }
        : now,
    );
  }

  /** Stores the failure, and until when the Target is not contacted. Writes no journal entry, because this may happen every minute. */
  async trouble(trouble: string, health: TargetHealth): Promise<void> {
    await this.#change((now) => {
      const downUntil = health.waitsUntil();
      const { downUntil: _, ...rest } = now;
      return { ...rest, trouble, failures: health.opened, ...(downUntil !== undefined && { downUntil }) };
    });
  }

  /** Stores a successful Attempt: immediately after a failure, otherwise once a minute. */
  async succeeded(): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#change((now) => {
      const fresh = now.succeededAt !== undefined && at.getTime() - now.succeededAt.getTime() < successEveryMs;
      if (now.trouble === '' && fresh) return now;
      const { downUntil: _, ...rest } = now;
      return { ...rest, trouble: '', failures: 0, succeededAt: at };
    });
  }

  /** Stores that the Target works again, although nothing was sent to it. */
  async recovered(): Promise<void> {
    await this.#change((now) => {
      if (now.trouble === '' && now.downUntil === undefined) return now;
      const { downUntil: _, ...rest } = now;
      return { ...rest, trouble: '', failures: 0 };
    });
  }

  /** Clears the waiting time, because the Target is tried now. */
  async retriedNow(): Promise<void> {
    await this.#change((now) => {
      if (now.downUntil === undefined) return now;
      const { downUntil: _, ...rest } = now;
      return rest;
    });
  }

  async #become(what: string, detail: string, change: (now: Target, at: Date) => Target): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#change((now) => change(now, at), { at, by: 'daemon', what, detail });
  }

  async #change(
    change: (now: Target) => Target,
    journal?: { readonly at: Date; readonly by: string; readonly what: string; readonly detail: string },
  ): Promise<void> {
    const { store, fence } = this.#deps;
    await store.engine(fence).changeTarget(
      this.#name,
      (now) => {
        if (now === undefined) throw new Error(`Internal error: target ${this.#name} is not in the store`);
        return change(now);
      },
      journal,
    );
  }
}

/** Clears the resend of people, because the Plan with which the Target goes live contains everyone. A file is written later. */
function withoutResend(target: Target): Target {
  if (target.resend !== 'people') return target;
  const { resend: _, ...rest } = target;
  return rest;
}
