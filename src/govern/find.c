/* find.c - what the search over all rooms finds here: matters of all topics, sessions, resolutions. */
#include "govern/govern_int.h"
#include "govern/meet.h"

const struct find_query govern_finds[] = {
    {SQL_matter_find, NULL, true, 0, NULL},
    {SQL_meeting_find, "meeting", true, 0, NULL},
    {SQL_resolution_find, "resolution", false, 3, NULL},
};
const int govern_find_count = COUNT(govern_finds);
