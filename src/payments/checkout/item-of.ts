import { DomainError, Problems } from '../../platform/errors/index.js';
import type { NewSession } from './create-session.js';
import type { PurchaseDto } from './sessions.dto.js';

type Named = Pick<PurchaseDto, 'courseId' | 'packageId' | 'bundleId' | 'licenseId'>;
type Item = Pick<NewSession, 'itemKind' | 'itemId'>;

/** A request with what it names to buy, exactly one thing by the name of its kind, as payment sessions know it. */
export function itemOf<Request extends Named>({
  courseId,
  packageId,
  bundleId,
  licenseId,
  ...rest
}: Request): Omit<Request, keyof Named> & Item {
  return { ...rest, ...one({ courseId, packageId, bundleId, licenseId }) };
}

function one(named: Named): Item {
  const [item, another] = Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (item && !another) return { itemKind: item[0].replace(/Id$/, ''), itemId: item[1] };
  const detail = `Name one thing to buy: ${Object.keys(named).join(' or ')}`;
  throw new DomainError(Problems.validation, detail, [{ pointer: '#/courseId', detail }]);
}
