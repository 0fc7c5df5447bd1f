/* openapi.h - api/openapi.yaml, embedded by tools/embed_text.py. */
#ifndef YITI_APP_OPENAPI_H
#define YITI_APP_OPENAPI_H

#include <stddef.h>

/* app_openapi, app_openapi_len - static text. */
extern const char app_openapi[];
extern const size_t app_openapi_len;

#endif
