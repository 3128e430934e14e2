import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import type { AbsenteePolicy } from '../../platform/database/index.js';
import { DomainError, type FieldError, Problems } from '../../platform/errors/index.js';
import { ClassProblems } from '../classes.problems.js';
import { seriesFlaw } from './series.js';

/** What of a class is judged as a whole. */
interface ClassTerms {
  readonly price: number | bigint;
  readonly currency: string;
  readonly absenteePolicy: AbsenteePolicy;
  readonly noShowFee: number | bigint;
  readonly recurrenceRule: string | null;
  readonly startsAt: string | null;
}

/** Whether what an admin says of a class goes together. */
@Injectable()
export class CheckTerms {
  constructor(private readonly settings: Settings) {}

  /** @throws Problems.validation, naming every field that does not go with the others; ClassProblems.currencyNotOffered */
  execute(terms: ClassTerms): void {
    const errors = [...feeFlaws(terms), ...timetableFlaws(terms)];
    if (errors.length > 0) {
      const names = errors.map(({ pointer }) => pointer.slice(2));
      throw new DomainError(Problems.validation, `Not valid: ${names.join(', ')}`, errors);
    }
    const { CURRENCIES } = this.settings;
    if (CURRENCIES.includes(terms.currency)) return;
    const detail = `Offered: ${CURRENCIES.join(', ')}`;
    throw new DomainError(ClassProblems.currencyNotOffered, detail, [{ pointer: '#/currency', detail }]);
  }
}

function feeFlaws({ price, absenteePolicy, noShowFee }: ClassTerms): FieldError[] {
  const pointer = '#/noShowFee';
  if (BigInt(noShowFee) > BigInt(price)) return [{ pointer, detail: 'noShowFee must not be more than the price' }];
  return absenteePolicy !== 'FLEXIBLE' && BigInt(noShowFee) > 0n
    ? [
        {
          pointer,
          detail: 'noShowFee must be 0 unless absenteePolicy is FLEXIBLE: under the others an absentee pays the price',
        },
      ]
    : [];
}

function timetableFlaws({ recurrenceRule, startsAt }: ClassTerms): FieldError[] {
  if (recurrenceRule === null && startsAt === null) return [];
  if (recurrenceRule === null || startsAt === null) {
    const missing = recurrenceRule === null ? 'recurrenceRule' : 'startsAt';
    return [{ pointer: `#/${missing}`, detail: `${missing} must be given: recurrenceRule and startsAt come together` }];
  }
  // The zone only tells where an UNTIL ends, which is no flaw anywhere.
  const flaw = seriesFlaw({ recurrenceRule, startsAt, timeZone: 'UTC' });
  return flaw === undefined ? [] : [{ pointer: '#/recurrenceRule', detail: `recurrenceRule: ${flaw}` }];
}
