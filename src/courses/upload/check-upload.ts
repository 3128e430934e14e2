import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { DomainError, type FieldError, Problems, type ProblemType } from '../../platform/errors/index.js';
import { inspect } from '../../platform/http/index.js';
import { CheckPrices } from '../catalogue/check-prices.js';
import { CreateCourse } from '../catalogue/create-course.js';
import { CourseProblems } from '../courses.problems.js';
import { MOST_LECTURES, MOST_MODULES, UploadCourseDto, UploadModuleDto } from './upload.dto.js';

interface Flaw extends FieldError {
  readonly problem: ProblemType;
}

const ofPrices = /^#\/(isPremium|price|currency|prices)(\/|$)/;

/** Judges a whole course as it was sent and tells every flaw at once, each where it stands. */
@Injectable()
export class CheckUpload {
  constructor(
    private readonly createCourse: CreateCourse,
    private readonly checkPrices: CheckPrices,
  ) {}

  /** @throws the first flaw's problem, with all flaws in its errors; forbidden for a course of somebody else */
  async execute(body: unknown, principal: Principal): Promise<UploadCourseDto> {
    if (!isObject(body)) throw new DomainError(Problems.malformed, 'The body must be a course');
    const { modules: given, ...rest }: { modules?: unknown } = body;
    const { value: course, flaws: ofCourse } = await inspect(UploadCourseDto, rest);
    const { modules, flaws: ofModules } = await inspectModules(given);
    const flaws: Flaw[] = [
      ...[...ofCourse, ...ofModules].map((flaw) => ({ ...flaw, problem: Problems.validation })),
      ...(await this.ofInstructor(course, principal)),
      ...(ofCourse.some(({ pointer }) => ofPrices.test(pointer)) ? [] : await this.ofPrices(course)),
      ...(course.publish === true && ofModules.length === 0 ? nothingToTeach(modules) : []),
    ];
    const [first] = flaws;
    if (!first) return Object.assign(course, { modules });
    const errors = flaws.map(({ pointer, detail }) => ({ pointer, detail }));
    throw new DomainError(first.problem, first.detail, errors);
  }

  private ofInstructor({ instructorId }: UploadCourseDto, principal: Principal): Promise<Flaw[]> {
    if (typeof instructorId !== 'string') return Promise.resolve([]);
    return flawsOf(() => this.createCourse.checkInstructor(instructorId, principal), '#/instructorId');
  }

  private ofPrices({ prices = [], ...course }: UploadCourseDto): Promise<Flaw[]> {
    return flawsOf(() => this.checkPrices.execute({ ...course, prices }), '#/price');
  }
}

/**
 * Module by module: thousands of lectures take a while, and others have their turn in between. A list longer than any course's is not looked
 * into, for what is wrong with each of its entries would be told at length.
 */
async function inspectModules(given: unknown): Promise<{ modules: UploadModuleDto[]; flaws: FieldError[] }> {
  const modules: UploadModuleDto[] = [];
  if (given === undefined) return { modules, flaws: [] };
  const pointer = '#/modules';
  if (!Array.isArray(given)) return { modules, flaws: [{ pointer, detail: 'modules must be an array' }] };
  if (given.length > MOST_MODULES) return { modules, flaws: [tooLong(pointer, MOST_MODULES)] };
  const flaws: FieldError[] = [];
  for (const [index, module] of given.entries()) {
    const place = `${pointer}/${index}`;
    if (!isObject(module)) {
      flaws.push({ pointer: place, detail: 'a module must be an object' });
      continue;
    }
    const lectures = 'lectures' in module && Array.isArray(module.lectures) ? module.lectures : [];
    const isTooLong = lectures.length > MOST_LECTURES;
    const found = await inspect(UploadModuleDto, isTooLong ? { ...module, lectures: [] } : module, place);
    flaws.push(...found.flaws, ...(isTooLong ? [tooLong(`${place}/lectures`, MOST_LECTURES)] : []));
    modules.push(found.value);
    await setImmediate();
  }
  return { modules, flaws };
}

const tooLong = (pointer: string, most: number): FieldError => ({ pointer, detail: `There are at most ${most}` });

/** What is on sale has a lecture: told wherever one could stand. */
function nothingToTeach(modules: readonly UploadModuleDto[]): Flaw[] {
  if (modules.some(({ lectures = [] }) => lectures.length > 0)) return [];
  const problem = CourseProblems.nothingToTeach;
  const places = modules.length === 0 ? ['#/modules'] : modules.map((_, index) => `#/modules/${index}/lectures`);
  return places.map((pointer) => ({ problem, pointer, detail: problem.title }));
}

/** What an operation refuses, as flaws of the request. What the caller may not do at all is none. */
async function flawsOf(check: () => void | Promise<void>, pointer: string): Promise<Flaw[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem === Problems.forbidden) throw error;
    const { problem, detail, errors = [{ pointer, detail }] } = error;
    return errors.map((flaw) => ({ ...flaw, problem }));
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
