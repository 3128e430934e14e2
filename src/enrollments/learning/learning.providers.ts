import { CompleteLecture } from './complete-lecture.js';
import { LockOpenPlace } from './lock-open-place.js';
import { RecordStudy } from './record-study.js';
import { TakeStep } from './take-step.js';

/** What students do in their courses. */
export const learning = [LockOpenPlace, TakeStep, CompleteLecture, RecordStudy];
