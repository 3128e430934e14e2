-- Books a seat in one round trip, with a credit of the student's oldest package for the class, else against their wallet: what decides is
-- refused by what it reads; who comes second in a race is refused by constraints and conditions, which end the statement and undo it.
-- Locks, in this order: the package or the wallet (by the hold), the seat, the session's counter.
-- p_promoted: the seat is offered to somebody who waited. As long as seats are being offered so, nobody else books one.
-- Answers 'booked' with the seat, its session and what names its class (again for the same key), or why not: 'notFound', 'closed',
-- 'enrolled', 'overlaps', 'full'.
-- Raises SB001 when the race for the seat was lost and SB002 when the session has just moved; the ledger raises for want of money.
CREATE OR REPLACE FUNCTION seat_book(
  p_seat_id text,
  p_hold_id text,
  p_session_id text,
  p_student_id text,
  p_key text,
  p_at timestamptz,
  p_promoted boolean,
  p_entry_id text,
  p_messages jsonb,
  OUT outcome text,
  OUT seat seats,
  OUT session class_sessions,
  OUT class_name text,
  OUT class_subject text
) LANGUAGE plpgsql AS $$
DECLARE
  v_package student_packages;
  v_net bigint;
  v_tax bigint;
BEGIN
  SELECT * INTO session FROM class_sessions WHERE id = p_session_id;
  IF NOT FOUND THEN
    outcome := 'notFound';
    RETURN;
  END IF;
  SELECT name, subject INTO class_name, class_subject FROM classes WHERE id = session.class_id;
  -- A seat in this very session counts also while it has not followed the session to another time.
  SELECT * INTO seat FROM seats
  WHERE student_id = p_student_id AND status IN ('LOCKED', 'PAID')
    AND (session_id = p_session_id OR tstzrange(start_time, end_time) && tstzrange(session.start_time, session.end_time))
  ORDER BY session_id = p_session_id DESC LIMIT 1;
  IF FOUND THEN
    outcome := CASE
      WHEN seat.session_id <> p_session_id THEN 'overlaps'
      WHEN seat.idempotency_key = p_key THEN 'booked'
      ELSE 'enrolled' END;
    RETURN;
  END IF;
  IF session.status <> 'SCHEDULED' OR session.start_time <= p_at THEN
    outcome := 'closed';
    RETURN;
  END IF;
  IF session.taken >= session.capacity
    OR (NOT p_promoted AND EXISTS (SELECT 1 FROM waitlist_promotions w WHERE w.session_id = p_session_id)) THEN
    outcome := 'full';
    RETURN;
  END IF;

  IF session.price > 0 THEN
    -- Contends on the package's row. One whose last credit went while its lock was waited for is passed over for the next.
    SELECT * INTO v_package FROM student_packages p
    WHERE p.student_id = p_student_id AND p.class_id = session.class_id AND p.status = 'ACTIVE' AND NOT p.suspended
    ORDER BY p.id LIMIT 1 FOR UPDATE;
    IF v_package.id IS NULL THEN
      PERFORM ledger_place_hold(p_hold_id, 'liability:wallet:' || p_student_id, session.currency, session.price, p_seat_id, p_at);
    ELSE
      -- Whole division: the last credit takes what is left.
      v_net := v_package.net_left / v_package.remaining_sessions;
      v_tax := v_package.tax_left / v_package.remaining_sessions;
      UPDATE student_packages SET
        remaining_sessions = remaining_sessions - 1, net_left = net_left - v_net, tax_left = tax_left - v_tax, updated_at = p_at,
        status = CASE WHEN remaining_sessions = 1 THEN 'EXHAUSTED' ELSE 'ACTIVE' END::student_package_status
      WHERE id = v_package.id;
    END IF;
  END IF;
  INSERT INTO seats (id, session_id, student_id, start_time, end_time, status, payment_method, amount, tax, currency, student_package_id,
    hold_id, paid_amount, paid_tax, paid_at, booked_by, idempotency_key, created_at, updated_at)
  SELECT p_seat_id, p_session_id, p_student_id, session.start_time, session.end_time, how.status::seat_status,
    how.method::seat_payment_method, how.amount, how.tax, how.currency, v_package.id, how.hold, how.paid, how.paid_tax, how.paid_at,
    p_student_id, p_key, p_at, p_at
  FROM (
    SELECT 'PAID' AS status, 'PACKAGE' AS method, v_net + v_tax AS amount, v_tax AS tax, v_package.currency AS currency, NULL AS hold,
      v_net + v_tax AS paid, v_tax AS paid_tax, p_at AS paid_at
    WHERE v_package.id IS NOT NULL
    UNION ALL
    SELECT 'LOCKED', 'WALLET', session.price, session.tax, session.currency, p_hold_id, 0, 0, NULL
    WHERE v_package.id IS NULL AND session.price > 0
    UNION ALL
    SELECT 'PAID', 'WALLET', 0, 0, session.currency, NULL, 0, 0, p_at
    WHERE session.price = 0
  ) how
  ON CONFLICT DO NOTHING
  RETURNING * INTO seat;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the student has just taken a seat at that time' USING ERRCODE = 'SB001';
  END IF;
  -- Contends on the session's row: capacity is part of the condition, and a CHECK stands behind it.
  UPDATE class_sessions SET taken = taken + 1
  WHERE id = p_session_id AND status = 'SCHEDULED' AND taken < capacity
    AND (start_time, end_time, price, tax) = (session.start_time, session.end_time, session.price, session.tax);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session is full or has moved' USING ERRCODE = 'SB002';
  END IF;
  -- Again, now that the session's row is ours: while it was waited for, a seat may have been freed for those who wait.
  IF NOT p_promoted AND EXISTS (SELECT 1 FROM waitlist_promotions w WHERE w.session_id = p_session_id) THEN
    RAISE EXCEPTION 'the seat is being offered to others' USING ERRCODE = 'SB002';
  END IF;
  IF v_net > 0 THEN
    PERFORM ledger_post(p_entry_id, 'seat.paid-credit', p_seat_id || ':paid-credit', 'seat', p_seat_id, p_at, p_at, p_student_id,
      jsonb_build_array(
        jsonb_build_object('code', 'liability:deferred:packages', 'currency', seat.currency, 'amount', v_net),
        jsonb_build_object('code', 'liability:deferred:sessions', 'currency', seat.currency, 'amount', -v_net)));
  END IF;
  INSERT INTO outbox_messages (id, event_id, event_name, subscriber, payload, occurred_at, available_at)
  SELECT m.id, m."eventId", m."eventName", m.subscriber, m.payload, p_at, p_at
  FROM jsonb_to_recordset(p_messages) AS m(id text, "eventId" text, "eventName" text, subscriber text, payload jsonb);
  outcome := 'booked';
END $$;
