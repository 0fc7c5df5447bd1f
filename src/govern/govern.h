/*
 * govern.h - who decides what, and what follows from it: leading groups and committees, delegation of powers, common standards, the cascade of documents,
 * clean-up of policies and pilots. All of them are matters: one versioned object with parties, a journal, and details of its own.
 *
 * What is always true:
 *  1. A matter has one home unit; who reads it is its parties, or, when it is open, everybody who may read anything.
 *  2. Every change goes through one verb of a topic: checked fields, right, version, details, journal ("group", "power" …), outbox "govern.changed".
 *  3. What holds for a time carries from_on and to_on (the first day no longer): nothing is overwritten, every screen can ask for a past day.
 */
#ifndef YITI_GOVERN_GOVERN_H
#define YITI_GOVERN_GOVERN_H

#include "duty/duty.h"
#include "org/org.h"

extern const struct route_table group_routes, power_routes, standard_routes, document_routes, cleanup_routes,
    pilot_routes, network_routes, network_public_routes, request_routes;
extern const struct cli_command govern_commands[];
extern const int govern_command_count;
extern const struct route_table source_routes;
extern const struct find_query govern_finds[]; /* what the search over all rooms finds here */
extern const int govern_find_count;
extern const struct cli_command source_commands[];
extern const int source_command_count;
/* govern_on_duty - listener of duties about matters: keeps state and percent beside the matter. */
MUST_USE enum rc govern_on_duty(struct tx *tx, const struct duty_change *change, struct fail *f);

/* request_on_duty - the same for requests: their state, reply day and turn follow from the duty that carries them. */
MUST_USE enum rc request_on_duty(struct tx *tx, const struct duty_change *change, struct fail *f);

/*
 * govern_play - one line of a demonstration file: "VERB<TAB>NAME<TAB>JSON". VERB as "group.create"; NAME: what later lines call the matter ("$NAME" in their
 * JSON stands for its id, and the verb's own matter is NAME when the verb creates none); "@CODE:name of a unit" stands for the unit's id. "NAME:ITEM" names the detail
 * that the verb makes, or the one that it is about. Acts as the transaction's actor.
 * names    the caller's memory of what was made; zero at first.
 */
#define GOVERN_PLAY_MAX 200
struct govern_names {
    struct {
        char name[24];
        int64_t id;
    } items[GOVERN_PLAY_MAX];
    int n;
    int64_t item; /* the detail that was made last: verbs on a detail mean it */
};
MUST_USE enum rc govern_play(struct tx *tx, struct span line, struct govern_names *names, struct fail *f);

#endif
