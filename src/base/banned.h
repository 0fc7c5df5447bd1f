/* banned.h - functions that lose data or depend on hidden state: using one is a compile error. Included by tools/check_style's test build. */
#ifndef YITI_BASE_BANNED_H
#define YITI_BASE_BANNED_H
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok atoi atol atof gmtime localtime asctime ctime gets
#endif
