import { databaseFailure } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { SessionProblems } from '../classes.problems.js';

const EXCLUSION_VIOLATION = '23P01';

/**
 * Runs a statement that gives a session a time, a teacher or a live status. A teacher's overlapping sessions are refused by the
 * database itself (`class_sessions_teacher`), whoever writes at the same time.
 * @throws SessionProblems.teacherBusy
 */
export async function unlessTeacherBusy<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    throw databaseFailure(error)?.code === EXCLUSION_VIOLATION ? new DomainError(SessionProblems.teacherBusy) : error;
  }
}
