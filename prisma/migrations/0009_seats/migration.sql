-- CreateEnum
CREATE TYPE "seat_status" AS ENUM ('LOCKED', 'PAID', 'CANCELLED', 'NO_SHOW');

-- CreateEnum
CREATE TYPE "seat_payment_method" AS ENUM ('PACKAGE', 'WALLET', 'CASH');

-- CreateTable
CREATE TABLE "seats" (
    "id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "student_id" TEXT NOT NULL,
    "start_time" TIMESTAMPTZ(3) NOT NULL,
    "end_time" TIMESTAMPTZ(3) NOT NULL,
    "status" "seat_status" NOT NULL,
    "payment_method" "seat_payment_method" NOT NULL,
    "amount" BIGINT NOT NULL,
    "tax" BIGINT NOT NULL DEFAULT 0,
    "currency" TEXT NOT NULL,
    "hold_id" TEXT,
    "paid_amount" BIGINT NOT NULL DEFAULT 0,
    "paid_tax" BIGINT NOT NULL DEFAULT 0,
    "paid_at" TIMESTAMPTZ(3),
    "given_back_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "checked_in_at" TIMESTAMPTZ(3),
    "cancel_reason" TEXT,
    "booked_by" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "seats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session_settlements" (
    "session_id" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,

    CONSTRAINT "session_settlements_pkey" PRIMARY KEY ("session_id")
);

-- CreateIndex
CREATE INDEX "seats_session_id_status_idx" ON "seats"("session_id", "status");

-- CreateIndex
CREATE INDEX "seats_student_id_id_idx" ON "seats"("student_id", "id");

-- AddForeignKey
ALTER TABLE "seats" ADD CONSTRAINT "seats_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "class_sessions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "seats"
  ADD CONSTRAINT "seats_amounts" CHECK (
    "amount" >= 0 AND "tax" BETWEEN 0 AND "amount" AND "paid_amount" BETWEEN 0 AND "amount" AND "paid_tax" BETWEEN 0 AND "paid_amount"),
  ADD CONSTRAINT "seats_hold" CHECK ("hold_id" IS NULL OR ("payment_method" = 'WALLET' AND "amount" > 0)),
  ADD CONSTRAINT "seats_paid" CHECK ("status" <> 'PAID' OR "paid_at" IS NOT NULL),
  -- A student is in one place at a time.
  ADD CONSTRAINT "seats_overlap" EXCLUDE USING gist ("student_id" WITH =, tstzrange("start_time", "end_time") WITH &&)
    WHERE ("status" IN ('LOCKED', 'PAID'));
-- One live seat per student and session.
CREATE UNIQUE INDEX "seats_live" ON "seats" ("session_id", "student_id") WHERE "status" IN ('LOCKED', 'PAID');
CREATE INDEX "seats_undecided" ON "seats" ("id") WHERE "status" = 'LOCKED';
CREATE INDEX "session_settlements_due" ON "session_settlements" ("due_at");
