import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { newSerial } from './serials.js';

/**
 * Writes down that somebody has completed a course, in the words of this day: what is renamed later stays on it as it was. In the transaction
 * that completes the course; a place has one certificate, by its unique index.
 */
@Injectable()
export class IssueCertificate {
  constructor(private readonly database: Database) {}

  async execute(enrollmentId: string, issuedAt: Date): Promise<void> {
    await this.database.execute(Prisma.sql`
      INSERT INTO certificates (serial, enrollment_id, user_id, course_id, student_name, course_title, instructor_name, issued_at)
      SELECT ${newSerial()}, e.id, e.user_id, e.course_id, student.name, c.title, instructor.name, ${issuedAt}
      FROM enrollments e JOIN users student ON student.id = e.user_id
        JOIN courses c ON c.id = e.course_id JOIN users instructor ON instructor.id = c.instructor_id
      WHERE e.id = ${enrollmentId}`);
  }
}
