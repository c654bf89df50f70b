/* Every ceiling of the program in one place. Units stand in the names or beside them. */
#ifndef TG_LIMITS_H
#define TG_LIMITS_H

/* text and files */
#define TG_CONF_BYTES (64u * 1024u)
#define TG_CONF_LINES 512u
#define TG_JSON_DEPTH 16u
#define TG_PATH_BYTES 4096u
#define TG_SECRET_BYTES 4096u

/* certificates, RFC 5280 */
#define TG_CERT_DER_BYTES (16u * 1024u)
#define TG_CHAIN_CERTS 5u
#define TG_ANCHORS 16u
#define TG_CERT_EXTENSIONS 32u
#define TG_CERT_NAMES 64u
#define TG_CRLS 32u
#define TG_DER_DEPTH 16u
#define TG_CRL_BYTES (16u * 1024u * 1024u)
#define TG_RSA_BITS_MIN 2048u
#define TG_RSA_BITS_MAX 4096u

/* tegata-ca */
#define TG_CA_ENTRIES 2000000u
#define TG_CA_NAMES_BYTES 512u

/* JWS, RFC 7515 */
#define TG_JWS_BYTES (48u * 1024u)
#define TG_JWS_HEADER_BYTES (32u * 1024u)
#define TG_JWS_PAYLOAD_BYTES (16u * 1024u)
#define TG_SIG_BYTES 512u

/* card, SP 800-73-4 */
#define TG_APDU_SHORT_DATA 255u
#define TG_CARD_REPLY_BYTES (20u * 1024u)
#define TG_CARD_CERT_INFLATED (16u * 1024u)
#define TG_CARD_GET_RESPONSES 96u
#define TG_CARD_RETRIES 2u
#define TG_CARD_SIGNIN_COMMANDS 6u
#define TG_CARD_DEADLINE_MS 10000u
#define TG_CARD_FAREWELL_MS 2000u
#define TG_CARD_PAD_MS 60000u
#define TG_CARD_KEYGEN_MS 180000u
#define TG_PRESENCE_WAKE_MS 2000u
#define TG_PRESENCE_HANG_MS 5000u
#define TG_PRESENCE_BEAT_MS 2000u
#define TG_PRESENCE_STOP_MS 2000u
#define TG_PIN_MIN 6u
#define TG_PIN_MAX 8u

/* door, RFC 9112 subset */
#define TG_HTTP_HEAD_BYTES (8u * 1024u)
#define TG_HTTP_HEADERS 32u
#define TG_HTTP_TARGET_BYTES 1024u
#define TG_HTTP_BODY_BYTES (64u * 1024u)
#define TG_HTTP_DEADLINE_MS 10000u
#define TG_HTTP_IDLE_MS 60000u
#define TG_HTTP_ANSWER_BYTES (512u * 1024u)
#define TG_HTTP_DRAIN_MS 10000u       /* an answer that the peer does not take; a drain of the door */
#define TG_HTTP_LINGER_MS 1000u       /* for the peer to read the last answer before the socket closes */
#define TG_HTTP_STREAM_PENDING (64u * 1024u)
#define TG_HTTP_EXTRA_BYTES 1024u     /* extra headers of one answer */
#define TG_PROBLEM_BYTES (16u * 1024u) /* a problem document, as a client keeps it */
#define TG_TLS_HELLO_BYTES (16u * 1024u)
#define TG_TLS_CERT_BYTES (4u * 1024u) /* the client's self-signed certificate */
#define TG_DOOR_CONNECTIONS 10000u
#define TG_DOOR_LOOPS 64u
#define TG_DOOR_POSTS (1024u * 1024u) /* calls waiting for one loop */

