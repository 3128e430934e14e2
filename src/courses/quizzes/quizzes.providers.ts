import { MarkQuiz } from './mark-quiz.js';
import { ReadQuiz } from './read-quiz.js';
import { SetQuiz } from './set-quiz.js';

/** Lectures that are quizzes. */
export const quizzes = [SetQuiz, ReadQuiz, MarkQuiz];
