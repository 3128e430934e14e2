import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { ClassProblems, SessionProblems } from '../classes.problems.js';
import { ClassDto, ClassesQuery, CreateClassDto, EditClassDto, EditedClassDto } from './classes.dto.js';
import { CreateClass } from './create-class.js';
import { EditClass } from './edit-class.js';
import { ReadClasses } from './read-classes.js';
import { RemoveClass } from './remove-class.js';

const refusals = [
  Problems.notFound,
  ClassProblems.currencyNotOffered,
  ClassProblems.unknownTeacher,
  SessionProblems.teacherBusy,
];

@ApiTags('classes')
@Controller('classes')
export class ClassesController {
  constructor(
    private readonly readClasses: ReadClasses,
    private readonly createClass: CreateClass,
    private readonly editClass: EditClass,
    private readonly removeClass: RemoveClass,
  ) {}

  @Get()
  @Endpoint({
    access: 'signed-in',
    summary: 'Classes, newest first',
    description: 'Staff who are nothing more see the classes of their branches; everybody else sees all.',
    pageOf: ClassDto,
  })
  list(@Query() query: ClassesQuery, @CurrentPrincipal() principal: Principal): Promise<Page<ClassDto>> {
    return this.readClasses.list(query, principal);
  }

  @Get(':id')
  @Endpoint({ access: 'signed-in', summary: 'One class', answers: ClassDto, errors: [Problems.notFound] })
  one(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<ClassDto> {
    return this.readClasses.one(id, principal);
  }

  @Post()
  @Endpoint({
    access: ['ADMIN'],
    status: 201,
    summary: 'Make a class and its sessions',
    description:
      "Sessions come from the recurrence rule, on the clocks of the branch, and are made eight weeks ahead. A seat's price gets the tax of " +
      "the branch's country.",
    answers: ClassDto,
    errors: refusals,
  })
  async create(@Body() body: CreateClassDto, @CurrentPrincipal() principal: Principal): Promise<ClassDto> {
    return this.readClasses.one(await this.createClass.execute(body), principal);
  }

  @Put(':id')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Change a class and its sessions to come; what is left out stays',
    description:
      'New terms are for sessions in which no seat is taken: what was sold stays sold. A new teacher and capacity are for all, but no capacity ' +
      'falls below the seats taken. Another rule, start or length makes the timetable anew; sessions with seats are kept and listed. What was ' +
      'changed on its own stays as it is.',
    answers: EditedClassDto,
    errors: [...refusals, ClassProblems.staysAtBranch],
  })
  async change(
    @Param('id') id: string,
    @Body() body: EditClassDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<EditedClassDto> {
    const kept = await this.editClass.execute(id, body);
    const keptSessions = kept.map((one) => ({
      id: one.id,
      startTime: one.startTime,
      endTime: one.endTime,
      taken: one.taken,
    }));
    return { ...(await this.readClasses.one(id, principal)), keptSessions };
  }

  @Delete(':id')
  @Endpoint({
    access: ['ADMIN'],
    status: 204,
    summary: 'Take a class off the timetable for good',
    description: 'Refused as long as seats are taken in its sessions. Those to come are removed.',
    errors: [Problems.notFound, ClassProblems.hasSeats],
  })
  async remove(@Param('id') id: string): Promise<void> {
    await this.removeClass.execute(id);
  }
}
