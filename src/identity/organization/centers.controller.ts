import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { IdentityProblems } from '../identity.problems.js';
import { EditCenters } from './edit-centers.js';
import { CenterDto, CentersQuery, CreateCenterDto, EditCenterDto } from './organization.dto.js';
import { ReadCenters } from './read-centers.js';

@ApiTags('organization')
@Controller('centers')
export class CentersController {
  constructor(
    private readonly readCenters: ReadCenters,
    private readonly editCenters: EditCenters,
  ) {}

  @Get()
  @Endpoint({ access: 'signed-in', summary: 'All centers, newest first', pageOf: CenterDto })
  list(@Query() query: CentersQuery): Promise<Page<CenterDto>> {
    return this.readCenters.list(query);
  }

  @Get(':id')
  @Endpoint({ access: 'signed-in', summary: 'One center', answers: CenterDto, errors: [Problems.notFound] })
  one(@Param('id') id: string): Promise<CenterDto> {
    return this.readCenters.one(id);
  }

  @Post()
  @Endpoint({ access: ['ADMIN'], status: 201, summary: 'Open a center', answers: CenterDto })
  create(@Body() body: CreateCenterDto): Promise<CenterDto> {
    return this.editCenters.create(body);
  }

  @Put(':id')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Change a center; what is left out stays',
    answers: CenterDto,
    errors: [Problems.notFound],
  })
  change(@Param('id') id: string, @Body() body: EditCenterDto): Promise<CenterDto> {
    return this.editCenters.change(id, body);
  }

  @Delete(':id')
  @Endpoint({
    access: ['ADMIN'],
    status: 204,
    summary: 'Close a center for good',
    description: 'Refused as long as it has branches. What was booked there stays in the books.',
    errors: [Problems.notFound, IdentityProblems.centerInUse],
  })
  async remove(@Param('id') id: string): Promise<void> {
    await this.editCenters.remove(id);
  }
}
