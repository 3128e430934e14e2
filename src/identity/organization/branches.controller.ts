import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { IdentityProblems } from '../identity.problems.js';
import { EditBranchStaff } from './edit-branch-staff.js';
import { EditBranches } from './edit-branches.js';
import { BranchDto, BranchesQuery, BranchStaffDto, CreateBranchDto, EditBranchDto } from './organization.dto.js';
import { ReadBranches } from './read-branches.js';

@ApiTags('organization')
@Controller('branches')
export class BranchesController {
  constructor(
    private readonly readBranches: ReadBranches,
    private readonly editBranches: EditBranches,
    private readonly editStaff: EditBranchStaff,
  ) {}

  @Get()
  @Endpoint({
    access: 'signed-in',
    summary: 'Branches, newest first',
    description: 'Staff who are nothing more see the branches where they work; everybody else sees all.',
    pageOf: BranchDto,
  })
  list(@Query() query: BranchesQuery, @CurrentPrincipal() principal: Principal): Promise<Page<BranchDto>> {
    return this.readBranches.list(query, principal);
  }

  @Get(':id')
  @Endpoint({ access: 'signed-in', summary: 'One branch', answers: BranchDto, errors: [Problems.notFound] })
  one(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<BranchDto> {
    return this.readBranches.one(id, principal);
  }

  @Post()
  @Endpoint({
    access: ['ADMIN'],
    status: 201,
    summary: 'Open a branch',
    answers: BranchDto,
    errors: [Problems.notFound],
  })
  create(@Body() body: CreateBranchDto): Promise<BranchDto> {
    return this.editBranches.create(body);
  }

  @Put(':id')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Change a branch; what is left out stays',
    description:
      'Another country, region, time zone or night is for future sessions in which no seat is taken; what was sold stays as it was sold.',
    answers: BranchDto,
    errors: [Problems.notFound],
  })
  change(@Param('id') id: string, @Body() body: EditBranchDto): Promise<BranchDto> {
    return this.editBranches.change(id, body);
  }

  @Delete(':id')
  @Endpoint({
    access: ['ADMIN'],
    status: 204,
    summary: 'Close a branch for good',
    description: 'Refused as long as it has classes. What was booked there stays in the books.',
    errors: [Problems.notFound, IdentityProblems.branchInUse],
  })
  async remove(@Param('id') id: string): Promise<void> {
    await this.editBranches.remove(id);
  }

  @Put(':id/staff/:userId')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Let somebody work at a branch',
    description: 'They need the role STAFF. Again is harmless. Leaves an audit record.',
    answers: BranchStaffDto,
    errors: [Problems.notFound, IdentityProblems.notStaff],
  })
  addStaff(
    @Param('id') id: string,
    @Param('userId') userId: string,
    @CurrentPrincipal() admin: Principal,
  ): Promise<BranchStaffDto> {
    return this.editStaff.add(id, userId, admin.userId);
  }

  @Delete(':id/staff/:userId')
  @Endpoint({
    access: ['ADMIN'],
    status: 204,
    summary: 'Take somebody off a branch',
    description: 'Felt at once. Again is harmless. Leaves an audit record.',
    errors: [Problems.notFound],
  })
  async removeStaff(
    @Param('id') id: string,
    @Param('userId') userId: string,
    @CurrentPrincipal() admin: Principal,
  ): Promise<void> {
    await this.editStaff.remove(id, userId, admin.userId);
  }
}
