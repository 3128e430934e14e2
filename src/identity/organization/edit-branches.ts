import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { invalid } from '../../platform/errors/index.js';
import { EventBus } from '../../platform/events/index.js';
import { newId } from '../../platform/ids/index.js';
import { LockOrganization } from './lock-organization.js';
import type { BranchDto, CreateBranchDto, EditBranchDto } from './organization.dto.js';
import { BranchChanged, BranchRemoved } from './organization.events.js';
import { shownBranch } from './read-branches.js';

const LONGEST_NIGHT_MINUTES = 16 * 60;

/** What a branch's sessions are made by. */
const place = ['country', 'region', 'timeZone', 'nightStart', 'nightEnd'] as const;

/** Opens, moves and closes branches. */
@Injectable()
export class EditBranches {
  constructor(
    private readonly database: Database,
    private readonly lock: LockOrganization,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** @throws not found for its center, Problems.validation */
  @Transactional()
  async create(branch: CreateBranchDto): Promise<BranchDto> {
    checkNight(branch);
    await this.lock.center(branch.centerId);
    const now = this.clock.now();
    return this.database.client.branch.create({
      data: { ...branch, id: newId('branch'), createdAt: now, updatedAt: now },
      select: shownBranch,
    });
  }

  /** @throws not found for it or its new center, Problems.validation */
  @Transactional()
  async change(id: string, changes: EditBranchDto): Promise<BranchDto> {
    // Centers are locked before branches, as closing and opening them do.
    if (changes.centerId !== undefined) await this.lock.center(changes.centerId);
    const before = await this.lock.branch(id);
    const { nightStart = before.nightStart, nightEnd = before.nightEnd } = changes;
    checkNight({ nightStart, nightEnd });
    const after = await this.database.client.branch.update({
      where: { id },
      data: { ...changes, updatedAt: this.clock.now() },
      select: shownBranch,
    });
    if (place.some((field) => before[field] !== after[field])) await this.events.publish(new BranchChanged(id));
    return after;
  }

  /**
   * Closes it for good; it is kept for the books. Whoever makes a class at it locks the same row, so none comes in between.
   *
   * @throws not found, IdentityProblems.branchInUse
   */
  @Transactional()
  async remove(id: string): Promise<void> {
    await this.lock.branch(id);
    await this.events.publish(new BranchRemoved(id));
    const now = this.clock.now();
    await this.database.client.branch.update({ where: { id }, data: { deletedAt: now, updatedAt: now } });
  }
}

/** @throws Problems.validation unless there is no night, or one of two different times that is not most of the day */
function checkNight({ nightStart, nightEnd }: { nightStart?: string | null; nightEnd?: string | null }): void {
  if (!nightStart && !nightEnd) return;
  if (!nightStart || !nightEnd) {
    const missing = nightStart ? 'nightEnd' : 'nightStart';
    throw invalid(missing, `${missing} must be given: nightStart and nightEnd come together`);
  }
  const length = (minutesOf(nightEnd) - minutesOf(nightStart) + 24 * 60) % (24 * 60);
  if (length === 0) throw invalid('nightEnd', 'nightEnd must not be the same as nightStart');
  if (length > LONGEST_NIGHT_MINUTES) throw invalid('nightEnd', 'nightEnd must be at most 16 hours after nightStart');
}

function minutesOf(timeOfDay: string): number {
  return Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));
}
