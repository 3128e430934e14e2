import type { Answer } from './app.js';
import type { Operation } from './operations.js';
import type { Person } from './people.js';

type Call = (method: string, path: string, by: Person, body?: object) => Promise<Answer<unknown>>;

const none = '/enterprise/licenses/lic_of_nobody';
const offer = { organizationId: 'org_of_nobody', tier: 'TEAM', seats: 1, months: 1, currency: 'USD' };

/** What may be done with licences, where nobody has one: who may is told that it is not there. */
export function licenseOperations(call: Call) {
  const calling = (method: string, path: string, body?: object): Operation => ({
    run: (_, by) => call(method, path, by, body),
  });
  return {
    'licences: the tiers': calling('GET', '/enterprise/tiers'),
    'licences: list': calling('GET', '/enterprise/licenses'),
    'licences: one': calling('GET', none),
    'licences: sell': calling('POST', '/enterprise/licenses/create', offer),
    'licences: mark as paid': calling('POST', `${none}/mark-paid`, { reference: 'INV-1' }),
    'licences: renew': calling('POST', `${none}/renew`, { months: 1 }),
    'licences: suspend': calling('POST', `${none}/suspend`, { reason: 'asked' }),
    'licences: resume': calling('POST', `${none}/resume`),
    'licences: revoke': calling('POST', `${none}/revoke`, { reason: 'asked' }),
    'licences: pay for': calling('POST', '/payments/sessions', { licenseId: 'lic_of_nobody' }),
  } satisfies Record<string, Operation>;
}
