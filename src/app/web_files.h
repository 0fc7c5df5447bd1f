/* web_files.h - the built web app, embedded by tools/embed_web.py; empty when web/dist was not built. */
#ifndef YITI_APP_WEB_FILES_H
#define YITI_APP_WEB_FILES_H

#include "http/http.h"

/* web_files, web_file_count - static; each file raw and, where that is smaller, gzipped and brotlied. */
extern const struct http_static web_files[];
extern const int web_file_count;

#endif
