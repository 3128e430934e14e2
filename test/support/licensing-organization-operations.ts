import type { Answer } from './app.js';
import type { Operation } from './operations.js';
import type { Person } from './people.js';

type Call = (method: string, path: string, by: Person, body?: object) => Promise<Answer<unknown>>;

/** What may be done with organizations that licences are sold to, by people who have nothing to do with one. */
export function organizationOperations(call: Call) {
  return {
    'organizations: list': { run: (_, by) => call('GET', '/enterprise/organizations', by) },
    'organizations: add': {
      run: (_, by) => call('POST', '/enterprise/organizations', by, { name: 'Acme', country: 'KE' }),
    },
    'organizations: change': {
      run: (_, by) => call('PUT', '/enterprise/organizations/org_of_nobody', by, { name: 'Ours' }),
    },
    'organizations: add an admin': {
      run: ({ student }, by) =>
        call('POST', '/enterprise/organizations/org_of_nobody/admins', by, { userId: student.id }),
    },
    'organizations: take an admin away': {
      run: ({ student }, by) => call('DELETE', `/enterprise/organizations/org_of_nobody/admins/${student.id}`, by),
    },
  } satisfies Record<string, Operation>;
}