/* sign-in and session, DESIGN 4 */
#define TG_NONCE_BYTES 32u
#define TG_NONCE_SECONDS 60
#define TG_NONCES_LIVE 65536u
#define TG_ASSERTION_SECONDS 60
#define TG_APPROVAL_SECONDS (24 * 3600) /* from signing to the last use */
#define TG_TOKEN_SECONDS 300
#define TG_TOKEN_BYTES 4096u
#define TG_LEASE_SECONDS 5
#define TG_IDLE_SECONDS (15 * 60)
#define TG_SESSION_SECONDS (8 * 3600)
#define TG_SESSIONS_LIVE 65536u
#define TG_SESSION_NOTE_BYTES 4096u
#define TG_CLOCK_SKEW_SECONDS 5
#define TG_NOISE_NOTHING_SECOND 10u  /* strangers' refusals written down a second; the rest is counted */
#define TG_NOISE_SUSPECT_SECOND 100u

/* people and policy */
#define TG_PERSON_BYTES 64u
#define TG_NAME_BYTES 256u
#define TG_POSTS_PER_PERSON 16u
#define TG_PEOPLE 200000u
#define TG_STAFF_LINES 400000u
#define TG_CARDS 400000u
#define TG_STAFF_TEXT_BYTES (256u * 1024u * 1024u)
#define TG_COMPANIES 4096u
#define TG_CONSENTS 200000u
#define TG_CONSENT_DAYS 31
#define TG_INQUIRY_HOURS 168u /* the longest that an answer may lie unread */
#define TG_INQUIRY_SECONDS (7 * 24 * 3600) /* that a question waits for its answer */
#define TG_INQUIRY_LEASE_SECONDS (15 * 60) /* that who has taken a question may keep others from it */
#define TG_INQUIRIES 16384u                /* open, and ended lately */
#define TG_INQUIRIES_PERSON 100u           /* open, of one asker */
#define TG_INQUIRIES_SHOWN 100u            /* in one list */
#define TG_INQUIRY_RECENT 100u             /* answers that the median is of */
#define TG_INQUIRY_TRY_SECONDS (24 * 3600)
#define TG_INQUIRY_TRIES_POINT 3u    /* names for one point, of one person */
#define TG_INQUIRY_TRIES_COMPANY 9u  /* names for one point, of all people of a company */
#define TG_INQUIRY_TRIES_PERSON 30u  /* names, of one person */
#define TG_INQUIRY_TRIES 65536u      /* that are remembered */
#define TG_INQUIRY_BULK_ROWS 30000u /* of one file */
#define TG_INQUIRY_BULK_PIECE 100u  /* rows in one request: what one entry of the journal holds */
#define TG_INQUIRY_BULK_DAY 60000u  /* rows that one person may announce in a day */
#define TG_INQUIRY_BULK_SECONDS (24 * 3600)
#define TG_INQUIRY_BULK_JOBS 256u
#define TG_METER_CELLS 4096u /* offices times weeks */
#define TG_METER_SHOWN 1000u
#define TG_METER_SECONDS (13 * 7 * 24 * 3600) /* of look-ups that a start counts again */
#define TG_FIELDS 64u
#define TG_ROLES 32u
#define TG_CLASSES 8u
#define TG_CLAUSES 16u
#define TG_POLICY_BYTES (256u * 1024u)
#define TG_POLICY_RULES 200u
#define TG_CAP_LOOKS 10000000u /* the most that a policy may allow one person in an hour: what a bench needs */
#define TG_POLICY_MATRIX_BYTES (16u * 1024u * 1024u)
#define TG_POLICY_GROUPS 32u
#define TG_POLICY_WORD_BYTES 32u
#define TG_POLICY_SENTENCE_BYTES 1024u
#define TG_PURPOSES 16u
#define TG_CAP_SECONDS 3600u /* the longest stretch that look-ups are counted in */
#define TG_CAP_LOOKERS 65536u /* people and roles who looked something up in it */

/* acts of administration */
#define TG_LEDGER_BYTES (64u * 1024u * 1024u)
#define TG_LEDGER_LINE_BYTES (128u * 1024u) /* two approvals and what they are about */
#define TG_APPROVALS 2u

