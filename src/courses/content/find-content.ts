import { Injectable } from '@nestjs/common';
import { type CourseStatus, Database, Prisma } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { ContentProblems } from './content.problems.js';

export interface FoundContent {
  readonly storageKey: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly size: number;
  readonly checksum: string;
}

interface Row {
  courseId: string;
  status: CourseStatus;
  isPreview: boolean;
  /** By a grant, or because the course is theirs or they are an admin. */
  mayRead: boolean;
  storageKey: string | null;
  fileName: string;
  mediaType: string;
  size: bigint;
  checksum: string;
}

/** A lecture's file, for who may read it at this moment: by a grant that stands, as who teaches the course, as an admin, or as a preview. */
@Injectable()
export class FindContent {
  constructor(private readonly database: Database) {}

  /** @throws not found for what is hidden, notEnrolled for what is on sale */
  async inCourse(courseId: string, lectureId: string, userId: string): Promise<FoundContent> {
    const row = await this.row(lectureId, userId);
    if (row?.courseId !== courseId) throw notFound('Lecture');
    if (!isOpen(row))
      throw row.status === 'PUBLISHED' ? new DomainError(ContentProblems.notEnrolled) : notFound('Lecture');
    return toContent(row);
  }

  /**
   * For who was told of it: there is nothing to hide.
   * @throws notEnrolled when access has gone
   */
  async again(lectureId: string, userId: string): Promise<FoundContent> {
    const row = await this.row(lectureId, userId);
    if (!row) throw notFound('Lecture');
    if (!isOpen(row)) throw new DomainError(ContentProblems.notEnrolled);
    return toContent(row);
  }

  private row(lectureId: string, userId: string): Promise<Row | undefined> {
    return this.database.row<Row>(Prisma.sql`
      SELECT c.id AS "courseId", c.status, l.is_preview AS "isPreview",
        c.instructor_id = ${userId}
          OR EXISTS (SELECT FROM access_grants g WHERE g.user_id = ${userId} AND g.course_id = c.id AND g.revoked_at IS NULL)
          OR EXISTS (SELECT FROM users u WHERE u.id = ${userId} AND 'ADMIN' = ANY (u.roles)) AS "mayRead",
        k.storage_key AS "storageKey", k.file_name AS "fileName", k.media_type AS "mediaType", k.size, k.checksum
      FROM lectures l JOIN course_modules m ON m.id = l.module_id JOIN courses c ON c.id = m.course_id
      LEFT JOIN lecture_contents k ON k.lecture_id = l.id
      WHERE l.id = ${lectureId}`);
  }
}

function isOpen({ mayRead, isPreview, status }: Row): boolean {
  return mayRead || (isPreview && status === 'PUBLISHED');
}

function toContent({ storageKey, fileName, mediaType, size, checksum }: Row): FoundContent {
  if (storageKey === null) throw notFound('Content');
  return { storageKey, fileName, mediaType, size: Number(size), checksum };
}
