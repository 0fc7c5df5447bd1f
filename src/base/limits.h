/* limits.h - every limit of the program, each with its unit and what happens there. docs/limits.md is held to this file. */
#ifndef YITI_BASE_LIMITS_H
#define YITI_BASE_LIMITS_H
/* One line a limit: tools/limits_doc reads them. */
/* clang-format off */

/* base */
#define JSON_DEPTH_MAX 32              /* levels of nesting of one JSON text; RC_MALFORMED */
#define JSON_BYTES_MAX (8u << 20)      /* bytes of one JSON text; RC_LIMIT */
#define JSON_VALUES_MAX 262144          /* values of one JSON text; RC_LIMIT */
#define LOG_LINE_BYTES_MAX (16u << 10) /* bytes of one log line; its fields are left out */
#define CALENDAR_BYTES_MAX (1u << 20)  /* bytes of one working-day calendar; RC_LIMIT */
#define WORK_INTERVALS_MAX 12          /* working intervals of a day; RC_INVALID */
#define REQUEST_ARENA_BYTES (16u << 20) /* bytes one request may allocate; RC_LIMIT */
#define CLI_MESSAGE_BYTES_MAX (4u << 10) /* bytes of one message on the terminal; cut */
#define CLI_ARENA_BYTES (1u << 30)     /* bytes one command-line call may allocate; message and exit 1 */
/* app */
#define SOCKET_CALLS_MAX 16             /* commands run over DATA/yiti.sock at once; refused */
#define SOCKET_WORDS_BYTES_MAX (128u << 10) /* bytes of one such command's words; refused */
/* store */
#define WRITER_QUEUE_MAX 4096          /* commands waiting; RC_BUSY with Retry-After */
#define WRITER_BATCH_MAX 512           /* commands of one transaction */
#define NODE_LEASE_US 60000000         /* a node number is held so long after its last renewal */
#define NODE_RENEW_US 20000000         /* and renewed so often */
#define READ_TX_US_MAX 30000000        /* microseconds one read transaction may last; RC_BUSY */
#define IDEMPOTENCY_KEEP_US 86400000000LL /* microseconds a client's key is kept with its reply (24 h); then it is free again */
#define JOURNAL_CHANGE_BYTES_MAX (64u << 10) /* bytes of one journal row's change; RC_LIMIT */
#define ROW_LOG_BYTES_MAX (4u << 20) /* bytes of row digests one command may leave (about 60,000 rows); RC_LIMIT */
#define IDEMPOTENCY_KEY_BYTES_MAX 128 /* bytes of a client's key; RC_INVALID */
#define REPLY_BYTES_MAX (8u << 20)   /* bytes of a command's rendered reply; RC_LIMIT */
#define SEAL_AGE_US 60000000LL       /* microseconds after which no transaction of a window is open any more */
#define SEAL_EVERY_US 600000000LL    /* microseconds between two seals */
#define CHECKPOINT_PAGES 4000        /* pages in the write-ahead log that wake the checkpoint thread */
/* http */
#define HTTP_CONNECTIONS_MAX 4096      /* open connections; refused */
#define HTTP_HEADERS_BYTES_MAX (32u << 10) /* bytes of request line and headers; 431 */
#define HTTP_HEADERS_MAX 100           /* header lines; 431 */
#define HTTP_BODY_BYTES_MAX (1u << 20) /* bytes of a body unless the route says otherwise; RC_LIMIT */
#define HTTP_IDLE_SECONDS_MAX 30       /* seconds a silent connection is kept; closed */
#define HTTP_REQUEST_SECONDS_MAX 30    /* seconds from header to answer; 503 */
#define HTTP_STREAMS_MAX 2000          /* live event streams; 503 */
#define HTTP_STREAM_HEARTBEAT_S 15     /* seconds between heartbeats */
#define HTTP_STREAM_RING 1024          /* events kept for live streams; a slower reader is dropped */
#define HTTP_STREAM_REPLAY_MAX 500     /* events sent again after Last-Event-ID; more: one event `reset` */
#define HTTP_STREAM_SECONDS_MAX 3600   /* seconds one stream lasts; the client reconnects and is authenticated anew */
#define HTTP_POOL_QUEUE_MAX 256        /* requests waiting for a worker; 503 with Retry-After */
#define HTTP_BODIES_BYTES_MAX (256u << 20) /* bytes of all bodies held in memory at once; 503 */
#define HTTP_DRAIN_BYTES_MAX (1u << 20) /* bytes of a refused body still read so that the client sees the answer; then closed */
#define HTTP_REPLY_BYTES_MAX (16u << 20) /* bytes of a reply made in memory; 500 */
#define HTTP_QUERY_PAIRS_MAX 64        /* key=value pairs of a query; 400 */
#define HTTP_SEGMENTS_MAX 16           /* segments of a path; 404 */
#define HTTP_PARAMS_MAX 4              /* {name} parts of a route; http_start refuses */
#define HTTP_ADDRESSES_MAX 16384       /* addresses whose rate is kept; the fullest bucket of a set is given up */
#define HTTP_BYTES_PER_S_MIN 8192      /* bytes a second below which a client's upload or download is cut off, after 30 s */
#define HTTP_RATE_PER_S 200            /* requests a second by address, eight seconds' worth at once; 429 */
#define HTTP_RATE_FORM_PER_MIN 20      /* public forms a minute by address, as many at once; 429 */
#define HTTP_SLOW_MS 1000              /* milliseconds after which a request is logged as slow */
#define LIST_LIMIT_DEFAULT 50          /* rows of a page */
#define LIST_LIMIT_MAX 500             /* rows of a page; RC_INVALID */
/* org */
#define UPLOAD_BYTES_MAX (20u << 20)   /* bytes of one uploaded file; RC_LIMIT */
#define SESSION_IDLE_US 7200000000LL    /* two hours without a request; signed out */
#define SESSION_ABSOLUTE_US 43200000000LL /* twelve hours; signed out */
#define UPLOADS_PER_DAY_MAX 500        /* files of one principal in 24 h; RC_RATE */
#define FILES_PER_SUBJECT_MAX 20       /* files of one record; RC_LIMIT */
#define OIDC_CONNECT_MS 3000           /* milliseconds to reach the house identity provider; RC_BUSY */
#define OIDC_REQUEST_MS 6000           /* milliseconds of one whole talk with it; RC_BUSY */
#define OIDC_ANSWER_BYTES_MAX (256u << 10) /* bytes of one of its answers; RC_BUSY */
#define OIDC_TOKEN_BYTES_MAX (16u << 10) /* bytes of an ID token; refused */
#define OIDC_TALKS_MAX 2               /* sign-ins that talk with it at once, so that a slow one leaves the pool to others; RC_BUSY */
#define OIDC_CACHE_US 3600000000LL     /* microseconds its configuration and keys are kept; fetched again */
#define OIDC_KEYS_AGAIN_US 1000000LL   /* microseconds between two fetches of keys for an unknown key's name */
#define OIDC_FLOW_US 600000000LL       /* microseconds a sign-in there may take; refused */
#define OIDC_SKEW_S 60                 /* seconds its clock may differ */
#define OIDC_TOKEN_AGE_S 600           /* seconds since an ID token was made; refused */
#define FEED_NOTICES_MAX 100           /* notices in a personal feed; older ones are left out */
#define FEED_DUES_MAX 500              /* due dates of one kind in a personal calendar; later ones are left out */
#define FEED_BURST 30                  /* readings of a person's feeds in a row; RC_RATE, then one every FEED_EVERY_S */
#define FEED_EVERY_S 20                /* seconds for one more reading of a person's feeds */
#define MAIL_SECONDS_MAX 60            /* seconds of one talk with the mail server; tried again later */
#define HOOK_MS_MAX 10000              /* milliseconds of one delivery to a webhook; tried again later */
#define HOOK_ANSWER_BYTES_MAX 65536    /* bytes of a webhook's answer that are taken; the delivery failed */
/* plan */
#define OUTLINE_BYTES_MAX (64u << 20)  /* bytes of one outline given to the reader; RC_LIMIT */
#define OUTLINE_IMPORT_BYTES_MAX (16u << 20) /* bytes of one outline imported over HTTP; RC_LIMIT */
#define OUTLINE_NODE_PER 64            /* at most one node for so many bytes of a document, and 64 beside; coarser from there */
#define OUTLINE_MENTION_PER 32         /* the same for units (of each part), dates, quantities, checks, cites */
#define SHEET_BYTES_MAX (32u << 20)    /* bytes of one workbook sent in; RC_LIMIT */
#define SHEET_CELLS_MAX 500000         /* cells with a value, and shared texts, of one workbook; RC_LIMIT */
#define SHEET_CELL_BYTES_MAX (128u << 10) /* bytes of one cell's text; RC_LIMIT */
#define SHEET_ROWS_MAX 20000           /* rows of one table sent in; RC_LIMIT */
#define DOCX_ENTRIES_MAX 2000          /* entries of one .docx; RC_LIMIT */
#define DOCX_PART_BYTES_MAX (64u << 20) /* bytes of one part of a .docx, unpacked; RC_LIMIT */
#define DOCX_RATIO_MAX 300             /* unpacked bytes for one packed byte, of parts over 1 MiB; RC_LIMIT */
#define DOCX_STYLES_MAX 4000           /* styles, and numbering definitions, of one .docx; RC_LIMIT */
#define DOCX_CPU_SECONDS 10            /* processor time of the process that reads a .docx; killed, RC_LIMIT */
#define DOCX_WALL_SECONDS 30           /* time that is waited for it; killed, RC_LIMIT */
#define DOCX_MEMORY_BYTES (512u << 20) /* address space of it; RC_LIMIT */
/* govern */
#define NETWORK_ICS_BYTES_MAX (4u << 20) /* bytes of a network's calendar; RC_LIMIT */
#define GOVERN_EXPORT_ROWS_MAX 5000    /* rows of a list as a file; the rest by Link: next */

#endif
