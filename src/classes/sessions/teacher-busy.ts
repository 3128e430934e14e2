import { databaseFailure } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { SessionProblems } from '../classes.problems.js';

const EXCLUSION_VIOLATION = '23P01';
const TIMESTAMP = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)([+-]\d{2})(:\d{2})?/g;

/**
 * Runs a statement that gives a session a time, a teacher or a live status. A teacher's overlapping sessions are refused by the
 * database itself (`class_sessions_teacher`), whoever writes at the same time.
 * @throws SessionProblems.teacherBusy
 */
export async function unlessTeacherBusy<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    const failure = databaseFailure(error);
    throw failure?.code === EXCLUSION_VIOLATION ? teacherBusy(failure.detail) : error;
  }
}

/** Says when: of a series that meets with something, nobody would find out which meeting it is. The first that was found. */
function teacherBusy(conflict = ''): DomainError {
  const [start, end] = Array.from(conflict.split('existing key').at(1)?.matchAll(TIMESTAMP) ?? [], toIso);
  const { teacherBusy: problem } = SessionProblems;
  return new DomainError(problem, start && end && `${problem.title}: from ${start} to ${end}`);
}

/** PostgreSQL writes the offset in hours where it is whole hours, which is no ISO 8601 for a Date. */
function toIso([, date, time, hours, minutes = ':00']: RegExpMatchArray): string {
  return new Date(`${date}T${time}${hours}${minutes}`).toISOString();
}
