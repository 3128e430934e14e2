-- CreateEnum
CREATE TYPE "email_status" AS ENUM ('PENDING', 'SENT', 'FAILED', 'SKIPPED');

-- CreateTable
CREATE TABLE "emails" (
    "id" TEXT NOT NULL,
    "event_key" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "recipient_id" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "status" "email_status" NOT NULL DEFAULT 'PENDING',
    "available_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "subject" TEXT,
    "to_address" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "emails_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "emails_event_key_key" ON "emails"("event_key");

-- CreateIndex
CREATE UNIQUE INDEX "emails_message_id_key" ON "emails"("message_id");

-- CreateIndex
CREATE INDEX "emails_recipient_id_id_idx" ON "emails"("recipient_id", "id");

-- Sweeps look only at what is still to be done, however long the history behind it.
CREATE INDEX "emails_due" ON "emails" ("available_at") WHERE "status" = 'PENDING';
CREATE INDEX "emails_failed" ON "emails" ("created_at") WHERE "status" = 'FAILED';
-- The clean-up forgets addresses.
CREATE INDEX "emails_addressed" ON "emails" ("created_at") WHERE "to_address" IS NOT NULL;

ALTER TABLE "emails"
  ADD CONSTRAINT "emails_attempts" CHECK ("attempts" >= 0),
  ADD CONSTRAINT "emails_sent" CHECK (("status" = 'SENT') = ("sent_at" IS NOT NULL));
