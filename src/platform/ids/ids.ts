import { typeid } from 'typeid-js';

/** Every entity's id prefix. An id is `prefix_` + a UUIDv7 in base 32: unique, typed on sight, sortable by time of creation. */
export const idPrefixes = {
  user: 'usr',
  refreshToken: 'rft',
  course: 'crs',
  module: 'mod',
  lecture: 'lec',
  storedObject: 'obj',
  quizQuestion: 'qqn',
  accessGrant: 'agr',
  enrollment: 'enr',
  quizAttempt: 'qza',
  review: 'rev',
  invitation: 'inv',
  bundle: 'bdl',
  paymentSession: 'ps',
  payment: 'pay',
  refund: 'rfd',
  dispute: 'dsp',
  providerMovement: 'mvt',
  earning: 'ern',
  paymentMethod: 'pmt',
  methodSetup: 'pms',
  subscription: 'sub',
  tokenTransaction: 'tkn',
  deferral: 'dfr',
  coupon: 'cpn',
  couponUse: 'cpu',
  email: 'eml',
  providerEvent: 'whe',
  mpesaRequest: 'mpr',
  center: 'ctr',
  branch: 'brn',
  class: 'cls',
  classSession: 'ses',
  seat: 'bkg',
  classPackage: 'pkg',
  studentPackage: 'spk',
  waitlistEntry: 'wtl',
  payout: 'pyo',
  payoutAccount: 'pya',
  cashbox: 'cbx',
  cashMovement: 'csm',
  cashCount: 'cct',
  statementLine: 'stl',
  reconciliationRun: 'rcr',
  discrepancy: 'dcr',
  ledgerEntry: 'ent',
  hold: 'hld',
  transfer: 'trf',
  event: 'evt',
  outboxMessage: 'msg',
  auditRecord: 'aud',
} as const;

export type EntityName = keyof typeof idPrefixes;

/** A new id for an entity, such as `crs_01h2xcejqtf2nbrexx3vqjhp41`. */
export function newId(entity: EntityName): string {
  return typeid(idPrefixes[entity]).toString();
}
