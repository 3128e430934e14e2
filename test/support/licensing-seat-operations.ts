import type { Answer } from './app.js';
import type { Operation } from './operations.js';
import type { Person } from './people.js';

type Call = (method: string, path: string, by: Person, body?: object) => Promise<Answer<unknown>>;

/** What may be done with seats of a licence that is not there, and with what is made of licences. */
export function licensingSeatOperations(call: Call) {
  const seats = '/enterprise/licenses/lic_none/seats';
  const calling = (method: string, path: string, body?: object): Operation => ({
    run: (_, by) => call(method, path, by, body),
  });
  return {
    'licence seats: list': calling('GET', seats),
    'licence seats: offer': calling('POST', seats, { email: 'new@acme.example' }),
    'licence seats: move': calling('PUT', `${seats}/usr_none`, { email: 'new@acme.example' }),
    'licence seats: take away': calling('DELETE', `${seats}/usr_none`),
    'licence seats: accept what is not offered': calling('POST', '/enterprise/seats/accept', { code: 'lst_none.none' }),
    'licences: usage': calling('GET', '/enterprise/usage'),
  } satisfies Record<string, Operation>;
}
