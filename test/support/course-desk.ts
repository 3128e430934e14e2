import type { TestApp } from './app.js';
import type { Person } from './people.js';
import { expectStatus } from './school.js';
import type { CourseDto } from '../../src/courses/catalogue/courses.dto.js';

export type Fields = Record<string, unknown>;

export const minimal = {
  title: 'Swahili',
  description: 'From greetings on.',
  category: 'languages',
  isPremium: true,
  price: 9999,
  currency: 'USD',
};

export interface Problem {
  code: string;
  detail: string;
  errors?: { pointer: string }[];
}

/** What an instructor does with courses, over HTTP. */
export class CourseDesk {
  constructor(
    private readonly app: TestApp,
    private readonly instructor: Person,
  ) {}

  create<T = CourseDto>(fields: Fields = {}, who = this.instructor) {
    return this.app.post<T>('/courses', { ...minimal, ...fields }, who.token);
  }

  send<T = CourseDto>(method: string, path: string, body?: Fields, who = this.instructor) {
    return this.app.request<T>(method, `/courses/${path}`, { body, token: who.token });
  }

  async created(fields: Fields = {}) {
    return expectStatus(201, await this.create(fields));
  }

  read(id: string, who = this.instructor) {
    return this.app.get<CourseDto>(`/courses/${id}`, who.token);
  }
}
