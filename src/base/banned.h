/*
 * banned.h - functions that lose data or depend on hidden state: using one is a compile error. The build puts this before every source
 * of the program (-include); so it takes in first the system headers that declare them.
 * Instead: sb or snprintf, memcpy with a known length, span_split, span_to_i64, gmtime_r or base/date.
 */
#ifndef YITI_BASE_BANNED_H
#define YITI_BASE_BANNED_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
/* one line, which tools/check_style reads too */
/* clang-format off */
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok atoi atol atof gmtime localtime asctime ctime gets
#endif
