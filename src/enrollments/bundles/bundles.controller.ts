import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CourseProblems } from '../../courses/index.js';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { BundleDto, BundleListQuery, WriteBundleDto } from './bundles.dto.js';
import { BundleProblems } from './bundles.problems.js';
import { ReadBundles } from './read-bundles.js';
import { WriteBundle } from './write-bundle.js';

const teachers = ['INSTRUCTOR', 'ADMIN'] as const;
const flaws = [
  BundleProblems.notSold,
  BundleProblems.repeated,
  CourseProblems.priceTooHigh,
  CourseProblems.currencyNotOffered,
  CourseProblems.currencyRepeated,
];
const everyFlaw = 'Every flaw is in `errors`; `code` is that of the first. An instructor names their own courses only.';

@ApiTags('courses')
@Controller('bundles')
export class BundlesController {
  constructor(
    private readonly readBundles: ReadBundles,
    private readonly writeBundle: WriteBundle,
  ) {}

  @Get()
  @Endpoint({
    access: 'public',
    summary: 'Bundles and learning paths on sale, newest first',
    description: 'Bought by `POST /courses/purchase`, or by a payment session with `bundleId`.',
    pageOf: BundleDto,
    etag: true,
  })
  list(@Query() query: BundleListQuery): Promise<Page<BundleDto>> {
    return this.readBundles.list(query);
  }

  @Get(':id')
  @Endpoint({
    access: 'optional',
    summary: 'One bundle',
    description: 'An archived one is there only for its owner and for admins.',
    answers: BundleDto,
    errors: [Problems.notFound],
  })
  one(@Param('id') id: string, @CurrentPrincipal() principal?: Principal): Promise<BundleDto> {
    return this.readBundles.one(id, principal);
  }

  @Post()
  @Endpoint({
    access: teachers,
    status: 201,
    summary: 'Make a bundle',
    description: everyFlaw,
    answers: BundleDto,
    errors: flaws,
  })
  async create(@Body() body: WriteBundleDto, @CurrentPrincipal() principal: Principal): Promise<BundleDto> {
    return this.readBundles.one(await this.writeBundle.create(body, principal), principal);
  }

  @Put(':id')
  @Endpoint({
    access: teachers,
    summary: 'Replace what a bundle is',
    description: `For new payment sessions; those already begun keep their courses and their price. ${everyFlaw}`,
    answers: BundleDto,
    errors: [Problems.notFound, BundleProblems.archived, ...flaws],
  })
  async replace(
    @Param('id') id: string,
    @Body() body: WriteBundleDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<BundleDto> {
    await this.writeBundle.replace(id, body, principal);
    return this.readBundles.one(id, principal);
  }

  @Delete(':id')
  @Endpoint({
    access: teachers,
    status: 204,
    summary: 'Take a bundle off sale for good',
    description:
      'Whoever bought it keeps its courses; payment sessions already begun still complete. Again is harmless.',
    errors: [Problems.notFound],
  })
  async remove(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    await this.writeBundle.archive(id, principal);
  }
}
