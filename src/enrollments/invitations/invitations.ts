import { Injectable } from '@nestjs/common';
import { mayActFor, type Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { type Page, type PageQuery, toPage, window } from '../../platform/http/index.js';
import { newId } from '../../platform/ids/index.js';
import { EnrollmentProblems } from '../enrollments.problems.js';
import { hashOf, newCode } from './invitation-code.js';
import type { InvitationDto, NewInvitationDto } from './invitations.dto.js';

const columns = {
  ...{ id: true, courseId: true, name: true, createdAt: true },
  ...{ acceptedBy: true, acceptedAt: true, withdrawnAt: true },
} as const;

/** Invitations to a course, as its instructor and admins handle them. */
@Injectable()
export class Invitations {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws not found for somebody else's course; EnrollmentProblems.notByInvitation */
  async invite(courseId: string, name: string, principal: Principal): Promise<NewInvitationDto> {
    const { admission } = await this.own(courseId, principal);
    if (admission !== 'INVITATION_ONLY') throw new DomainError(EnrollmentProblems.notByInvitation);
    const code = newCode();
    const invitation = await this.database.client.courseInvitation.create({
      data: {
        ...{ id: newId('invitation'), courseId, name, codeHash: hashOf(code) },
        ...{ invitedBy: principal.userId, createdAt: this.clock.now() },
      },
      select: columns,
    });
    return { ...invitation, code };
  }

  /** @throws not found for somebody else's course */
  async list(courseId: string, query: PageQuery, principal: Principal): Promise<Page<InvitationDto>> {
    await this.own(courseId, principal);
    const where = { courseId };
    const [invitations, total] = await Promise.all([
      this.database.client.courseInvitation.findMany({
        where,
        select: columns,
        orderBy: { id: 'desc' },
        ...window(query),
      }),
      this.database.client.courseInvitation.count({ where }),
    ]);
    return toPage(invitations, total, query);
  }

  /**
   * Contends on the invitation's row with who accepts it. Again is harmless.
   * @throws not found for somebody else's course; EnrollmentProblems.invitationUsed
   */
  async withdraw(courseId: string, id: string, principal: Principal): Promise<void> {
    await this.own(courseId, principal);
    const { count } = await this.database.client.courseInvitation.updateMany({
      where: { id, courseId, acceptedAt: null, withdrawnAt: null },
      data: { withdrawnAt: this.clock.now() },
    });
    if (count > 0) return;
    const invitation = await this.database.client.courseInvitation.findFirst({
      where: { id, courseId },
      select: { acceptedAt: true },
    });
    if (!invitation) throw notFound('Invitation');
    if (invitation.acceptedAt) throw new DomainError(EnrollmentProblems.invitationUsed);
  }

  private async own(courseId: string, principal: Principal) {
    const course = await this.database.client.course.findUnique({
      where: { id: courseId },
      select: { instructorId: true, admission: true },
    });
    if (!course || !mayActFor(principal, course.instructorId)) throw notFound('Course');
    return course;
  }
}