/* events and their grants. Lengths in seconds: what a policy may allow at the most. */
#define TG_GRANT_ID_BYTES 24u
#define TG_GRANT_AREAS 341u /* municipalities of one event: 2,047 bytes on the wire */
#define TG_GRANT_AREAS_BYTES (6u * TG_GRANT_AREAS)
#define TG_GRANTS_HELD 8u /* open events that have one person on their rosters */
#define TG_EVENT_BYTES (32u * 1024u) /* of the live stream, the longest: all that one person may hold */
#define TG_SCOPE_AREAS_BYTES (12u * 1024u) /* of all events of one person: more than the country has */
#define TG_GRANT_OUTAGE_SECONDS (24 * 3600)
#define TG_GRANT_FAULT_SECONDS (72 * 3600)
#define TG_GRANT_TRANSITION_SECONDS (31 * 24 * 3600)
#define TG_GRANT_DRILL_SECONDS (8 * 3600)
#define TG_GRANT_ONE_SECONDS (8 * 3600)  /* started with one approval … */
#define TG_GRANT_NONE_SECONDS (2 * 3600) /* … with none: break-glass */
#define TG_GRANT_SECONDS_MIN 60
#define TG_EVENTS_OPEN 1024u  /* not yet ended */
#define TG_EVENTS 8192u       /* that are remembered */
#define TG_EVENT_PEOPLE 128u  /* of one roster */
#define TG_EVENT_CAUSE_BYTES 256u
#define TG_EVENT_NUMBERS 64u  /* texts of one event: the first and its extensions */
#define TG_ROSTERS 1024u
#define TG_ROSTER_DAYS 366
#define TG_ALARM_READERS 256u
#define TG_GRANT_VIEWS 200000u /* that wait for a review or belong to an event that is remembered */
#define TG_GRANT_VIEWS_STEP 256u /* reviewed in one step */
#define TG_GRANT_APPROVAL_BYTES (16u * 1024u)
#define TG_GRANT_TEXT_BYTES (16u * 1024u)

/* records */
#define TG_PAGE_ROWS 100u
#define TG_PAGE_ROWS_DEFAULT 20u
#define TG_QUERY_BYTES 512u
#define TG_QUERY_CHARS 100u
#define TG_RECORD_ID_BYTES 32u
#define TG_CASE_BYTES 64u
#define TG_CURSOR_BYTES 512u
#define TG_KEY_BYTES 128u
#define TG_ROWS_BYTES (4u * 1024u * 1024u)
#define TG_SHEET_BYTES (65535u + 256u) /* a record as it is stored: 16-bit places behind the head */
#define TG_SORT_RUN_BYTES (64u * 1024u * 1024u)
#define TG_SORT_RUNS 4096u
#define TG_CSV_FIELD_BYTES 1024u
#define TG_CSV_COLUMNS 64u
#define TG_CSV_RECORD_BYTES (16u * 1024u)
#define TG_CSV_ERRORS_SHOWN 1000u

/* audit */
#define TG_AUDIT_RECORD_BYTES (40u * 1024u) /* a full page of rows, under grants in the whole country */
#define TG_AUDIT_SEGMENT_BYTES (16u * 1024u * 1024u)
#define TG_AUDIT_QUEUE 16384u
#define TG_AUDIT_CHECKPOINT_RECORDS 1000u
#define TG_AUDIT_CHECKPOINT_SECONDS 10
#define TG_AUDIT_QUEUE_BYTES (8u * 1024u * 1024u)
#define TG_AUDIT_LANE_OUTSTANDING (256u * 1024u)
#define TG_AUDIT_OPEN_SEGMENTS 64u
#define TG_SEAL_SEGMENT_MIN (64u * 1024u)
#define TG_SEAL_SEGMENT_MAX (1024u * 1024u * 1024u)
#define TG_SEAL_SEGMENTS 9999999999u
#define TG_CHECKPOINT_BYTES 4096u
#define TG_PAGE_BYTES (256u * 1024u * 1024u) /* a signed page for auditors */

#endif
