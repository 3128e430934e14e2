import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { LedgerModule } from '../ledger/index.js';
import { PaymentsModule } from '../payments/index.js';
import { CheckTeacher } from './check-teacher.js';
import { AddSession } from './sessions/add-session.js';
import { DeleteSession } from './sessions/delete-session.js';
import { EditSeries } from './sessions/edit-series.js';
import { EditSession } from './sessions/edit-session.js';
import { FindManagedSession } from './sessions/find-managed-session.js';
import { MoveDueSessions } from './sessions/move-due-sessions.js';
import { MoveSession } from './sessions/move-session.js';
import { ReadSessions } from './sessions/read-sessions.js';
import { RescheduleSession } from './sessions/reschedule-session.js';
import { ClassSessionsController } from './sessions/sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { CheckTerms } from './timetable/check-terms.js';
import { ClassesController } from './timetable/classes.controller.js';
import { CreateClass } from './timetable/create-class.js';
import { DropSessions } from './timetable/drop-sessions.js';
import { EditClass } from './timetable/edit-class.js';
import { EditFollowing } from './timetable/edit-following.js';
import { FollowBranch } from './timetable/follow-branch.js';
import { GenerateSessions } from './timetable/generate-sessions.js';
import { LockClass } from './timetable/lock-class.js';
import { LockSessions } from './timetable/lock-sessions.js';
import { PlaceSessions } from './timetable/place-sessions.js';
import { PlanSessions } from './timetable/plan-sessions.js';
import { ReadClasses } from './timetable/read-classes.js';
import { RebuildTimetable } from './timetable/rebuild-timetable.js';
import { RemoveClass } from './timetable/remove-class.js';
import { ReviseSessions } from './timetable/revise-sessions.js';
import { MakeSessionTerms } from './timetable/session-terms.js';

const timetable = [
  ...[LockClass, LockSessions, MakeSessionTerms, CheckTerms, PlanSessions, PlaceSessions, DropSessions],
  ...[RebuildTimetable, ReviseSessions, GenerateSessions, FollowBranch],
  ...[ReadClasses, CreateClass, EditClass, RemoveClass, EditFollowing],
];
const sessions = [
  FindManagedSession,
  MoveSession,
  MoveDueSessions,
  RescheduleSession,
  AddSession,
  EditSession,
  EditSeries,
  DeleteSession,
  SessionsRepository,
  ReadSessions,
];

@Module({
  imports: [IdentityModule, LedgerModule, PaymentsModule],
  controllers: [ClassesController, ClassSessionsController],
  providers: [CheckTeacher, ...timetable, ...sessions],
})
export class ClassesModule {}
