-- CreateEnum
CREATE TYPE "absentee_policy" AS ENUM ('STRICT', 'FLEXIBLE', 'MANUAL');

-- CreateEnum
CREATE TYPE "class_session_status" AS ENUM ('SCHEDULED', 'CHECKING_IN', 'CONDUCTING', 'FINISHED', 'CANCELED', 'MISSED');

-- CreateTable
CREATE TABLE "classes" (
    "id" TEXT NOT NULL,
    "branch_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "teacher_id" TEXT NOT NULL,
    "price" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "capacity" INTEGER NOT NULL,
    "absentee_policy" "absentee_policy" NOT NULL DEFAULT 'STRICT',
    "no_show_fee" BIGINT NOT NULL DEFAULT 0,
    "cancellation_window_minutes" INTEGER NOT NULL DEFAULT 120,
    "duration_minutes" INTEGER NOT NULL,
    "recurrence_rule" TEXT,
    "starts_at" TEXT,
    "generated_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "classes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "class_sessions" (
    "id" TEXT NOT NULL,
    "class_id" TEXT NOT NULL,
    "branch_id" TEXT NOT NULL,
    "teacher_id" TEXT NOT NULL,
    "start_time" TIMESTAMPTZ(3) NOT NULL,
    "end_time" TIMESTAMPTZ(3) NOT NULL,
    "status" "class_session_status" NOT NULL DEFAULT 'SCHEDULED',
    "capacity" INTEGER NOT NULL,
    "taken" INTEGER NOT NULL DEFAULT 0,
    "price" BIGINT NOT NULL,
    "tax" BIGINT NOT NULL DEFAULT 0,
    "currency" TEXT NOT NULL,
    "tax_country" TEXT NOT NULL,
    "tax_rate" INTEGER NOT NULL DEFAULT 0,
    "absentee_policy" "absentee_policy" NOT NULL,
    "no_show_fee" BIGINT NOT NULL DEFAULT 0,
    "cancel_until" TIMESTAMPTZ(3) NOT NULL,
    "occurrence" TEXT,
    "detached" BOOLEAN NOT NULL DEFAULT false,
    "cancel_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "class_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "classes_branch_id_idx" ON "classes"("branch_id");

-- CreateIndex
CREATE INDEX "class_sessions_branch_id_start_time_idx" ON "class_sessions"("branch_id", "start_time");

-- CreateIndex
CREATE INDEX "class_sessions_start_time_id_idx" ON "class_sessions"("start_time", "id");

-- CreateIndex
CREATE INDEX "class_sessions_status_start_time_idx" ON "class_sessions"("status", "start_time");

-- CreateIndex
CREATE UNIQUE INDEX "class_sessions_class_id_occurrence_key" ON "class_sessions"("class_id", "occurrence");

-- AddForeignKey
ALTER TABLE "classes" ADD CONSTRAINT "classes_branch_id_fkey" FOREIGN KEY ("branch_id") REFERENCES "branches"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "class_sessions" ADD CONSTRAINT "class_sessions_class_id_fkey" FOREIGN KEY ("class_id") REFERENCES "classes"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "class_sessions" ADD CONSTRAINT "class_sessions_branch_id_fkey" FOREIGN KEY ("branch_id") REFERENCES "branches"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE EXTENSION IF NOT EXISTS btree_gist;

ALTER TABLE "classes" ADD CONSTRAINT "classes_terms" CHECK (
  "capacity" > 0 AND "price" >= 0 AND "no_show_fee" BETWEEN 0 AND "price" AND "cancellation_window_minutes" >= 0 AND "duration_minutes" > 0
  AND ("recurrence_rule" IS NULL) = ("starts_at" IS NULL));
ALTER TABLE "class_sessions"
  -- Capacity cannot be exceeded by any interleaving, and never goes below the seats taken.
  ADD CONSTRAINT "class_sessions_seats" CHECK ("taken" BETWEEN 0 AND "capacity" AND "capacity" > 0),
  ADD CONSTRAINT "class_sessions_times" CHECK ("end_time" > "start_time" AND "cancel_until" <= "start_time"),
  ADD CONSTRAINT "class_sessions_terms" CHECK ("price" >= 0 AND "tax" BETWEEN 0 AND "price" AND "no_show_fee" BETWEEN 0 AND "price"),
  -- A teacher is in one place at a time.
  ADD CONSTRAINT "class_sessions_teacher" EXCLUDE USING gist ("teacher_id" WITH =, tstzrange("start_time", "end_time") WITH &&)
    WHERE ("status" IN ('SCHEDULED', 'CHECKING_IN', 'CONDUCTING'));
-- Sweeps look only at sessions that time moves on.
CREATE INDEX "class_sessions_missed" ON "class_sessions" ("end_time") WHERE "status" IN ('SCHEDULED', 'CHECKING_IN');
CREATE INDEX "class_sessions_conducting" ON "class_sessions" ("end_time") WHERE "status" = 'CONDUCTING';
CREATE INDEX "classes_recurring" ON "classes" ("generated_until" NULLS FIRST) WHERE "recurrence_rule" IS NOT NULL AND "deleted_at" IS NULL;
