import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page, PageQuery } from '../../platform/http/index.js';
import { EnrollmentProblems } from '../enrollments.problems.js';
import { InvitationDto, InviteDto, NewInvitationDto } from './invitations.dto.js';
import { Invitations } from './invitations.js';

const teachers = ['INSTRUCTOR', 'ADMIN'] as const;

@ApiTags('courses')
@Controller('courses/:courseId/invitations')
export class InvitationsController {
  constructor(private readonly invitations: Invitations) {}

  @Post()
  @Endpoint({
    access: teachers,
    status: 201,
    summary: 'Invite somebody to a course that is by invitation only',
    description:
      'Whoever has the code may accept it, once, by `POST /enrollments`: a free course is theirs then, a premium one they may buy.',
    answers: NewInvitationDto,
    errors: [Problems.notFound, EnrollmentProblems.notByInvitation],
  })
  invite(
    @Param('courseId') courseId: string,
    @Body() { name }: InviteDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<NewInvitationDto> {
    return this.invitations.invite(courseId, name, principal);
  }

  @Get()
  @Endpoint({
    access: teachers,
    summary: "A course's invitations, newest first, and who has accepted them",
    pageOf: InvitationDto,
    errors: [Problems.notFound],
  })
  list(
    @Param('courseId') courseId: string,
    @Query() query: PageQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Page<InvitationDto>> {
    return this.invitations.list(courseId, query, principal);
  }

  @Delete(':id')
  @Endpoint({
    access: teachers,
    status: 204,
    summary: 'Withdraw an invitation that nobody has accepted',
    description: 'Again is harmless.',
    errors: [Problems.notFound, EnrollmentProblems.invitationUsed],
  })
  async withdraw(
    @Param('courseId') courseId: string,
    @Param('id') id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.invitations.withdraw(courseId, id, principal);
  }
}
