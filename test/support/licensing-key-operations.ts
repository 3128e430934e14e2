import type { Answer } from './app.js';
import type { Operation } from './operations.js';
import type { Person } from './people.js';

type Call = (method: string, path: string, by: Person, body?: object) => Promise<Answer<unknown>>;

/** What may be done with the keys, domains and looks of licences, by people who have nothing to do with one. */
export function licenseKeyOperations(call: Call) {
  const license = '/enterprise/licenses/lic_of_nobody';
  return {
    'licence keys: activate': {
      run: (_, by) => call('POST', '/enterprise/licenses/activate', by, { key: 'none', domain: 'learn.acme.example' }),
    },
    'licence keys: leave a domain': { run: (_, by) => call('DELETE', `${license}/domains/learn.acme.example`, by) },
    'licence looks: set': { run: (_, by) => call('PUT', `${license}/branding`, by, { name: 'Acme' }) },
  } satisfies Record<string, Operation>;
}
