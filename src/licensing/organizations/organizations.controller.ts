import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page, PageQuery } from '../../platform/http/index.js';
import { EditOrganizations } from './edit-organizations.js';
import {
  AddOrganizationAdminDto,
  CreateOrganizationDto,
  EditOrganizationDto,
  OrganizationDto,
} from './organizations.dto.js';
import { ReadOrganizations } from './read-organizations.js';

@ApiTags('enterprise')
@Controller('enterprise/organizations')
export class OrganizationsController {
  constructor(
    private readonly readOrganizations: ReadOrganizations,
    private readonly editOrganizations: EditOrganizations,
  ) {}

  @Get()
  @Endpoint({
    access: ['ENTERPRISE', 'ADMIN'],
    summary: 'Organizations that licences are sold to, newest first',
    description: "The school's admins see all, others those whose licences they handle.",
    pageOf: OrganizationDto,
  })
  list(@Query() query: PageQuery, @CurrentPrincipal() principal: Principal): Promise<Page<OrganizationDto>> {
    return this.readOrganizations.list(query, principal);
  }

  @Post()
  @Endpoint({
    access: ['ADMIN'],
    status: 201,
    idempotent: true,
    summary: 'Add an organization',
    description: 'Licences are sold to it, and taxed where it is.',
    answers: OrganizationDto,
  })
  async create(@Body() body: CreateOrganizationDto): Promise<OrganizationDto> {
    return this.readOrganizations.one(await this.editOrganizations.create(body));
  }

  @Put(':id')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Change an organization; what is left out stays',
    description: 'What was paid already keeps its tax. Audited.',
    answers: OrganizationDto,
    errors: [Problems.notFound],
  })
  async change(
    @Param('id') id: string,
    @Body() body: EditOrganizationDto,
    @CurrentPrincipal() { userId }: Principal,
  ): Promise<OrganizationDto> {
    await this.editOrganizations.change(id, body, userId);
    return this.readOrganizations.one(id);
  }

  @Post(':id/admins')
  @Endpoint({
    access: ['ADMIN'],
    summary: "Have somebody handle an organization's licences",
    description: 'They get the role `ENTERPRISE` with it. Audited. Again is harmless.',
    answers: OrganizationDto,
    errors: [Problems.notFound],
  })
  async addAdmin(
    @Param('id') id: string,
    @Body() { userId }: AddOrganizationAdminDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<OrganizationDto> {
    await this.editOrganizations.addAdmin(id, userId, principal.userId);
    return this.readOrganizations.one(id);
  }

  @Delete(':id/admins/:userId')
  @Endpoint({
    access: ['ADMIN'],
    status: 204,
    summary: "Take an organization's licences out of somebody's hands",
    description: 'Their role stays: by itself it opens nothing. Audited. Again is harmless.',
    errors: [Problems.notFound],
  })
  async removeAdmin(
    @Param('id') id: string,
    @Param('userId') userId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.editOrganizations.removeAdmin(id, userId, principal.userId);
  }
}
