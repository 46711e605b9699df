// Combines the statements of all outbound tables, and provides writes that span several tables.
import type { Database } from 'better-sqlite3';
import type { Delivery } from '../../../domain/delivery.ts';
import type { ShadowWrite } from '../../../domain/shadow.ts';
import type { Action } from '../../../domain/target.ts';
import { BlockRows } from './blocked-deliveries.ts';
import { DecisionRows } from './decisions.ts';
import { DeliveryRows } from './delivery-rows.ts';
import { HoldRows } from './hold-rows.ts';
import { RecheckRows } from './rechecks.ts';
import { MatchKeyRows } from './match-keys.ts';
import { NoRowRows } from './no-rows.ts';
import { PlanRows } from './plan-rows.ts';
import { ShadowRows } from './shadow-rows.ts';
import { TargetRows } from './targets.ts';

/** A Delivery that was carried out. */
type CarriedOut = Pick<Delivery, 'id' | 'target' | 'subject'>;

/** The statements of all outbound tables, and the writes that must change several tables together. Must be called within a unit. */
export class OutboundRows {
  readonly targets: TargetRows;
  readonly plans: PlanRows;
  readonly deliveries: DeliveryRows;
  readonly shadows: ShadowRows;
  readonly keys: MatchKeyRows;
  readonly rechecks: RecheckRows;
  readonly blocks: BlockRows;
  readonly holds: HoldRows;
  readonly decisions: DecisionRows;
  readonly noRows: NoRowRows;
  /** Generates an idempotency key. */
  readonly idempotencyKey: () => string;

  constructor(db: Database, idempotencyKey: () => string) {
    this.targets = new TargetRows(db);
    this.plans = new PlanRows(db);
    this.deliveries = new DeliveryRows(db);
    this.shadows = new ShadowRows(db);
    this.keys = new MatchKeyRows(db);
    this.rechecks = new RecheckRows(db);
    this.blocks = new BlockRows(db, this.rechecks);
    this.holds = new HoldRows(db);
    this.decisions = new DecisionRows(db);
    this.noRows = new NoRowRows(db);
    this.idempotencyKey = idempotencyKey;
  }

  /**
   * Stores what the Target holds for a Subject after a Delivery was carried out: a record with its match keys, or nothing.
   * @returns true if the Target held an active record before and no longer does.
   */
  writeShadow({ id, target, subject }: CarriedOut, shadow: ShadowWrite | 'forget', now: Date): boolean {
    const wasActive = this.shadows.isActive(target, subject);
    if (shadow === 'forget') {
      this.shadows.forget(target, subject);
      this.keys.clear(target, subject, 'shadow');
      return wasActive;
    }
    this.shadows.write(target, subject, shadow, { delivery: id, at: now });
    this.keys.set(target, subject, 'shadow', shadow.keys);
    return wasActive && !shadow.active;
  }

  /** Supersedes a queued, held or parked Delivery: its claims end, and Subjects that waited for it are planned again. */
  supersede(delivery: Delivery, answer: string, now: Date): void {
    const { target, subject } = delivery;
    if (!this.deliveries.supersede(delivery.id, answer, now)) return;
    this.blocks.clear(target, subject);
    if (delivery.wasUnclear && delivery.action !== 'create') this.shadows.doubt(target, subject, delivery.action === 'update');
    if (!claimsKeys(delivery.action)) return;
    this.keys.clear(target, subject, 'open');
    this.blocks.free(target, subject, now);
  }
}

/** True for Actions whose record has match keys; an open Delivery with such an Action claims these keys. */
export function claimsKeys(action: Action): boolean {
  return action === 'create' || action === 'update';
}
