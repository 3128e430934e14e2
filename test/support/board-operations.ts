import type { Answer } from './app.js';
import type { Operation } from './operations.js';
import type { Person } from './people.js';

type Call = (method: string, path: string, by: Person, body?: object) => Promise<Answer<unknown>>;

/** What may be done about friends, of whom the student is asked to be one, and with leaderboards. */
export function boardOperations(call: Call) {
  const calling = (method: string, path: string, body?: object): Operation => ({
    run: (_, by) => call(method, path, by, body),
  });
  const withStudent = (method: string, path = ''): Operation => ({
    run: ({ student }, by) => call(method, `/friends/${student.id}${path}`, by),
  });
  return {
    'friends: own': calling('GET', '/friends'),
    'friends: ask the student': withStudent('POST'),
    'friends: accept who has not asked': withStudent('POST', '/accept'),
    'friends: remove who is none': withStudent('DELETE'),
    'leaderboard: of everybody': calling('GET', '/leaderboard/global'),
    'leaderboard: among friends': calling('GET', '/leaderboard/friends'),
    'leaderboard: be seen or not': calling('PATCH', '/leaderboard/me', { listed: true }),
  } satisfies Record<string, Operation>;
}
