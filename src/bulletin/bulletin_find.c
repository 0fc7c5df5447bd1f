/* bulletin_find.c - what the search over all rooms finds here. */
#include "bulletin/bulletin.h"

const struct find_query bulletin_finds[] = {
    {SQL_bulletin_find, "bulletin", false, 0, NULL},
};
const int bulletin_find_count = (int)(sizeof(bulletin_finds) / sizeof(bulletin_finds[0]));
