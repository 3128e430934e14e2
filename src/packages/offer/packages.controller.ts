import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { CreatePackage } from './create-package.js';
import { EditPackage } from './edit-package.js';
import { CreatePackageDto, EditPackageDto, PackageDto, PackagesQuery, RemovedPackageDto } from './packages.dto.js';
import { ReadPackages } from './read-packages.js';
import { RemovePackage } from './remove-package.js';

@ApiTags('packages')
@Controller('packages')
export class PackagesController {
  constructor(
    private readonly readPackages: ReadPackages,
    private readonly createPackage: CreatePackage,
    private readonly editPackage: EditPackage,
    private readonly removePackage: RemovePackage,
  ) {}

  @Get()
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    summary: 'Packages, newest first',
    description: 'An admin sees all, staff those of classes at their branches.',
    pageOf: PackageDto,
  })
  list(@Query() query: PackagesQuery, @CurrentPrincipal() principal: Principal): Promise<Page<PackageDto>> {
    return this.readPackages.list(query, principal);
  }

  @Get('class/:classId')
  @Endpoint({
    access: 'signed-in',
    summary: 'The packages of a class that are on sale',
    description: 'Oldest first. Bought by `POST /student-packages/purchase`, or by a payment session with `packageId`.',
    answers: [PackageDto],
    errors: [Problems.notFound],
  })
  onSale(@Param('classId') classId: string): Promise<PackageDto[]> {
    return this.readPackages.onSale(classId);
  }

  @Get(':id')
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    summary: 'One package',
    answers: PackageDto,
    errors: [Problems.notFound],
  })
  one(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<PackageDto> {
    return this.readPackages.one(id, principal);
  }

  @Post()
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    status: 201,
    summary: 'Offer a package for a class',
    description:
      "Staff do so for classes at their branches. The price is in the class's currency and gets the tax of the branch's country. A credit " +
      'pays for a seat in any session of the class, whatever that costs, and never expires.',
    answers: PackageDto,
    errors: [Problems.notFound],
  })
  create(@Body() body: CreatePackageDto, @CurrentPrincipal() principal: Principal): Promise<PackageDto> {
    return this.createPackage.execute(body, principal);
  }

  @Put(':id')
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    summary: 'Change what a package offers from now on; what is left out stays',
    description: 'What was bought keeps its terms, and a payment session that is open keeps its price.',
    answers: PackageDto,
    errors: [Problems.notFound],
  })
  edit(
    @Param('id') id: string,
    @Body() body: EditPackageDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PackageDto> {
    return this.editPackage.execute(id, body, principal);
  }

  @Delete(':id')
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    summary: 'Delete a package, or take it off sale when it has been bought',
    description:
      'The answer says which of the two was done. One that somebody is just paying for is taken off sale too, and they get it.',
    answers: RemovedPackageDto,
    errors: [Problems.notFound],
  })
  remove(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<RemovedPackageDto> {
    return this.removePackage.execute(id, principal);
  }
}
